"""The Slack surface: payloads in, views out. No decisions."""
