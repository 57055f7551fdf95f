"""What Slack sends → whom it concerns. Each listener acknowledges, parses and hands over; no decisions."""

from slack_bolt.async_app import AsyncApp

from bot.listeners import actions, answers, commands, errors, events, records, systems, views
from bot.listeners.house import House


def register(app: AsyncApp, house: House) -> None:
    """Register every listener."""
    commands.register(app, house)
    answers.register(app, house)
    records.register(app, house)
    systems.register(app, house)
    actions.register(app, house)
    views.register(app, house)
    events.register(app, house)
    errors.register(app)
