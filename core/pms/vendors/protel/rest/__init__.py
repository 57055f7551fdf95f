"""The reservations REST interface of protel, as one integrator was seen to call it: unofficial, read-only."""
