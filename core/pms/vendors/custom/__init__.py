"""Any PMS whose owner implements our own open contract: *Innkeeper Open PMS API*, version 1."""
