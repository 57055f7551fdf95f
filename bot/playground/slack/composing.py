"""From what a person types to what Slack sends: escapes, mentions, channels, links."""

import re
from typing import Final

from bot.playground.slack.state import Json
from bot.playground.slack.world import World

LINK_FORM: Final = re.compile(r"\bhttps?://[^\s<>]*[^\s<>.,;:!?)\]]")
EMAIL_FORM: Final = re.compile(r"(?<![\w@/:])[\w.+-]+@[\w-]+(?:\.[\w-]+)+")
CHANNEL_FORM: Final = re.compile(r"(?<!\w)#([\w-]+)")


def to_slack(world: World, team_id: str, text: str) -> str:
    """Return typed text in Slack's escaped form."""
    escaped = text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")
    linked = LINK_FORM.sub(lambda found: f"<{found[0]}>", escaped)
    mailed = EMAIL_FORM.sub(lambda found: f"<mailto:{found[0]}|{found[0]}>", linked)
    return _channels(world, team_id, _mentions(world, team_id, mailed))


def _mentions(world: World, team_id: str, text: str) -> str:
    people = world.people_seen_from(team_id)
    names = {name.lower(): person.id for person in people for name in (person.real_name, person.name)}
    longest_first = sorted(names, key=len, reverse=True)
    form = re.compile(r"(?<!\w)@(" + "|".join(map(re.escape, longest_first)) + r")(?!\w)", re.IGNORECASE)
    return form.sub(lambda found: f"<@{names[found[1].lower()]}>", text)


def _channels(world: World, team_id: str, text: str) -> str:
    ids = {
        channel.name: channel.id
        for channel in world.channels.values()
        if channel.team_id == team_id and channel.kind == "channel"
    }
    return CHANNEL_FORM.sub(
        lambda found: f"<#{ids[found[1]]}|{found[1]}>" if found[1] in ids else found[0], text
    )


def rich_text(text: str) -> list[Json]:
    """Return the block that Slack's own composer puts beside the text."""
    section = {"type": "rich_text_section", "elements": [{"type": "text", "text": text}]}
    return [{"type": "rich_text", "block_id": "typed", "elements": [section]}]
