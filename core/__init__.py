"""Everything that knows hotels, and nothing of Slack."""
