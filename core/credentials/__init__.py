"""Secrets at rest: what a sealed text is, which keys open it, and the vault that binds it to one hotel."""
