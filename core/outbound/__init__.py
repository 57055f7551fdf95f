"""What a hotel's own systems are told: which events there are, to whom they go, signed, until they arrive."""
