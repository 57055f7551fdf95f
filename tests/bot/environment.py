"""An operator's environment: complete and right, for tests to break one thing in it."""

from collections.abc import Mapping
from pathlib import Path
from typing import Final

import pytest

from bot.settings import Settings

KEY: Final = "7f" * 31 + "02"

ONE_TOKEN: Final[Mapping[str, str]] = {
    "PMS_ENCRYPTION_KEY": KEY,
    "SLACK_BOT_TOKEN": "xoxb-made-up-bot",
    "SLACK_APP_TOKEN": "xapp-made-up-app",
}
"""What one workspace over Socket Mode needs, and nothing else."""

MANY_WORKSPACES: Final[Mapping[str, str]] = {
    "PMS_ENCRYPTION_KEY": KEY,
    "SLACK_TRANSPORT": "http",
    "SLACK_SIGNING_SECRET": "made-up-signing-secret",
    "SLACK_CLIENT_ID": "1000.2000",
    "SLACK_CLIENT_SECRET": "made-up-client-secret",
    "PUBLIC_URL": "https://innkeeper.example.com",
}
"""What an app that is installed by OAuth and hears Slack over HTTP needs."""

NAMES: Final = frozenset(name.upper() for name in Settings.model_fields)


def enter(monkeypatch: pytest.MonkeyPatch, folder: Path, values: Mapping[str, str]) -> None:
    """Make these the only settings there are: nothing of the caller's own, and no `.env`."""
    for name in NAMES:
        monkeypatch.delenv(name, raising=False)
        monkeypatch.delenv(name.lower(), raising=False)
    for name, value in values.items():
        monkeypatch.setenv(name, value)
    monkeypatch.chdir(folder)
