"""Logs hold no secrets: libraries that would write them cannot be turned up, and no value forges a line."""

import json
import logging
from typing import Any

import pytest
import structlog

from bot import log_setup
from bot.log_setup import PINNED

pytestmark = pytest.mark.usefixtures("own_logging")

CANARY = "c4n4ry-d0-n0t-sh0w"
HOSTILE = 'a\nb\r\n{"event": "forged"}\n2026-01-01T00:00:00Z [info] forged\x1b[2K\x00\u202e\u2028\ud800'


def lines(capsys: pytest.CaptureFixture[str]) -> list[Any]:
    """Return what was logged in production, a value for each line; anything that is no JSON fails here."""
    seen = capsys.readouterr()
    assert seen.out == ""
    return [json.loads(line) for line in seen.err.splitlines()]


def test_in_production_a_line_is_a_json_object(capsys: pytest.CaptureFixture[str]) -> None:
    """Ours and those of libraries alike, with the time, the level and who says it."""
    log_setup.set_up(as_json=True)
    structlog.get_logger("bot.test").warning("slack_unreachable", error="TimeoutError", attempt=2)
    logging.getLogger("somebody.else").error("out of %s", "paper")

    ours, theirs = lines(capsys)
    assert {name: value for name, value in ours.items() if name != "timestamp"} == {
        "event": "slack_unreachable",
        "level": "warning",
        "logger": "bot.test",
        "error": "TimeoutError",
        "attempt": 2,
    }
    assert (theirs["event"], theirs["level"], theirs["logger"]) == ("out of paper", "error", "somebody.else")
    assert ours["timestamp"].endswith("Z")


@pytest.mark.parametrize("name", [*PINNED, *(f"{name}.some.part" for name in PINNED)])
def test_a_pinned_logger_cannot_be_turned_up(capsys: pytest.CaptureFixture[str], name: str) -> None:
    """Whoever sets its level, or calls its methods on a child, gets nothing below the floor out of it."""
    for served in ("uvicorn", "uvicorn.error", "uvicorn.access"):  # a server of another test set these up
        logging.getLogger(served).handlers.clear()
        logging.getLogger(served).propagate = True
    log_setup.set_up(as_json=True)
    floor = next(level for pinned, level in PINNED.items() if name == pinned or name.startswith(f"{pinned}."))
    chatty, other = logging.getLogger(name), logging.getLogger(f"not.{name}")
    before = chatty.level
    for logger in (chatty, other, logging.getLogger()):
        logger.setLevel(logging.DEBUG)
    for level in (logging.DEBUG, logging.INFO, logging.WARNING, logging.ERROR, logging.CRITICAL):
        chatty.log(level, "at %s", level)
    other.debug("the control")
    chatty.setLevel(before)
    other.setLevel(logging.NOTSET)

    told = [line["event"] for line in lines(capsys)]
    levels = (logging.DEBUG, logging.INFO, logging.WARNING, logging.ERROR, logging.CRITICAL)
    assert told == [*(f"at {level}" for level in levels if level >= floor), "the control"]


def test_only_whole_names_are_pinned(capsys: pytest.CaptureFixture[str]) -> None:
    """A logger whose name merely begins alike is somebody else."""
    log_setup.set_up(as_json=True)
    logging.getLogger("httpx_extras").info("heard")

    assert [line["event"] for line in lines(capsys)] == ["heard"]


def test_no_value_forges_a_line(capsys: pytest.CaptureFixture[str]) -> None:
    """Line breaks, escape sequences, direction marks, halves of characters: one line each, and all ASCII."""
    log_setup.set_up(as_json=True)
    structlog.get_logger("bot.test").warning("unsigned_request", value=HOSTILE, nested={HOSTILE: [HOSTILE]})
    logging.getLogger("somebody.else").warning("%s", HOSTILE)

    seen = capsys.readouterr().err
    assert seen.isascii()
    ours, theirs = [json.loads(line) for line in seen.splitlines()]
    assert ours["event"] == "unsigned_request"
    assert ours["value"] == HOSTILE
    assert theirs["event"] == HOSTILE


def test_no_value_forges_a_line_for_a_developer_either(capsys: pytest.CaptureFixture[str]) -> None:
    """The readable form quotes values; the terminal gets no control character."""
    log_setup.set_up(as_json=False)
    structlog.get_logger("bot.test").warning("unsigned_request", value=HOSTILE)

    (line,) = capsys.readouterr().err.splitlines()
    assert "unsigned_request" in line
    assert "forged" in line
    assert not any(letter < " " for letter in line)


def _fails() -> None:
    typed = CANARY
    raise LookupError(f"{len(typed)} characters")


@pytest.mark.parametrize("as_json", [True, False], ids=["production", "development"])
def test_a_traceback_shows_no_local_values(capsys: pytest.CaptureFixture[str], as_json: bool) -> None:
    """The place and the message are there, what the variables held is not; by our logger and by any other."""
    log_setup.set_up(as_json=as_json)
    try:
        _fails()
    except LookupError as error:
        structlog.get_logger("bot.test").error("unforeseen", exc_info=error)
        logging.getLogger("somebody.else").exception("also here")

    seen = capsys.readouterr().err
    assert seen.count("_fails") >= 2
    assert seen.count(f"{len(CANARY)} characters") >= 2
    assert CANARY not in seen


KEY = "k4" + "Xz7Qp2Lm9Rt5" * 3
PLANTED = {
    "a vendor's shape": f"cbat_{KEY}",
    "announced": f"refused: api_key={KEY}",
    "in an address": f"GET https://pms:{KEY}@pms.example.com/v1",
    "a header": f"Authorization: Bearer {KEY}",
    "a password": "login failed, password: Hafen#2031",
    "two lines": f"first line\napi_key={KEY}\nlast line",
    "a private key": f"-----BEGIN PRIVATE KEY-----\n{KEY}\n-----END PRIVATE KEY-----",
}


@pytest.mark.parametrize("planted", PLANTED)
@pytest.mark.parametrize("as_json", [True, False], ids=["production", "development"])
def test_a_planted_secret_is_dropped(capsys: pytest.CaptureFixture[str], planted: str, as_json: bool) -> None:
    """As a value, inside of others, as a message, and in what an exception says: by us and by libraries."""
    log_setup.set_up(as_json=as_json)
    text = PLANTED[planted]
    structlog.get_logger("bot.test").warning("careless", value=text, nested={"list": [text]})
    logging.getLogger("somebody.else").warning("sent %s", text)
    try:
        raise LookupError(text)
    except LookupError:
        logging.getLogger("somebody.else").exception("failed")

    seen = capsys.readouterr().err
    assert KEY not in seen
    assert "Hafen" not in seen
    assert seen.count("dropped: looks like") >= 4


def test_without_the_second_wall_it_would_be_there(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    """The control: the same lines, and nothing between them and the terminal."""
    monkeypatch.setattr(log_setup, "drop_secrets", lambda _, __, event: event)
    log_setup.set_up(as_json=True)
    structlog.get_logger("bot.test").warning("careless", value=PLANTED["announced"])

    assert KEY in capsys.readouterr().err


def test_what_trouble_is_found_by_stays(capsys: pytest.CaptureFixture[str]) -> None:
    """Ids, numbers of requests, codes and references are no secrets, however random they look."""
    values = {
        "request_id": "9f3c2a7be01d4c5fa8e6b7d2c3f4a5b6",
        "conversation": "8f14e45f-ceea-467f-a0a3-1f2e3d4c5b6a",
        "code": "http.not_json",
        "reference": "3fa94c1b",
        "attempt": 2,
    }
    log_setup.set_up(as_json=True)
    structlog.get_logger("bot.test").warning("test_failed", **values)

    (line,) = lines(capsys)
    assert {name: line[name] for name in values} == values
