"""What the browser UI is given: people, channels, messages, modals, and a whole page at once."""

from bot.playground.slack.state import Channel, Json, Message, Person, View
from bot.playground.slack.world import World


def person(world: World, who: Person, team_id: str) -> Json:
    """Return a person as seen from a workspace."""
    return {
        "id": who.id,
        "name": who.name,
        "real_name": who.real_name,
        "title": who.title,
        "initials": who.initials,
        "color": f"#{who.color}",
        "is_admin": who.is_admin,
        "is_owner": who.is_owner,
        "is_restricted": who.is_restricted,
        "is_ultra_restricted": who.is_ultra_restricted,
        "is_bot": who.is_bot,
        "is_stranger": world.is_stranger(who, team_id),
        "deleted": who.deleted,
        "team_id": who.team_id,
        "tz": who.tz,
    }


def channel(world: World, where: Channel) -> Json:
    """Return a channel; `activity` says what the app is doing in its threads, `prompts` what to ask it."""
    installation = world.installation(where.team_id)
    bot = [installation.bot_user_id] if installation and where.app_is_member else []
    return {
        "id": where.id,
        "name": where.name,
        "kind": where.kind,
        "topic": where.topic,
        "members": [*where.members, *bot],
        "app_is_member": where.app_is_member,
        "is_archived": where.is_archived,
        "is_shared": bool(where.shared_with),
        "prompts": where.prompts,
        "activity": [
            {
                "thread_ts": session.thread_ts,
                "line": session.line,
                "status": session.status,
                "title": session.title,
            }
            for session in world.sessions.values()
            if session.channel == where.id
        ],
    }


def message(world: World, what: Message) -> Json:
    """Return a message."""
    return {
        "ts": what.ts,
        "user": what.user,
        "is_app": what.is_app,
        "text": what.text,
        "blocks": what.blocks,
        "thread_ts": what.thread_ts,
        "reply_count": len(world.replies(what.channel, what.ts)),
        "edited": what.edited,
        "ephemeral": what.only_for is not None,
        "only_for": what.only_for,
        "streaming": what.streaming,
    }


def view(what: View) -> Json:
    """Return a modal as its person sees it; `state` holds what is typed and chosen so far."""

    def label(name: str) -> str | None:
        part = what.spec.get(name)
        return part["text"] if part else None

    return {
        "view_id": what.id,
        "type": "modal",
        "title": label("title"),
        "submit": label("submit"),
        "close": label("close"),
        "blocks": what.blocks,
        "state": what.values,
        "hash": what.hash,
        "errors": what.errors,
    }


def page(world: World, team_id: str, me: Person, *, connected: bool) -> Json:
    """Return everything that a person's page shows when it opens."""
    team = world.teams[team_id]
    installation = world.installation(team_id)
    direct = world.direct(team_id, me.id)
    channels = world.channels_of(team_id, me.id)
    home = world.homes.get((team_id, me.id))
    stack = world.stacks.get(me.id, [])
    return {
        "team": {"id": team.id, "name": team.name, "domain": team.domain},
        "teams": [
            {"id": other.id, "name": other.name}
            for other in world.teams.values()
            if world.installation(other.id)
        ],
        "me": person(world, me, team_id),
        "people": [person(world, who, team_id) for who in world.people_seen_from(team_id)],
        "app": {
            "id": world.app.id,
            "name": world.manifest.name,
            "bot_user_id": installation.bot_user_id if installation else None,
            "command": list(world.manifest.commands),
            "connected": connected,
            "dm_channel": direct.id,
        },
        "channels": [channel(world, where) for where in channels],
        "messages": {
            where.id: [message(world, what) for what in world.messages_for(where.id, me.id)]
            for where in channels
        },
        "home": {"blocks": home.blocks} if home else None,
        "view": view(stack[-1]) if stack else None,
        "depth": len(stack),
        "now": world.now(),
    }
