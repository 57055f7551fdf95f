"""Whole conversations: people at the stand-in, the unchanged bot at the other end."""
