"""What is said of the errors that every vendor shares, by where they happen."""
