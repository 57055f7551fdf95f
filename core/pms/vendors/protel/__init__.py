"""protel by Planet: the unofficial REST interface as a read-only beta, and protel I/O over SOAP and OTA."""
