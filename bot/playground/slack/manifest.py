"""What the app may do and wants to hear, read from its manifest."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final

DEFAULT_MANIFEST: Final[Mapping[str, Any]] = {
    "_metadata": {"major_version": 2, "minor_version": 1},
    "display_information": {"name": "Innkeeper"},
    "features": {
        "app_home": {"home_tab_enabled": True, "messages_tab_enabled": True},
        "bot_user": {"display_name": "Innkeeper", "always_online": True},
        "slash_commands": [{"command": "/pms", "description": "Connect and look after your PMS"}],
    },
    "oauth_config": {
        "scopes": {
            "bot": [
                "app_mentions:read",
                "assistant:write",
                "chat:write",
                "commands",
                "im:history",
                "im:read",
                "im:write",
                "team:read",
                "users:read",
            ]
        }
    },
    "settings": {
        "event_subscriptions": {
            "bot_events": [
                "agent_session_stopped",
                "app_home_opened",
                "app_mention",
                "app_uninstalled",
                "message.im",
                "tokens_revoked",
            ]
        },
        "interactivity": {"is_enabled": True},
        "socket_mode_enabled": True,
        "token_rotation_enabled": False,
    },
}
"""Used when no manifest is given."""


@dataclass(frozen=True, slots=True)
class AppManifest:
    """The parts of a manifest that the stand-in enforces."""

    name: str
    commands: tuple[str, ...]
    scopes: tuple[str, ...]
    events: frozenset[str]
    redirect_urls: tuple[str, ...]
    rotates_tokens: bool

    @classmethod
    def read(cls, document: Mapping[str, Any]) -> "AppManifest":
        """Read a manifest; what it leaves out is not granted."""
        oauth = document.get("oauth_config", {})
        settings = document.get("settings", {})
        commands = document.get("features", {}).get("slash_commands", [])
        return cls(
            name=document["display_information"]["name"],
            commands=tuple(command["command"] for command in commands),
            scopes=tuple(oauth.get("scopes", {}).get("bot", [])),
            events=frozenset(settings.get("event_subscriptions", {}).get("bot_events", [])),
            redirect_urls=tuple(oauth.get("redirect_urls", [])),
            rotates_tokens=bool(settings.get("token_rotation_enabled")),
        )
