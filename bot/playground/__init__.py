"""Where a newcomer tries the unchanged bot: a local stand-in for Slack, its browser UI, a made-up hotel."""
