"""Cloudbeds: the PMS API, version 1.3."""
