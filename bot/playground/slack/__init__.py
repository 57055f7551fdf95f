"""A strict local stand-in for Slack: what a bot talks to, and what its browser UI and the tests act through.

Strict where Slack is: three-second single-use triggers, acknowledgement deadlines, hash conflicts, block
limits and surfaces, tokens per team, scopes, signatures, rate limits, redelivery. Only ever on loopback.
"""
