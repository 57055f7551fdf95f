"""Apaleo, over its Core API: two servers, one for tokens and one for everything else."""
