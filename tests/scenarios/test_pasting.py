"""Secrets that are pasted where they do not belong: the author is told, and nothing is kept."""

import json
import secrets
from pathlib import Path

import pytest

from core.pms.pasted import Finding, Spotter
from core.store import audit_log
from tests.scenarios.hunter import hunt
from tests.scenarios.people import Person
from tests.scenarios.stage import Stage, found_hotel
from tests.scenarios.wizard import begin

PASTED = "pms.external.credentials.pasted"
LOOKS_LIKE = "That looks like an API key of Cloudbeds."


def _key() -> str:
    return f"cbat_{secrets.token_hex(16)}"


def _kept(stage: Stage, output: str) -> dict[str, str]:
    """Return all that the bot has written, said or stored: on SQLite its files, elsewhere what it said."""
    told = [entry.to_json() for entry in stage.standin.wire.after(0) if entry.direction == "app→slack"]
    kept = {"output and log": f"{output} ", "told to Slack": json.dumps(told)}
    if stage.settings.database_url.startswith("sqlite"):
        files = [Path(f"{stage.settings.sqlite_path}{end}") for end in ("", "-wal", "-shm")]
        kept["database"] = "".join(file.read_bytes().decode("latin-1") for file in files if file.exists())
    return kept


async def _audited(stage: Stage) -> list[tuple[str | None, object]]:
    async with stage.database.transaction(await stage.tenant()) as unit:
        lines = await audit_log.list_latest(unit, 20)
    return [(line.user_id, line.details) for line in lines if line.action == PASTED]


def _noted(where: str) -> tuple[str, dict[str, str]]:
    return "U0ADA", {"what": "an API key of Cloudbeds", "vendor": "Cloudbeds", "where": where}


async def test_a_key_in_the_thread_leads_to_the_form(stage: Stage, capfd: pytest.CaptureFixture[str]) -> None:
    """What it looks like, how to delete it, where to make a new one, and the form; nothing of it is kept."""
    ada, key = await found_hotel(stage, channel=None), _key()
    await begin(ada, "Cloudbeds")

    await ada.types(f"Cloudbeds gave me {key}, is that it?", thread="Connect Cloudbeds")

    await ada.sees(LOOKS_LIKE)
    await ada.sees("Delete your message")
    await ada.sees("In Cloudbeds under Account")
    await ada.clicks("Enter Credentials", in_=LOOKS_LIKE)
    await ada.modal("Connect Cloudbeds")
    assert await _audited(stage) == [_noted("message")]
    await stage.stop()
    assert hunt([key], _kept(stage, "".join(capfd.readouterr()))) == []


async def test_without_an_attempt_the_way_to_begin_is_told(stage: Stage) -> None:
    """A wish around the secret is not done: `connect` and a key begin nothing."""
    ada = await found_hotel(stage, channel=None)

    await ada.types(f"connect {_key()}")

    await ada.sees(LOOKS_LIKE)
    await ada.sees("type `/pms connect` to begin")
    assert not ada.can_see("Step 1 of 5")


async def test_a_key_behind_the_command(stage: Stage, capfd: pytest.CaptureFixture[str]) -> None:
    """The command is not done either; only its author reads why."""
    ada, key = await found_hotel(stage, channel=None), _key()

    await ada.types(f"/pms connect {key}", "#general")

    await ada.sees("Slack shows a command to nobody else")
    assert not ada.can_see("private thread")
    assert await _audited(stage) == [_noted("command")]
    await stage.stop()
    assert hunt([key], _kept(stage, "".join(capfd.readouterr()))) == []


async def test_a_key_in_a_channel(stage: Stage) -> None:
    """Told at once, and to nobody else: a colleague in the channel does not read the warning."""
    ada, chloe = await found_hotel(stage), await stage.meet("Chloe")

    await ada.types(f"@Innkeeper the key is {_key()}", "#managers")

    await ada.sees("the whole channel can read it")
    assert not chloe.can_see(LOOKS_LIKE)
    assert await _audited(stage) == [_noted("channel")]


async def _changes(stage: Stage, ada: Person, old: str, new: str) -> None:
    """Change a message as its author would."""
    message = next(
        message
        for channel in stage.standin.world.messages.values()
        for message in channel.values()
        if message.text == old and message.user == "U0ADA"
    )
    stage.standin.messages.edit(message, text=new, blocks=None)


async def test_a_key_that_is_added_later(stage: Stage) -> None:
    """A changed message asks for nothing, and is looked at for secrets all the same."""
    ada = await found_hotel(stage, channel=None)
    await ada.types("status")
    await ada.sees("No PMS is connected yet")

    await _changes(stage, ada, "status", f"status {_key()}")

    await ada.sees("Delete the message that you changed")
    assert await _audited(stage) == [_noted("edit")]


async def test_a_bot_that_cannot_see_would_be_caught(stage: Stage, monkeypatch: pytest.MonkeyPatch) -> None:
    """The control: without the spotter the same words get another answer, and no line is written."""

    def blind(_: Spotter, __: str) -> Finding | None:
        return None

    monkeypatch.setattr(Spotter, "spot", blind)
    ada = await found_hotel(stage, channel=None)

    await ada.types(f"/pms connect {_key()}", "#general")

    await ada.sees("private thread")
    assert not ada.can_see(LOOKS_LIKE)
    assert await _audited(stage) == []
