"""The manifest asks for what the code uses: no less, or it breaks; no more, or nobody should install it."""

import ast
import subprocess
import sys
from pathlib import Path
from typing import Any, Final, cast

import pytest
import yaml
from jsonschema import Draft7Validator
from slack_bolt.async_app import AsyncApp
from slack_sdk.web.async_client import AsyncWebClient

from bot.listeners import register
from bot.listeners.house import House
from bot.manifest import FILE, SCOPES, as_yaml, main, manifest
from tests.shared import shared_json

BOT: Final = FILE.parent / "bot"
PUBLIC: Final = "https://innkeeper.example.com"

SCOPES_OF_METHODS: Final[dict[str, set[str]]] = {
    "agents_sessions_setStatus": {"chat:write"},
    "api_test": set(),
    "apps_connections_open": set(),  # the app-level token's own: connections:write
    "assistant_threads_setStatus": {"assistant:write"},
    "auth_test": set(),
    "chat_delete": {"chat:write"},
    "chat_getPermalink": set(),
    "chat_postEphemeral": {"chat:write"},
    "chat_postMessage": {"chat:write"},
    "chat_update": {"chat:write"},
    "conversations_open": {"im:write"},
    "conversations_replies": {"im:history"},
    "users_info": {"users:read"},
    "views_open": set(),
    "views_push": set(),
    "views_publish": set(),
    "views_update": set(),
}
"""Bot scopes by Web API method, as Slack's reference has them. A method that is not here fails the test."""

SCOPES_OF_EVENTS: Final[dict[str, set[str]]] = {
    "agent_session_stopped": set(),
    "app_home_opened": set(),
    "app_mention": {"app_mentions:read"},
    "app_uninstalled": set(),
    "message.im": {"im:history"},
    "tokens_revoked": set(),
}
SCOPES_OF_FEATURES: Final[dict[str, set[str]]] = {
    "agent_view": {"assistant:write"},
    "app_home": set(),
    "bot_user": set(),
    "slash_commands": {"commands"},
}

LISTENED_AS: Final = {"message.im": "message"}
"""Slack subscribes by kind of conversation and delivers them all as `message`."""


class Nobody:
    """Stands for everybody behind the listeners: registering calls none of them."""

    def __getattr__(self, name: str) -> "Nobody":
        return self


class Noting(AsyncApp):
    """Bolt's own app, which also notes what it is told to listen to."""

    def __init__(self) -> None:
        super().__init__(token="xoxb-made-up", request_verification_enabled=False)
        self.noted: dict[str, list[Any]] = {"command": [], "event": [], "action": [], "view": []}

    def command(self, command: Any, *rest: Any, **more: Any) -> Any:
        self.noted["command"].append(command)
        return super().command(command, *rest, **more)

    def event(self, event: Any, *rest: Any, **more: Any) -> Any:
        self.noted["event"].append(event)
        return super().event(event, *rest, **more)

    def action(self, constraints: Any, *rest: Any, **more: Any) -> Any:
        self.noted["action"].append(constraints)
        return super().action(constraints, *rest, **more)

    def view(self, constraints: Any, *rest: Any, **more: Any) -> Any:
        self.noted["view"].append(constraints)
        return super().view(constraints, *rest, **more)


@pytest.fixture(scope="module")
def listening() -> dict[str, list[Any]]:
    """What the listeners listen to, by kind; nothing else is registered with Bolt."""
    app = Noting()
    register(app, cast(House, Nobody()))
    assert len(app._async_listeners) == sum(len(noted) for noted in app.noted.values())
    return app.noted


def called_methods() -> set[str]:
    """Return every Web API method that the product calls: `anything.chat_update(…)` and its like."""
    product = [path for path in BOT.rglob("*.py") if "playground" not in path.parts]
    names = {
        node.func.attr
        for path in product
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8")))
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute)
    }
    methods = {name for name in vars(AsyncWebClient) if "_" in name.strip("_") and not name.startswith("_")}
    return names & methods


def test_the_file_is_the_code() -> None:
    """As data and to the letter: `make docs` would not change it."""
    text = FILE.read_text(encoding="utf-8")

    assert yaml.safe_load(text) == manifest()
    assert text == as_yaml()


@pytest.mark.parametrize("public_url", ["", PUBLIC])
def test_slack_takes_it(public_url: str) -> None:
    """Valid under the schema that Slack publishes, over sockets and over HTTP."""
    schema = shared_json("slack/manifest.schema.json")

    assert [error.message for error in Draft7Validator(schema).iter_errors(manifest(public_url))] == []
    broken = manifest(public_url) | {"display_information": {"name": "x" * 36}}
    assert list(Draft7Validator(schema).iter_errors(broken)), "the control"


def test_what_slack_does_not_check_is_right_too() -> None:
    """Over HTTP every address is the one that the web role serves; over sockets there is none."""
    sockets, http = manifest(), manifest(f"{PUBLIC}/")

    assert sockets["settings"]["socket_mode_enabled"]
    assert PUBLIC not in str(sockets)
    assert not http["settings"]["socket_mode_enabled"]
    endpoint = f"{PUBLIC}/slack/events"
    assert http["features"]["slash_commands"][0]["url"] == endpoint
    assert http["settings"]["event_subscriptions"]["request_url"] == endpoint
    assert http["settings"]["interactivity"]["request_url"] == endpoint
    assert http["oauth_config"]["redirect_urls"] == [f"{PUBLIC}/slack/oauth_redirect"]


def test_every_command_is_in_the_manifest_and_listened_to(listening: dict[str, list[Any]]) -> None:
    declared = [command["command"] for command in manifest()["features"]["slash_commands"]]

    assert sorted(declared) == sorted(listening["command"])


def test_every_event_is_in_the_manifest_and_listened_to(listening: dict[str, list[Any]]) -> None:
    declared = manifest()["settings"]["event_subscriptions"]["bot_events"]

    assert sorted(LISTENED_AS.get(event, event) for event in declared) == sorted(listening["event"])


def test_controls_and_forms_need_interactivity(listening: dict[str, list[Any]]) -> None:
    assert listening["action"]
    assert listening["view"]
    assert manifest()["settings"]["interactivity"]["is_enabled"]


def test_every_called_method_has_its_scopes() -> None:
    """And the table above holds nothing that is no longer called."""
    assert called_methods() == set(SCOPES_OF_METHODS)


def test_no_scope_is_missing_and_none_is_idle() -> None:
    """What the code needs is what the manifest asks for, exactly."""
    features = manifest()["features"]
    events = manifest()["settings"]["event_subscriptions"]["bot_events"]
    needed = set().union(
        *(SCOPES_OF_METHODS[name] for name in called_methods()),
        *(SCOPES_OF_EVENTS[name] for name in events),
        *(SCOPES_OF_FEATURES[name] for name in features),
    )

    assert sorted(SCOPES) == sorted(needed)
    assert manifest()["oauth_config"]["scopes"] == {"bot": list(SCOPES)}


def test_it_can_be_rewritten(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """The file without an address, standard output with one."""
    monkeypatch.setattr("bot.manifest.FILE", tmp_path / "manifest.yml")

    main([])
    main([PUBLIC])

    assert yaml.safe_load((tmp_path / "manifest.yml").read_text(encoding="utf-8")) == manifest()
    assert yaml.safe_load(capsys.readouterr().out) == manifest(PUBLIC)


def test_without_yaml_it_says_so(tmp_path: Path) -> None:
    """An installation without the developers' packages."""
    (tmp_path / "yaml.py").write_text("raise ImportError")
    run = subprocess.run(
        [sys.executable, "-m", "bot.manifest", PUBLIC],
        env={"PYTHONPATH": str(tmp_path)},
        capture_output=True,
        text=True,
        check=False,
    )

    assert (run.returncode, run.stdout) == (1, "")
    assert run.stderr == "PyYAML is not installed; `make install` brings it\n"
