"""Pasted secrets are recognised however they are spelled; what hotels talk about otherwise is not."""

import random
import string
import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.domain.hotel import VendorKey
from core.pms.pasted import Finding, Spotter
from core.pms.registry import VENDORS

SPOTTER = Spotter(VENDORS)
_DICE = random.Random(7)


def _of(alphabet: str, size: int) -> str:
    return "".join(_DICE.choice(alphabet) for _ in range(size))


HEX = _of("0123456789ABCDEF", 32)
MEWS = f"{HEX}-{_of('0123456789ABCDEF', 31)}"
CLOUDBEDS = f"cbat_{_of(string.ascii_letters + string.digits, 32)}"
KEY = f"k4{_of(string.ascii_letters + string.digits, 30)}"
UUID = "8f14e45f-ceea-467f-a0a3-1f2e3d4c5b6a"


@pytest.mark.parametrize(
    ("text", "finding"),
    [
        (f"Hi, this is it: {MEWS}", Finding("a token of Mews", VendorKey.MEWS)),
        (f"{CLOUDBEDS}", Finding("an API key of Cloudbeds", VendorKey.CLOUDBEDS)),
        (f"our apaleo secret: {KEY}", Finding("a secret key or token", VendorKey.APALEO)),
        ("mein Passwort lautet Hafen#2031", Finding("a password", None)),
        (f"https://pms:{KEY}@pms.example.com/", Finding("a web address with a password in it", None)),
    ],
)
def test_a_finding_says_what_and_whose_it_is(text: str, finding: Finding) -> None:
    """In words that can be shown; the value itself is nowhere in it."""
    assert SPOTTER.spot(text) == finding


@pytest.mark.parametrize("secret", [MEWS, CLOUDBEDS, KEY], ids=["Mews", "Cloudbeds", "any"])
@pytest.mark.parametrize(
    "spelling",
    [
        "{}",
        "```\n{}\n```",
        "`{}`",
        "“{}”",
        "key:\n{}\n",
        "<https://pms.example.com/?token={}|the link>",
        "&lt;{}&gt;",
        "curl -H 'X-Api-Key: {}' https://pms.example.com",
        "Authorization: Bearer {}",
        '{{"apiKey": "{}"}}',
        "and *{}*, ok?",
    ],
)
def test_the_way_it_is_written_hides_nothing(secret: str, spelling: str) -> None:
    """Boxes, quotes, links, headers, JSON."""
    assert SPOTTER.spot(spelling.format(secret))


@pytest.mark.parametrize("secret", [MEWS, CLOUDBEDS, KEY], ids=["Mews", "Cloudbeds", "any"])
@pytest.mark.parametrize(
    "hidden",
    [
        lambda text: "\u200b".join(text),
        lambda text: "\u2060".join(text),
        lambda text: "".join(
            chr(ord(letter) + 0xFEE0) if "!" <= letter <= "~" else letter for letter in text
        ),
        lambda text: f"{text[:20]}\n{text[20:]}",
    ],
    ids=["zero width", "word joiner", "full width", "two lines"],
)
def test_hiding_it_hides_nothing(secret: str, hidden: object) -> None:
    """Invisible characters, look-alikes and line breaks are undone first."""
    assert callable(hidden)
    assert SPOTTER.spot(f"here: {hidden(secret)}")


@pytest.mark.parametrize("secret", [MEWS, CLOUDBEDS], ids=["Mews", "Cloudbeds"])
def test_a_token_spelled_out_in_groups_is_still_one(secret: str) -> None:
    assert SPOTTER.spot(" ".join(secret[start : start + 4] for start in range(0, len(secret), 4)))


@pytest.mark.parametrize(
    ("label", "number"),
    [
        ("app key", "booking"),
        ("Application Key:", "request id"),
        ("token", "reservation"),
        ("secret is", "ref"),
    ],
)
def test_the_nearest_word_decides_what_a_uuid_is(label: str, number: str) -> None:
    """Bookings are known by UUIDs, and so are Oracle's application keys."""
    assert SPOTTER.spot(f"the {label} {UUID}")
    assert SPOTTER.spot(f"{number} {UUID}") is None
    assert SPOTTER.spot(f"The {label.strip(':')} was refused, {number} {UUID}") is None
    assert SPOTTER.spot(UUID) is None


@pytest.mark.parametrize(
    "text",
    [
        "cbat_xxxxxxxxxxxxxxxx",
        "password: ********",
        "API key: <your key>",
        "https://user:password@pms.example.com",
    ],
)
def test_a_picture_of_a_secret_is_none(text: str) -> None:
    """Guides are full of them."""
    assert SPOTTER.spot(text) is None


def test_no_guide_and_no_label_of_ours_is_taken_for_a_secret() -> None:
    """People quote what they read on the screen."""
    for vendor in VENDORS:
        guide = vendor.guide
        told = [guide.summary, *guide.you_need, *guide.where_to_find, *guide.permissions, *guide.limits]
        told += [part for issue in guide.issues for part in (issue.problem, issue.cure)]
        told += [link.url for link in guide.links]
        told += [part for field in vendor.fields for part in (field.label, field.where, field.placeholder)]
        assert [text for text in told if SPOTTER.spot(text)] == []


@given(st.text(max_size=400))
def test_any_text_can_be_looked_at(text: str) -> None:
    """Whatever people write, the answer is a finding or none; and it is the same the second time."""
    assert SPOTTER.spot(text) == SPOTTER.spot(text)


@pytest.mark.parametrize(
    "piece",
    [
        "a", "a1", "A", "-", "=", "<", "\n", "\u200b", "é", "://", "x@", "eyJ", "key ", "password is ",
        "password:", "basic ", "1.1.", "a-b_", "https://a?a=b&", "-- BEGIN ", f"{'a' * 17}\n", "is ", '"',
        "user:pass@",
    ],
)  # fmt: skip
def test_no_text_takes_long(piece: str) -> None:
    """Forty thousand characters, Slack's most, made to send a careless pattern back and forth."""
    text = (piece * 40_000)[:40_000]

    began = time.process_time()
    SPOTTER.spot(text)

    assert time.process_time() - began < 5, "a quadratic pattern takes minutes"


def test_only_what_is_beyond_doubt_is_certain() -> None:
    """Numbers of requests look as random as keys do: logs keep those, and drop what says what it is."""
    assert SPOTTER.certain(HEX) is None
    assert SPOTTER.spot(HEX)
    assert SPOTTER.certain(CLOUDBEDS)
    assert SPOTTER.certain(f"refused: api_key={KEY}")
