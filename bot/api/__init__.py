"""The REST API, for a developer at the hotel, and the metrics, for whoever runs Innkeeper."""
