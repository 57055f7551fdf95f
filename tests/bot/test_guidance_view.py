"""What the guides answer, as Slack shows it: every entry is a message that Slack takes."""

import json

import pytest

from bot import texts
from bot.playground.slack.blocks import lint_message
from bot.views import guidance
from core.domain.hotel import VendorKey
from core.guidance.entries import Entry, entries
from core.guidance.library import Hit, Library, StaticAnswer
from core.pms.registry import VENDORS

LIBRARY = Library(entries(VENDORS))


@pytest.mark.parametrize("entry", LIBRARY.entries, ids=lambda entry: entry.id)
def test_every_entry_is_a_message_that_slack_takes(entry: Entry) -> None:
    blocks = guidance.answer(StaticAnswer((Hit(entry, 1.0), Hit(LIBRARY.entries[0], 0.5)), in_scope=True))
    assert lint_message(entry.title, blocks) == []
    assert len(blocks[0]["text"]["text"]) < 3000, "nothing is cut off"


def test_an_answer_shows_the_entry_its_source_and_what_else_may_be_meant() -> None:
    found = LIBRARY.answer("Where do I find the access token?", VendorKey.MEWS)
    best, second, third = (hit.entry for hit in found.hits)
    drawn = json.dumps(guidance.answer(found), ensure_ascii=False)
    places = [drawn.index(words) for words in (best.title, "Mews", "See also", second.title, third.title)]
    assert places == sorted(places)


def test_what_is_not_sure_is_no_answer_and_can_be_read() -> None:
    hits = LIBRARY.answer("Where do I find the access token?", VendorKey.MEWS).hits
    said, row = guidance.answer(StaticAnswer(hits, in_scope=False))
    assert said["text"]["text"] == texts.NOT_SURE
    assert [(one["text"]["text"], one["value"]) for one in row["elements"]] == [
        (hit.entry.title[:75], hit.entry.id) for hit in hits
    ]


def test_without_an_answer_it_says_so_and_what_can_be_asked() -> None:
    drawn = json.dumps(guidance.answer(LIBRARY.answer("How do I cook risotto?", None)))
    assert "I found nothing on that in the guide." in drawn
    assert "What do I need to connect Mews?" in drawn


def test_what_can_be_asked_is_answered() -> None:
    assert [one for one in texts.QUESTIONS if not LIBRARY.answer(one, None).in_scope] == []
