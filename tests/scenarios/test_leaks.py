"""No secret that is typed into the form is ever seen again: in logs, messages, database, audit, anywhere.

Every zero has its control: the same hunt finds each spelling of each secret when it is planted.
"""

import base64
import json
import secrets
from collections.abc import Callable
from pathlib import Path
from urllib.parse import quote

import pytest

from bot.desks import conversation as bot_conversation
from bot.payloads import Body, typed_credentials
from core.domain.hotel import VendorKey
from core.domain.secret import Secret
from core.pms.sandbox.faults import Fault
from tests.scenarios.hunter import hunt
from tests.scenarios.people import Person
from tests.scenarios.process import ProcessStage
from tests.scenarios.stage import Stage, found_hotel
from tests.scenarios.wizard import begin, custom, enter


def _canary(kind: str) -> str:
    return f"{kind}{secrets.token_hex(20)}"


def _sinks(stage: Stage, ada: Person, output: str) -> dict[str, str]:
    told = [entry.to_json() for entry in stage.standin.wire.after(0) if entry.direction == "app→slack"]
    stored = [Path(f"{stage.settings.sqlite_path}{end}") for end in ("", "-wal", "-shm")]
    return {
        "output and log": output,
        "told to Slack": json.dumps(told),
        "on the screen": "\n".join(ada.texts()),
        "database": "".join(file.read_bytes().decode("latin-1") for file in stored if file.exists()),
    }


async def test_no_canary_is_seen_again(
    capfd: pytest.CaptureFixture[str], process_stage: ProcessStage
) -> None:
    """Wrong keys, keys in the wrong field, a vendor that answers with a web page, an error, nothing."""
    canaries = []
    ada = await found_hotel(process_stage)
    faults = process_stage.sandboxes.faults[VendorKey.CUSTOM]
    await begin(ada, "Custom PMS")
    button = "Enter Credentials"
    for number, fault in enumerate(
        (None, Fault.HTML, Fault.SERVER_ERROR, Fault.BREAK_OFF, Fault.REDIRECT), 1
    ):
        faults.clear()
        if fault:
            faults.on(fault)
        canaries.append(_canary("key"))
        await enter(ada, custom(process_stage, **{"API key": canaries[-1]}), button)
        await ada.sees(f"Test {number}  ·  Stopped at", within_s=15)
        button = "Edit Credentials"
    await ada.clicks("Edit Credentials")
    canaries.append(_canary("misplaced"))
    await ada.fills(custom(process_stage, **{"Endpoint URL": canaries[-1]}))
    assert await ada.submits()
    await ada.closes()
    await ada.types("/pms status", "#general")
    await ada.sees("No PMS is connected yet")
    await process_stage.keeper.stop()

    sinks = _sinks(process_stage, ada, "".join(capfd.readouterr()))

    assert hunt(canaries, sinks) == []
    assert all(sinks.values()), "an empty sink proves nothing"


async def test_a_planted_leak_is_found(
    stage: Stage, capfd: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    """One careless line in the form's path, and the hunt finds it: the zero above can be believed."""

    def careless(view: Body) -> dict[str, Secret]:
        typed = typed_credentials(view)
        print({key: value.reveal() for key, value in typed.items()})
        return typed

    monkeypatch.setattr(bot_conversation, "typed_credentials", careless)
    canary = _canary("key")
    ada = await found_hotel(stage)
    await begin(ada, "Custom PMS")
    await enter(ada, custom(stage, **{"API key": canary}))
    await ada.sees("Stopped at", within_s=15)

    found = hunt([canary], {"output": "".join(capfd.readouterr())})

    assert "output: raw" in found


SPELLED: dict[str, Callable[[str], str]] = {
    "raw": lambda text: text,
    "json": lambda text: json.dumps({"key": text}),
    "url": lambda text: quote(text, safe=""),
    "hex": lambda text: text.encode().hex(),
    "base64 alone": lambda text: base64.b64encode(text.encode()).decode(),
    "base64 in the middle": lambda text: base64.b64encode(b"user:" + text.encode() + b"!").decode(),
    "base64url in the middle": lambda text: base64.urlsafe_b64encode(b"a" + text.encode()).decode(),
    "a piece": lambda text: text[5:13],
    "reversed": lambda text: text[::-1],
}


@pytest.mark.parametrize("spelling", SPELLED)
def test_the_hunter_knows_every_spelling(spelling: str) -> None:
    """What it cannot find, its zeros would say nothing about."""
    canary = _canary("k~/+ö")
    assert hunt([canary], {"sink": f"before {SPELLED[spelling](canary)} after"})
    assert hunt([canary], {"sink": "nothing of the kind"}) == []
