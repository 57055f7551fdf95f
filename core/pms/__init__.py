"""What a PMS is to us, and the vendors we speak to."""
