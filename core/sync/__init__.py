"""Keeps the bookings, guests and rooms of every hotel as the vendor has them."""
