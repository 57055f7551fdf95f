"""What people do in Slack, one desk for each matter: what was done → core → what to say."""
