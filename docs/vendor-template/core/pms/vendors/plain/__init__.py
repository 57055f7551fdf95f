"""Plain: an imaginary PMS with a plain REST interface. Copy this folder to add a real one."""
