"""Benchmarks: `python -m bench` measures what the design promises in numbers; docs/benchmarks.md explains."""
