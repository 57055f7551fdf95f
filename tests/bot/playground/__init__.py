"""The playground: the stand-in for Slack and what stands around it."""
