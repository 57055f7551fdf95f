"""Mews: the Connector API, version 1."""
