"""The stand-in for Slack, driven by a real bolt app and by hand."""
