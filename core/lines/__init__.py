"""Open lines to a hotel's PMS: its sealed credentials, its tokens, and its share of the vendor's patience."""
