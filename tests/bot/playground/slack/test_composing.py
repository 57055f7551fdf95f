"""What people type becomes what Slack sends."""

import pytest

from bot.playground.slack.composing import to_slack
from bot.playground.slack.standin import Standin


@pytest.mark.parametrize(
    ("typed", "sent"),
    [
        ("a < b & c > d", "a &lt; b &amp; c &gt; d"),
        ("@Innkeeper hi", "<@U0INNAPP> hi"),
        ("ask @Ada Lindqvist or @ben.", "ask <@U0ADA> or <@U0BEN>."),
        ("in #front-desk, not #nowhere", "in <#C0FRONTDESK|front-desk>, not #nowhere"),
        ("see https://api.hotel.example/v1?a=1&b=2.", "see <https://api.hotel.example/v1?a=1&amp;b=2>."),
        ("mail ada@hotel.example", "mail <mailto:ada@hotel.example|ada@hotel.example>"),
        ("<!channel> <@U0ADA>", "&lt;!channel&gt; &lt;@U0ADA&gt;"),
        ("ada@example", "ada@example"),
    ],
)
def test_typed_text_is_escaped_and_linked(typed: str, sent: str) -> None:
    """Nobody can type an active token; names of people and channels become one."""
    assert to_slack(Standin().world, "T0INN", typed) == sent
