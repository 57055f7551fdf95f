"""Tests of what recognises pasted secrets."""
