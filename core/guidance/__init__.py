"""Answers questions about connecting a PMS: from the guides, and in a model's words where one is set up."""
