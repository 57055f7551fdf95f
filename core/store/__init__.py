"""Rows and how to reach them: one file per table group, and the only way in, `Database`."""
