"""Whatever is wrong with the settings is said at once, by name, and never with a value."""

import os
import subprocess
import sys
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Final

import pytest

from bot.settings import Settings, read_settings
from core.domain.errors import SettingsError
from tests.bot.environment import KEY, MANY_WORKSPACES, ONE_TOKEN, enter

Read = Callable[[Mapping[str, str]], Settings]

CANARY: Final = "c4n4ry-d0-n0t-sh0w"


@pytest.fixture
def read(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Read:
    """Read the settings of an environment that holds these values alone."""

    def read_them(values: Mapping[str, str]) -> Settings:
        enter(monkeypatch, tmp_path, values)
        return read_settings()

    return read_them


def problems(read: Read, values: Mapping[str, str]) -> dict[str, str]:
    with pytest.raises(SettingsError) as caught:
        read(values)
    return caught.value.problems


def test_one_token_is_enough(read: Read) -> None:
    """Three values start the bot; everything else has a default that is safe."""
    settings = read(ONE_TOKEN)

    assert settings.innkeeper_profile == "production"
    assert settings.slack_api_url == "https://slack.com/api/"
    assert (settings.innkeeper_host, settings.innkeeper_port) == ("127.0.0.1", 3000)
    assert settings.policy.doors == frozenset()
    assert settings.bot_token.reveal() == "xoxb-made-up-bot"


def test_many_workspaces_need_no_token_of_one(read: Read) -> None:
    """Each installation brings its own."""
    settings = read(MANY_WORKSPACES)

    assert settings.client_secret.reveal() == "made-up-client-secret"
    assert settings.signing_secret.reveal() == "made-up-signing-secret"
    assert not settings.bot_token


def test_a_file_counts_as_much_as_the_environment(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """`.env` in the working folder; what the environment says goes before it."""
    lines = [f"{name}={value}" for name, value in ONE_TOKEN.items()]
    (tmp_path / ".env").write_text("\n".join([*lines, "INNKEEPER_PORT=4000", "INNKEEPER_HOST=0.0.0.0"]))
    enter(monkeypatch, tmp_path, {"INNKEEPER_PORT": "5000"})

    settings = read_settings()

    assert (settings.innkeeper_host, settings.innkeeper_port) == ("0.0.0.0", 5000)


@pytest.mark.parametrize(
    ("complete", "left_out"),
    [(ONE_TOKEN, name) for name in ONE_TOKEN]
    + [(MANY_WORKSPACES, name) for name in ("SLACK_SIGNING_SECRET", "SLACK_CLIENT_SECRET", "PUBLIC_URL")],
)
def test_what_is_missing_is_named(read: Read, complete: Mapping[str, str], left_out: str) -> None:
    """It alone: one gap does not make others look broken."""
    rest = {name: value for name, value in complete.items() if name != left_out}

    assert list(problems(read, rest)) == [left_out]


def test_an_empty_environment_names_everything_that_is_needed(read: Read) -> None:
    """Nobody should have to start three times to learn of three gaps."""
    assert problems(read, {}) == {
        "PMS_ENCRYPTION_KEY": "is missing",
        "SLACK_BOT_TOKEN": "is missing (or SLACK_CLIENT_ID, to be installed in many workspaces)",
        "SLACK_APP_TOKEN": "the socket transport needs it; it starts with xapp-",
    }


BROKEN: Final[Mapping[str, str]] = {
    "INNKEEPER_PROFILE": CANARY,
    "DATABASE_URL": f"mysql://root:{CANARY}@db/innkeeper",
    "PMS_ENCRYPTION_KEY": CANARY,
    "SLACK_TRANSPORT": CANARY,
    "SLACK_BOT_TOKEN": f"xoxp-{CANARY}",
    "SLACK_API_URL": f"http://{CANARY}.example/api/",
    "PUBLIC_URL": f"ftp://{CANARY}.example/",
    "INNKEEPER_ALLOW_LOOPBACK": f"{CANARY}:80",
    "INNKEEPER_PORT": CANARY,
}


def test_everything_broken_is_reported_together_and_no_value_is_shown(read: Read) -> None:
    """Also one that was typed into the wrong setting."""
    with pytest.raises(SettingsError) as caught:
        read(BROKEN)

    assert set(caught.value.problems) == set(BROKEN)
    assert CANARY not in f"{caught.value!r} {caught.value} {caught.value.problems}"
    assert caught.value.__cause__ is None
    assert caught.value.__suppress_context__


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("DATABASE_URL", "mysql://db/innkeeper"),
        ("DATABASE_URL", "sqlite:///"),
        ("DATABASE_URL", f"postgresql://innkeeper:{CANARY}@db:port/innkeeper"),
        ("PMS_ENCRYPTION_KEY", f"{CANARY}"),
        ("PMS_ENCRYPTION_KEY", "00" * 32),
        ("PMS_ENCRYPTION_KEY", '{"primary": "a", "keys": {}}'),
        ("SLACK_APP_TOKEN", f"xoxb-{CANARY}"),
        ("SLACK_API_URL", "https://slack.com/api"),
        ("SLACK_API_URL", "http://slack.com/api/"),
        ("SLACK_API_URL", "http://127.0.0.1.example.com/api/"),
        ("SLACK_API_URL", "http://localhost@example.com/api/"),
        ("SLACK_API_URL", "https:///api/"),
        ("PUBLIC_URL", "http://innkeeper.example.com"),
        ("INNKEEPER_PORT", "0"),
        ("INNKEEPER_PORT", "65536"),
        ("MEWS_URL", "api.mews.com"),
        ("MEWS_URL", "http://api.mews.com"),
        ("CLOUDBEDS_URL", f"https://user:{CANARY}@api.cloudbeds.com"),
        ("APALEO_URL", "https://10.0.0.1"),
        ("APALEO_IDENTITY_URL", "https://localhost"),
    ],
)
def test_what_cannot_be_right_is_refused_by_its_name(read: Read, name: str, value: str) -> None:
    """The rest is right, so nothing else is named."""
    found = problems(read, {**ONE_TOKEN, name: value})

    assert list(found) == [name]
    assert CANARY not in found[name]


@pytest.mark.parametrize(
    "address", ["https://slack.com/api/", "http://127.0.0.1:3000/api/", "http://localhost:3000/api/"]
)
def test_slack_may_live_elsewhere(read: Read, address: str) -> None:
    """Behind a proxy, or at a stand-in on this machine."""
    assert read({**ONE_TOKEN, "SLACK_API_URL": address}).slack_api_url == address


def test_loopback_is_for_development(read: Read) -> None:
    """The same list is taken there and refused in production, whatever else is right."""
    doors = {
        "INNKEEPER_ALLOW_LOOPBACK": "127.0.0.1:3101, 127.0.0.1:3102",
        "MEWS_URL": "http://127.0.0.1:3101",
    }

    settings = read({**ONE_TOKEN, **doors, "INNKEEPER_PROFILE": "development"})
    assert settings.innkeeper_allow_loopback == ("127.0.0.1:3101", "127.0.0.1:3102")

    found = problems(read, {**ONE_TOKEN, **doors})
    assert found["INNKEEPER_ALLOW_LOOPBACK"] == "is for the development profile only"


@pytest.mark.parametrize("entry", ["127.0.0.1", "10.0.0.1:80", "example.com:443", "127.0.0.1:0", "*:80"])
def test_only_doors_of_this_machine_can_be_opened(read: Read, entry: str) -> None:
    """An exact host and port of loopback, and nothing wider."""
    values = {**ONE_TOKEN, "INNKEEPER_PROFILE": "development", "INNKEEPER_ALLOW_LOOPBACK": entry}

    assert list(problems(read, values)) == ["INNKEEPER_ALLOW_LOOPBACK"]


def test_settings_do_not_show_their_secrets(read: Read) -> None:
    """Whoever logs the object by mistake logs asterisks."""
    secret = {
        "SLACK_BOT_TOKEN": f"xoxb-{CANARY}",
        "SLACK_APP_TOKEN": f"xapp-{CANARY}",
        "SLACK_SIGNING_SECRET": CANARY,
        "SLACK_CLIENT_SECRET": CANARY,
    }
    settings = read({**ONE_TOKEN, **secret})

    shown = f"{settings} {settings!r} {settings.model_dump()} {settings.model_dump_json()}"
    assert CANARY not in shown
    assert KEY not in shown
    assert settings.bot_token.reveal() == f"xoxb-{CANARY}"


def test_the_process_does_not_start(tmp_path: Path) -> None:
    """`innkeeper run` in a broken environment: exit 1, a line for each problem, no value, no traceback."""
    # Nothing but what Python itself needs to start.
    environment = {"LANG": "C.UTF-8", "PATH": os.environ.get("PATH", ""), **BROKEN}
    run = subprocess.run(
        [sys.executable, "-m", "bot", "run"],
        env=environment,
        cwd=tmp_path,
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )

    assert run.returncode == 1
    assert run.stdout == ""
    named = [line.strip().partition(":")[0] for line in run.stderr.splitlines() if line.startswith("  ")]
    assert named == sorted(BROKEN)
    assert CANARY not in run.stderr
    assert "Traceback" not in run.stderr
    assert list(tmp_path.iterdir()) == []


def test_there_is_no_model_unless_a_key_says_so(read: Read) -> None:
    """Nothing is sent anywhere by default; with a key, to where the settings say."""
    assert not read(ONE_TOKEN).openai_key

    settings = read({**ONE_TOKEN, "OPENAI_API_KEY": f" {CANARY} "})
    assert settings.openai_key.reveal() == CANARY
    assert CANARY not in repr(settings)
    assert settings.openai_base_url == "https://api.openai.com/v1"


@pytest.mark.parametrize(
    ("base_url", "plain_http"),
    [
        ("https://models.example.com/v1/", ""),
        ("http://127.0.0.1:8080/v1", ""),
        ("http://localhost:11434/v1", ""),
        ("http://Models.internal:8000/v1", "other:1, models.internal:8000"),
        ("http://models.internal/v1", "models.internal:80"),
    ],
)
def test_a_model_may_be_reached_where_questions_stay_private(
    read: Read, base_url: str, plain_http: str
) -> None:
    """With TLS, on this machine, or at the very place that the operator has named."""
    settings = read({**ONE_TOKEN, "OPENAI_BASE_URL": base_url, "OPENAI_PLAIN_HTTP": plain_http})

    assert settings.openai_base_url == base_url.rstrip("/")


@pytest.mark.parametrize(
    ("base_url", "plain_http"),
    [
        ("http://models.example.com/v1", ""),
        ("http://models.internal:8001/v1", "models.internal:8000"),
        ("http://models.internal.evil.example:8000/v1", "models.internal:8000"),
        ("http://models.internal:8000@evil.example/v1", "models.internal:8000"),
        ("ftp://127.0.0.1/v1", ""),
        ("127.0.0.1:8080/v1", ""),
        ("http://[/v1", "models.internal:8000"),
        ("", ""),
    ],
)
def test_a_model_is_reached_nowhere_else(read: Read, base_url: str, plain_http: str) -> None:
    told = problems(read, {**ONE_TOKEN, "OPENAI_BASE_URL": base_url, "OPENAI_PLAIN_HTTP": plain_http})

    assert list(told) == ["OPENAI_BASE_URL"]


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("OPENAI_PLAIN_HTTP", "models.internal"),
        ("OPENAI_PLAIN_HTTP", "http://models.internal:8000"),
        ("OPENAI_MODEL", " "),
        ("OPENAI_DAILY_TOKENS", "-1"),
    ],
)
def test_other_settings_of_the_model_are_checked_too(read: Read, name: str, value: str) -> None:
    assert list(problems(read, {**ONE_TOKEN, name: value})) == [name]
