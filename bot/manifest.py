"""What the app asks of Slack: its scopes, events, command and surfaces. `manifest.yml` says the same.

A test holds the file equal to this, and this equal to what the listeners listen to. `python -m bot.manifest`
rewrites the file; with an address behind it, it prints the manifest of an app that is reached there.
"""

import sys
from pathlib import Path
from typing import Any, Final

from bot import ids

SCOPES: Final = (
    "app_mentions:read",
    "assistant:write",
    "chat:write",
    "commands",
    "im:history",
    "im:write",
    "users:read",
)
"""`users:read` tells guests and visitors from members; `im:*` is the private thread; no channel is read."""

EVENTS: Final = (
    "agent_session_stopped",
    "app_home_opened",
    "app_mention",
    "app_uninstalled",
    "message.im",
    "tokens_revoked",
)

DESCRIPTION: Final = "Connects your hotel's PMS in five guided steps."
LONG_DESCRIPTION: Final = (
    "Innkeeper connects a hotel's property management system to Slack in five guided steps: choose the PMS, "
    "enter credentials in a private form, test the connection layer by layer, review, done. When a test "
    "fails it says exactly what failed, who must act and what to do. Credentials are sealed the moment they "
    "arrive and never shown again; only managers and admins may configure; every change is audited."
)


def manifest(public_url: str = "") -> dict[str, Any]:
    """Return the manifest; with a public address for signed HTTP, without one for Socket Mode."""
    command: dict[str, Any] = {
        "command": ids.COMMAND,
        "description": "Connect your hotel's PMS, or see how it stands",
        "usage_hint": "[connect | status | sync | history | disconnect | team | help]",
        "should_escape": True,
    }
    events: dict[str, Any] = {"bot_events": list(EVENTS)}
    interactivity: dict[str, Any] = {"is_enabled": True}
    oauth: dict[str, Any] = {"scopes": {"bot": list(SCOPES)}}
    if public_url:
        base = public_url.rstrip("/")
        command["url"] = events["request_url"] = interactivity["request_url"] = f"{base}/slack/events"
        oauth["redirect_urls"] = [f"{base}/slack/oauth_redirect"]
    return {
        "_metadata": {"major_version": 2, "minor_version": 1},
        "display_information": {
            "name": "Innkeeper",
            "description": DESCRIPTION,
            "long_description": LONG_DESCRIPTION,
            "background_color": "#1f3d34",
        },
        "features": {
            "agent_view": {
                "agent_description": "Helps managers connect their hotel's PMS and keep it connected.",
                "suggested_prompts": [
                    {"title": "Connect our PMS", "message": "connect"},
                    {"title": "How does it stand?", "message": "status"},
                    {"title": "What can you do?", "message": "help"},
                ],
            },
            "app_home": {
                "home_tab_enabled": True,
                "messages_tab_enabled": True,
                "messages_tab_read_only_enabled": False,
            },
            "bot_user": {"display_name": "Innkeeper", "always_online": True},
            "slash_commands": [command],
        },
        "oauth_config": oauth,
        "settings": {
            "event_subscriptions": events,
            "interactivity": interactivity,
            "org_deploy_enabled": False,
            "socket_mode_enabled": not public_url,
            "token_rotation_enabled": False,
        },
    }


FILE: Final = Path(__file__).parent.parent / "manifest.yml"

HEADING: Final = """\
# The Slack app. Paste it at api.slack.com/apps > Create New App > From a manifest.
# Written from bot/manifest.py by `make docs`; a test holds both equal.
"""


def as_yaml(public_url: str = "") -> str:
    """Return the manifest as Slack's page takes it."""
    try:
        import yaml  # noqa: PLC0415 - for developers: the product itself needs no YAML
    except ImportError:
        sys.exit("PyYAML is not installed; `make install` brings it")
    return HEADING + yaml.safe_dump(manifest(public_url), sort_keys=False, allow_unicode=True, width=100)


def main(arguments: list[str]) -> None:
    """Rewrite manifest.yml; or, given a public address, print the manifest for it."""
    if arguments:
        sys.stdout.write(as_yaml(arguments[0]))
    else:
        FILE.write_text(as_yaml(), encoding="utf-8")


if __name__ == "__main__":
    main(sys.argv[1:])
