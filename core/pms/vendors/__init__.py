"""One folder per PMS; vendors never import each other."""
