"""The command line: every command helps, fails with one clear line, and shows no secret."""

import asyncio
import json
import re
import signal
import subprocess
import sys
import urllib.request
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
import typer.main
from llmock.pytest_plugin import LLMock

from bot.__main__ import app, main
from bot.playground.rehearsals import REHEARSALS
from bot.playground.slack.seed import hotel_seed
from bot.playground.slack.server import create_standin
from bot.playground.slack.serving import serve
from core import audit
from core.audit import AuditAction
from core.credentials.keyset import LocalKeyset
from core.credentials.startup import verify_keys
from core.domain.access import Person, Role, TenantContext
from core.domain.hotel import VendorKey
from core.store import connections, hotels
from core.store.connections import Connection, ConnectionStatus
from core.store.database import Database
from core.store.hotels import Hotel
from tests.bot.environment import KEY, ONE_TOKEN, enter
from tests.clock import START, FakeClock
from tests.databases import Place

pytestmark = pytest.mark.usefixtures("own_logging")

OTHER_KEY = "c4" * 31 + "04"
AURORA = Hotel("11111111-1111-1111-1111-111111111111", "Hotel Aurora", "Europe/Stockholm")
ODD = Hotel("22222222-2222-2222-2222-222222222222", "Zum [/bold] \x1b[2JBären", "Europe/Vienna")
ADA = Person("T0INN", "U0ADA")


@dataclass(frozen=True)
class Outcome:
    """What a command left behind."""

    code: int
    out: str
    err: str

    @property
    def said(self) -> str:
        return self.out + self.err


Run = Callable[..., Outcome]


@pytest.fixture
def innkeeper(monkeypatch: pytest.MonkeyPatch, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> Run:
    """Run `innkeeper` with arguments, in an environment that holds these values alone."""

    def run(*words: str, settings: Mapping[str, str] = {}) -> Outcome:
        enter(monkeypatch, tmp_path, settings)
        monkeypatch.setattr(sys, "argv", ["innkeeper", *words])
        capsys.readouterr()
        try:
            main()
        except SystemExit as ended:
            code = ended.code if isinstance(ended.code, int) else 0
        else:
            code = 0
        seen = capsys.readouterr()
        return Outcome(code, seen.out, seen.err)

    return run


def commands(group: Any, path: tuple[str, ...] = ()) -> Iterator[tuple[str, ...]]:
    """Yield every command and group."""
    yield path
    for name, command in getattr(group, "commands", {}).items():
        yield from commands(command, (*path, name))


COMMANDS = list(commands(typer.main.get_command(app)))


@pytest.mark.parametrize("path", COMMANDS, ids=" ".join)
def test_every_command_helps(innkeeper: Run, path: tuple[str, ...]) -> None:
    """Without any setting, and in a sentence."""
    outcome = innkeeper(*path, "--help")

    assert outcome.code == 0
    assert "Usage: " in outcome.out
    assert re.search(r"[A-Z][a-z]+ .*\.", outcome.out)


def test_the_promised_commands_are_there() -> None:
    """Those of the first version."""
    names = {" ".join(path) for path in COMMANDS}

    assert {"run", "playground", "sandbox", "migrate", "doctor", "hotels", "audit", "keys new"} <= names


def _needs_settings(path: tuple[str, ...]) -> bool:
    return path not in {(), ("keys",), ("keys", "new"), ("playground",), ("sandbox",)}


ARGUMENTS: dict[tuple[str, ...], tuple[str, ...]] = {
    ("audit",): ("--hotel", AURORA.id),
    ("export",): ("bookings", "--hotel", AURORA.id),
    ("found",): ("--workspace", "T0NEW", "--name", "New", "--admin", "U0NEW"),
}


@pytest.mark.parametrize("path", [path for path in COMMANDS if _needs_settings(path)], ids=" ".join)
def test_without_settings_every_command_says_which(innkeeper: Run, path: tuple[str, ...]) -> None:
    """Exit code 1, a line for each setting, no traceback."""
    outcome = innkeeper(*path, *ARGUMENTS.get(path, ()))

    assert outcome.code == 1
    assert "PMS_ENCRYPTION_KEY" in outcome.said
    assert "SLACK_APP_TOKEN" in outcome.said
    assert "Traceback" not in outcome.said


@pytest.mark.parametrize(
    "words", [("no-such-command",), ("audit",), ("run", "--role", "cook"), ("hotels", "--no-such-option")]
)
def test_a_wrong_command_line_is_refused(innkeeper: Run, words: tuple[str, ...]) -> None:
    """With the usual exit code of a wrong usage."""
    outcome = innkeeper(*words)

    assert outcome.code == 2
    assert "Traceback" not in outcome.said


def settings_for(place: Place, **changes: str) -> dict[str, str]:
    return {**ONE_TOKEN, "DATABASE_URL": place.url, "SLACK_API_URL": "http://127.0.0.1:9/api/", **changes}


async def furnish(url: str) -> None:
    """Put two hotels into a database, one of them connected, sealed under KEY."""
    database = Database.open(url)
    try:
        async with database.system() as unit:
            await verify_keys(unit, LocalKeyset.parse(KEY), FakeClock())
            await hotels.add_hotel(unit, AURORA, "T0INN", START)
            await hotels.add_hotel(unit, ODD, "T0SEA", START)
        async with database.transaction(TenantContext(AURORA.id, ADA)) as tenant:
            await hotels.give_role(tenant, ADA, Role.ADMIN, START)
            await connections.save(tenant, CONNECTION, START)
            about = ("external_pms_config", CONNECTION.id)
            await audit.record(tenant, AuditAction.CONNECTED, START, about=about, details={"vendor": "Mews"})
            await audit.record(tenant, AuditAction.REFUSED, START, success=False)
    finally:
        await database.aclose()


CONNECTION = Connection(
    id="c0ffee00-0000-0000-0000-000000000000",
    vendor=VendorKey.MEWS,
    sealed="c2.a-sealed-text-of-no-meaning",
    status=ConnectionStatus.ACTIVE,
    values={},
    origin="https://api.mews.com:443",
    property_id="p-1",
    property_name="Aurora at Mews",
)


@pytest.fixture
def furnished(place: Place) -> Place:
    """A database with two hotels; the test runs once on each engine."""
    asyncio.run(furnish(place.url))
    return place


def test_hotels_are_listed_whole(innkeeper: Run, furnished: Place) -> None:
    """An id can be copied from the table however narrow it is; nothing in a name is markup or a control."""
    outcome = innkeeper("hotels", settings=settings_for(furnished))

    assert outcome.code == 0
    rows = [line.split("│") for line in outcome.out.splitlines() if line.startswith("│")]
    assert [[cell.strip() for cell in row[1:-1]] for row in rows] == [
        [AURORA.id, "Hotel Aurora", "Mews", "ACTIVE", "Aurora at Mews"],
        [ODD.id, "Zum [/bold] [2JBären", "–", "–", "–"],
    ]
    assert not any(letter < " " for letter in outcome.out.replace("\n", ""))


def test_hotels_are_listed_for_programs(innkeeper: Run, furnished: Place) -> None:
    """One JSON object a line."""
    outcome = innkeeper("hotels", "--json", settings=settings_for(furnished))

    assert [json.loads(line) for line in outcome.out.splitlines()] == [
        {
            "id": AURORA.id,
            "name": "Hotel Aurora",
            "pms": "Mews",
            "status": "ACTIVE",
            "property": "Aurora at Mews",
        },
        {"id": ODD.id, "name": ODD.name, "pms": None, "status": None, "property": None},
    ]


def test_no_hotel_is_said_to_be_none(innkeeper: Run, sqlite_place: Place) -> None:
    outcome = innkeeper("hotels", settings=settings_for(sqlite_place))

    assert (outcome.code, outcome.out) == (0, "No hotel has been set up yet.\n")


def test_the_audit_log_can_be_read(innkeeper: Run, furnished: Place) -> None:
    """The newest first, for people and for programs, of one hotel alone."""
    table = innkeeper("audit", "--hotel", AURORA.id, settings=settings_for(furnished))
    lines = innkeeper("audit", "--hotel", AURORA.id, "--json", settings=settings_for(furnished))
    newest = innkeeper(
        "audit", "--hotel", AURORA.id, "--json", "--limit", "1", settings=settings_for(furnished)
    )
    other = innkeeper("audit", "--hotel", ODD.id, "--json", settings=settings_for(furnished))

    assert "pms.external.connected" in table.out
    assert "vendor=Mews" in table.out
    said = [json.loads(line) for line in lines.out.splitlines()]
    assert [line["action"] for line in said] == ["pms.access.refused", "pms.external.connected"]
    assert said[1] == {
        "at": "2026-03-01T12:00:00+00:00",
        "user": "U0ADA",
        "action": "pms.external.connected",
        "resource": ["external_pms_config", CONNECTION.id],
        "success": True,
        "severity": "INFO",
        "details": {"vendor": "Mews"},
    }
    assert newest.out == lines.out.splitlines(keepends=True)[0]
    assert (other.code, other.out) == (0, "")


def test_a_hotel_that_is_not_there_is_said_so(innkeeper: Run, furnished: Place) -> None:
    outcome = innkeeper("audit", "--hotel", "33333333", settings=settings_for(furnished))

    assert (outcome.code, outcome.out) == (1, "")
    assert outcome.err == "There is no hotel with the id 33333333.\n"


def test_a_hotel_is_founded_once(innkeeper: Run, furnished: Place) -> None:
    """The second time the workspace has one; the first one stays."""
    words = ("found", "--workspace", "T0NEW", "--name", "New", "--admin", "U0NEW", "--timezone")

    first = innkeeper(*words, "Europe/Vienna", settings=settings_for(furnished))
    second = innkeeper(*words, "Europe/Vienna", settings=settings_for(furnished))
    wrong = innkeeper(*words, "Mars/Olympus", settings=settings_for(furnished))

    assert first.code == 0
    assert re.fullmatch(r"[0-9a-f-]{36}\n", first.out)
    assert (second.code, second.err) == (1, "The workspace T0NEW leads to a hotel already.\n")
    assert wrong.code == 2
    listed = innkeeper("hotels", "--json", settings=settings_for(furnished))
    assert listed.out.count('"New"') == 1


def test_a_new_key_is_a_key(innkeeper: Run) -> None:
    """Each one another, good for the setting, and none is kept anywhere."""
    first, second = innkeeper("keys", "new"), innkeeper("keys", "new")

    assert LocalKeyset.parse(first.out.strip()).current_key_id
    assert first.out != second.out


def test_the_keys_are_told_by_name_alone(innkeeper: Run, furnished: Place) -> None:
    """Which are held, and which the database needs."""
    outcome = innkeeper("keys", "status", settings=settings_for(furnished))

    assert outcome.code == 0
    assert LocalKeyset.parse(KEY).current_key_id in outcome.out


def test_migrating_makes_a_database_and_may_be_repeated(innkeeper: Run, tmp_path: Path) -> None:
    """Also the folder it lives in."""
    settings = {**ONE_TOKEN, "DATABASE_URL": f"sqlite:///{tmp_path}/a/folder/innkeeper.db"}

    said = [innkeeper("migrate", settings=settings) for _ in range(2)]

    assert [(one.code, one.out) for one in said] == [(0, "The database is ready.\n")] * 2
    assert innkeeper("hotels", settings=settings).out == "No hotel has been set up yet.\n"


@pytest.mark.parametrize("path", [("hotels",), ("audit",), ("keys", "status"), ("found",)], ids=" ".join)
def test_without_a_database_every_command_says_so_in_a_line(
    innkeeper: Run, tmp_path: Path, path: tuple[str, ...]
) -> None:
    """Nothing is made on the way: only `migrate` and `run` make a database."""
    url = f"sqlite:///{tmp_path}/no-such-folder/innkeeper.db"
    outcome = innkeeper(*path, *ARGUMENTS.get(path, ()), settings={**ONE_TOKEN, "DATABASE_URL": url})

    assert (outcome.code, outcome.out) == (1, "")
    assert "DATABASE_URL: there is no database yet; `innkeeper migrate` makes one\n" in outcome.err
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("url", ["sqlite:///{folder}", "postgresql://innkeeper:c4n4ry@127.0.0.1:9/innkeeper"])
def test_a_database_that_cannot_be_reached_is_named_by_its_trouble(
    innkeeper: Run, tmp_path: Path, url: str
) -> None:
    """Its class and never its text: that can hold the address and the password in it."""
    settings = {**ONE_TOKEN, "DATABASE_URL": url.format(folder=tmp_path)}
    outcome = innkeeper("hotels", settings=settings)

    assert (outcome.code, outcome.out) == (1, "")
    trouble = "IsADirectoryError" if "{folder}" in url else "OperationalError"
    assert outcome.err == f"The database or a file cannot be reached ({trouble}). Try `innkeeper doctor`.\n"


def files(place: Place) -> dict[str, bytes]:
    """Return every file of a SQLite database."""
    path = Path(place.url.removeprefix("sqlite:///"))
    return {file.name: file.read_bytes() for file in path.parent.glob(f"{path.name}*")}


@pytest.mark.parametrize("path", [("run",), ("doctor",), ("keys", "status")], ids=" ".join)
def test_with_another_key_nothing_starts_and_nothing_changes(
    innkeeper: Run, sqlite_place: Place, path: tuple[str, ...]
) -> None:
    """The setting is named with both keys' names, and the database is the same to the byte."""
    asyncio.run(furnish(sqlite_place.url))
    before = files(sqlite_place)

    outcome = innkeeper(*path, settings=settings_for(sqlite_place, PMS_ENCRYPTION_KEY=OTHER_KEY))

    assert outcome.code == 1
    assert f"needs the key {LocalKeyset.parse(KEY).current_key_id}" in outcome.said
    assert LocalKeyset.parse(OTHER_KEY).current_key_id in outcome.said
    assert "nothing was changed" in outcome.said
    assert "Traceback" not in outcome.said
    assert files(sqlite_place) == before


def test_with_both_keys_it_starts_again(innkeeper: Run, sqlite_place: Place) -> None:
    """The control: the old key beside the new one opens the same database."""
    asyncio.run(furnish(sqlite_place.url))
    names = {name: LocalKeyset.parse(key).current_key_id for name, key in (("old", KEY), ("new", OTHER_KEY))}
    both = {"primary": names["new"], "keys": {names["old"]: KEY, names["new"]: OTHER_KEY}}

    outcome = innkeeper(
        "keys", "status", settings=settings_for(sqlite_place, PMS_ENCRYPTION_KEY=json.dumps(both))
    )

    assert outcome.code == 0


async def _standin_and(command: Callable[[str], Outcome]) -> Outcome:
    """Run a command while the stand-in answers; the command has an event loop of its own, in a thread."""
    async with serve(create_standin()) as url:
        return await asyncio.to_thread(command, f"{url}/api/")


def test_the_doctor_finds_everything_well(innkeeper: Run, furnished: Place) -> None:
    """Settings, database, keys, Slack and its sockets, and that there is no model."""
    seed = hotel_seed()
    tokens = {"SLACK_BOT_TOKEN": seed.bot_token("T0INN"), "SLACK_APP_TOKEN": seed.app.app_token}
    outcome = asyncio.run(
        _standin_and(
            lambda url: innkeeper("doctor", settings=settings_for(furnished, SLACK_API_URL=url, **tokens))
        )
    )

    assert outcome.code == 0
    assert [line.partition(":")[0] for line in outcome.out.splitlines()] == [
        "✓ Settings",
        "✓ Database",
        "✓ Keys",
        "✓ Slack",
        "✓ Socket Mode",
        "✓ Language model",
    ]
    assert "Hotel Aurora" in outcome.out


def test_the_doctor_needs_no_bot_token_where_workspaces_bring_theirs(
    innkeeper: Run, furnished: Place
) -> None:
    """An app that is installed by OAuth is well without one."""
    seed = hotel_seed()
    settings = settings_for(
        furnished,
        SLACK_BOT_TOKEN="",
        SLACK_APP_TOKEN=seed.app.app_token,
        SLACK_CLIENT_ID=seed.app.client_id,
        SLACK_CLIENT_SECRET=seed.app.client_secret,
        PUBLIC_URL="https://innkeeper.example.com",
    )
    outcome = asyncio.run(
        _standin_and(lambda url: innkeeper("doctor", settings={**settings, "SLACK_API_URL": url}))
    )

    assert outcome.code == 0, outcome.out


def test_the_doctor_says_what_to_mend(innkeeper: Run, furnished: Place) -> None:
    """Tokens that Slack refuses, and a Slack that cannot be reached, with the cure of each."""
    refused = asyncio.run(
        _standin_and(lambda url: innkeeper("doctor", settings=settings_for(furnished, SLACK_API_URL=url)))
    )
    unreachable = innkeeper("doctor", settings=settings_for(furnished))

    assert refused.code == 1
    assert "✗ Slack: refuses us (invalid_auth)" in refused.out
    assert "Copy SLACK_BOT_TOKEN again" in refused.out
    assert "Copy SLACK_APP_TOKEN again" in refused.out
    assert unreachable.code == 1
    assert "✗ Slack: cannot be reached" in unreachable.out


def test_the_doctor_puts_a_question_to_the_model(innkeeper: Run, furnished: Place, llmock: LLMock) -> None:
    """One that answers, one that refuses the key, one that talks of something else."""
    settings = settings_for(
        furnished, OPENAI_API_KEY="sk-made-up", OPENAI_MODEL="m1", OPENAI_BASE_URL=llmock.base_url()
    )

    llmock.reply('{"wish": "retry"}')
    assert "✓ Language model: m1 answers\n" in innkeeper("doctor", settings=settings).out
    llmock.fail(401)
    refused = innkeeper("doctor", settings=settings).out
    assert "✗ Language model: does not answer (refused, 401)\n    Check OPENAI_API_KEY" in refused
    llmock.reply("Once more it is.")
    assert "✗ Language model: m1 answers in another form" in innkeeper("doctor", settings=settings).out


def test_the_doctor_asks_for_a_migration(innkeeper: Run, tmp_path: Path) -> None:
    """A database of another version is not touched."""
    settings = {**ONE_TOKEN, "DATABASE_URL": f"sqlite:///{tmp_path}/new.db", "SLACK_API_URL": SILENT}
    outcome = innkeeper("doctor", settings=settings)

    assert outcome.code == 1
    assert "Run `innkeeper migrate`." in outcome.out


SILENT = "http://127.0.0.1:9/api/"


@pytest.mark.parametrize("path", [path for path in COMMANDS if _needs_settings(path)], ids=" ".join)
def test_no_command_shows_a_secret(
    innkeeper: Run, furnished: Place, monkeypatch: pytest.MonkeyPatch, path: tuple[str, ...]
) -> None:
    """Neither when it works nor when it fails; `run` fails for want of a Slack to talk to."""
    monkeypatch.setattr("bot.cli.serving.run", _no_slack)
    settings = settings_for(
        furnished,
        SLACK_BOT_TOKEN="xoxb-c4n4ry",
        SLACK_APP_TOKEN="xapp-c4n4ry",
        SLACK_SIGNING_SECRET="c4n4ry",
        SLACK_CLIENT_SECRET="c4n4ry",
    )
    outcome = innkeeper(*path, *ARGUMENTS.get(path, ()), settings=settings)

    assert "c4n4ry" not in outcome.said
    assert KEY not in outcome.said
    assert CONNECTION.sealed not in outcome.said
    assert outcome.said


async def _no_slack(*_: object) -> None:
    raise ConnectionRefusedError("nobody listens there")


def test_the_sandboxes_run_alone(tmp_path: Path) -> None:
    """They say how they are reached, answer there, and end when asked to."""
    command = [sys.executable, "-m", "bot", "sandbox", "--port", "0"]
    process = subprocess.Popen(
        command,
        cwd=tmp_path,
        env={"LANG": "C.UTF-8"},
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )
    try:
        assert process.stdout is not None
        said: dict[str, str] = {}
        while "INNKEEPER_ALLOW_LOOPBACK" not in said:
            name, _, value = process.stdout.readline().strip().partition("=")
            said[name] = value
        doors = said["INNKEEPER_ALLOW_LOOPBACK"].split(",")
        assert said["MEWS_URL"].removeprefix("http://") in doors
        assert len(doors) == len(REHEARSALS)
        request = urllib.request.Request(
            f"http://{doors[list(REHEARSALS).index(VendorKey.CUSTOM)]}/v1/property"
        )
        with pytest.raises(urllib.error.HTTPError) as refused:
            urllib.request.urlopen(request, timeout=10)
        assert refused.value.code == 401
        refused.value.close()
        process.send_signal(signal.SIGINT)
        assert process.wait(timeout=20) == 0
    finally:
        process.kill()
        _, err = process.communicate()
    assert "Traceback" not in err
