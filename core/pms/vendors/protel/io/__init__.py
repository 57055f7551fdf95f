"""protel I/O: SOAP 1.2 with OTA 2011A messages, asked now, acknowledged at once and answered later."""
