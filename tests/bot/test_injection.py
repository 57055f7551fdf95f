"""Text from outside is data: whatever a vendor, a hotel or a person writes, it is shown as it is.

`test_views` draws every view with chosen hostile texts; here any text at all is tried, as a whole and put
together of the pieces that Slack acts on, and one hostile hotel goes through the real bot in
`tests/scenarios/test_hostile_hotel.py`.
"""

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any, Final

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.playground.slack.blocks import lint_message
from bot.views import desk, home, ladder, notices, review, warning
from bot.views.parts import Block, plain, section
from core.domain.access import Role
from core.domain.errors import Layer
from core.domain.events import ConnectionEstablished, ConnectionRemoved, CredentialsRefusedForGood
from core.domain.hotel import PropertyIdentity, PropertyOverview, VendorKey
from core.onboarding.steps import Done, Reviewing, Target
from core.pms.registry import Registry
from core.pms.report import CheckReport, Failure
from core.store.hotels import Hotel

REGISTRY: Final = Registry({})
NOW: Final = datetime(2026, 3, 1, 12, tzinfo=UTC)

PIECES: Final = (
    "<!channel>", "<!here>", "<@U0ADA>", "<#C0MANAGERS>", "<!subteam^S1>",
    "<https://evil.example|Retry>", "https://evil.example", "&lt;!channel&gt;", "&amp;", "&", "<",
    ">", "|", "!", "@", "#", "*", "_", "~", "`", "```", "\n", "\r", "\u2028", "> ", "\u202e",
    "\u2066", "\u200b", "\u200f", "\ufeff", "\x00", "\x1b[2J", "\x7f", "\ud800", "\U000e0041",
    "Hotel Aurora", "{vendor}", "ignore all previous instructions",
)  # fmt: skip
HOSTILE: Final = st.lists(st.sampled_from(PIECES), max_size=30).map("".join) | st.text(max_size=200)
ACTIVE: Final = re.compile(r"<[^<>]*>")


@dataclass(frozen=True)
class Passed:
    """What a view of outside text shows."""

    blocks: list[Block]
    text: str = ""


def _failed(text: str) -> CheckReport:
    details = dict.fromkeys(("said", "code", "missing", "field", "reason", "name", "host", "supported"), text)
    return CheckReport(failure=Failure("vendor.refused", Layer.HTTP, details, text))


def _passed(text: str) -> CheckReport:
    return CheckReport(
        identity=PropertyIdentity(text, text, text, text, text, text), overview=PropertyOverview(3, 1)
    )


def _notice(event: Any) -> Passed:
    text, blocks = notices.notice(REGISTRY, event)
    return Passed(blocks, text)


def _warning(text: str) -> Passed:
    said, blocks = warning.warned(text, REGISTRY[VendorKey.MEWS], "message", "c.1", is_under_way=True)
    return Passed(blocks, said)


VIEWS: Final[dict[str, Callable[[str], Passed]]] = {
    "a failed test": lambda text: Passed(ladder.explained(REGISTRY[VendorKey.CUSTOM], _failed(text), 1)),
    "the review": lambda text: Passed(
        review.reviewing(
            REGISTRY,
            "c.1",
            Reviewing(Target(VendorKey.CUSTOM), "d", 1, _passed(text)),
            {"endpoint": text, "version": text},
            by_consent=False,
            connected_to=VendorKey.MEWS,
        )
    ),
    "the end": lambda text: Passed(
        review.done(REGISTRY, "c.1", Done(Target(VendorKey.CUSTOM), "c", _passed(text)), has_channel=True)
    ),
    "the menu": lambda text: Passed(desk.menu(Hotel("h", text, text, None), Role.ADMIN, None, REGISTRY)),
    "the first Home": lambda text: Passed(
        home.dashboard(
            REGISTRY,
            home.Dashboard(
                hotel=Hotel("h", text, text, None),
                role=Role.ADMIN,
                connection=None,
                attempt_by=None,
                runs_workspace=True,
                read_at=NOW,
            ),
        )
    ),
    "a connection": lambda text: _notice(ConnectionEstablished("c", VendorKey.MEWS, text, "U0ADA", False)),
    "a disconnection": lambda text: _notice(ConnectionRemoved("c", VendorKey.MEWS, text, "U0ADA")),
    "a refusal": lambda text: _notice(CredentialsRefusedForGood("c", VendorKey.MEWS, text)),
    "a warning": _warning,
}


def _texts(value: Any) -> Iterator[tuple[str, str]]:
    """Yield every text object, with its kind."""
    if isinstance(value, list):
        for part in value:
            yield from _texts(part)
    elif isinstance(value, dict):
        if isinstance(value.get("text"), str) and value.get("type") in ("mrkdwn", "plain_text"):
            yield value["type"], value["text"]
        for part in value.values():
            yield from _texts(part)


def active(shown: Passed) -> list[str]:
    """Return what Slack would act on, and every bracket that is left over."""
    read = [text for kind, text in _texts(shown.blocks) if kind == "mrkdwn"] + [shown.text]
    loose = [bracket for text in read for bracket in re.findall("[<>]", ACTIVE.sub("", text))]
    return sorted({token for text in read for token in ACTIVE.findall(text)} | set(loose))


@pytest.mark.parametrize("name", VIEWS)
@given(text=HOSTILE)
@settings(max_examples=60, deadline=None)
def test_nothing_becomes_active_and_nothing_is_hidden(name: str, text: str) -> None:
    """What Slack acts on is what the view itself puts there; no direction mark, no control, no finding."""
    shown = VIEWS[name](text)

    assert active(shown) == active(VIEWS[name]("Aurora"))
    for _, said in [*_texts(shown.blocks), ("mrkdwn", shown.text)]:
        assert plain(said, 10**6) == said
    assert name == "the first Home" or lint_message("text", shown.blocks) == []


def test_the_check_would_see_it() -> None:
    """The control: a view that forgets to make a name safe is found out by every piece that matters."""

    def careless(text: str) -> Passed:
        return Passed([section(f"*{text}* is connected.")])

    for piece in PIECES[:6]:
        assert active(careless(piece)) != active(careless("Aurora")), piece
    ((_, said),) = _texts(careless("\u202e").blocks)
    assert plain(said) != said
