"""The five steps: what may follow what, and the service that saves it."""
