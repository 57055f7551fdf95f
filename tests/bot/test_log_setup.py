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
