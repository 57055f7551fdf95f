"""Every failure has words, the words have no holes, and nothing that a stranger sends can bend them."""

import ast
import re
import string
from collections.abc import Mapping
from dataclasses import replace
from typing import Final

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.domain.errors import Layer
from core.domain.hotel import Entity
from core.pms.common_guide import COMMON
from core.pms.diagnosis import Diagnosis, diagnose
from core.pms.guide import Cause, Confidence, Move, Party, Suggestion
from core.pms.registry import VENDORS
from core.pms.report import CheckReport, Failure
from core.pms.words.elsewhere import ELSEWHERE
from tests.core.pms.failures import REAL, TIMEOUTS, WHERE, codes_in_source, error_kinds, raised_in, trees

BY_VALUE: Final = {
    "f'{layer.value}.timeout'",
    "code",
    "_tcp_code(failure)",
    "error.code",
    "_verdict(error.verify_code, shown)",
}
"""How a code is named other than by a literal where it is raised; the values are literals elsewhere."""

ALWAYS: Final = {"vendor", "code", "layer", "entity", "facts", "request_id", "host", "port"}
"""Blanks that `diagnose` itself fills."""

SEEN: Final = frozenset({"host", "port", "status", "content_type", "likeness"})
"""Blanks that are filled by what was seen on the line, for the codes that only `sharpened` gives."""

SHARPENED: Final = tuple(
    code
    for code, files in codes_in_source().items()
    if "pms/sharpening.py" in files and not files - {"pms/sharpening.py"}
)

FILLED: Final[Mapping[str, frozenset[str]]] = {
    **dict.fromkeys(("input.missing", "input.malformed"), frozenset({"field"})),
    "policy.refused": frozenset({"host"}),
    "limit.out_of_turn": frozenset({"seconds"}),
    **dict.fromkeys(("dns.not_found", "dns.failed"), WHERE),
    **dict.fromkeys(("tcp.refused", "tcp.unreachable"), WHERE),
    **dict.fromkeys((code for code in COMMON if code.startswith("tls.")), WHERE),
    "tls.clock_behind": WHERE | {"valid_from"},
    **dict.fromkeys((*TIMEOUTS, "http.broken", "http.no_answer", "http.too_large", "http.encoded"), WHERE),
    "http.not_http": WHERE | {"spoken"},
    **dict.fromkeys(SHARPENED, SEEN),
    "http.login_redirect": SEEN | {"to_host"},
    "clock.skewed": SEEN | {"minutes_off"},
    "mews.demo_environment": frozenset({"host", "status"}),
    "http.not_json": frozenset({"content_type"}),
    **dict.fromkeys(("http.redirect", "http.not_found"), frozenset({"status"})),
    **dict.fromkeys(("auth.refused", "auth.expired", "permission.missing"), frozenset({"status"})),
    **dict.fromkeys(
        (f"vendor.{why}" for why in ("unavailable", "rate_limited", "request_refused", "cursor_refused")),
        frozenset({"status"}),
    ),
    "check.deadline": frozenset({"seconds"}),
    "version.unsupported": frozenset({"field", "supported"}),
    "feature.unsupported": frozenset({"feature"}),
    "mews.too_heavy": frozenset({"status"}),
    "mews.time_zone_unknown": frozenset({"field"}),
    "cloudbeds.property_needed": frozenset({"hotels"}),
    **dict.fromkeys(("cloudbeds.app_refused", "cloudbeds.blocked"), frozenset({"status"})),
    "apaleo.app_unusable": frozenset({"error"}),
    "apaleo.scope_missing": frozenset({"status", "scope"}),
    "apaleo.property_needed": frozenset({"properties"}),
    "apaleo.property_unknown": frozenset({"properties", "property"}),
    "apaleo.time_zone_unknown": frozenset({"field"}),
}
"""Which details whoever raises a code always gives; the errors below are held against it."""

FILLED_BY: Final[Mapping[tuple[str, str], frozenset[str]]] = {
    ("Mews", "permission.missing"): frozenset({"operation"}),  # core.pms.vendors.mews.line names the call
    ("Cloudbeds", "permission.missing"): frozenset({"operation", "scope"}),  # and so does cloudbeds.line
}


# What the source can say


def test_the_search_finds_what_there_is() -> None:
    """Raised ones, looked-up ones, and those of the table and of the save."""
    assert {
        "auth.refused",
        "tls.wrong_name",
        "tcp.refused",
        "dns.timeout",
        "property.mismatch",
        "draft.expired",
        "access.lost",
        "save.interrupted",
        "check.deadline",
        "check.interrupted",
        "mews.too_heavy",
        "vendor.cursor_refused",
    } <= codes_in_source().keys()
    assert "TooHeavyError" in error_kinds()


def test_codes_are_literals_where_they_are_raised() -> None:
    """Or are among the few that are looked up; a new way to make one would pass by this search."""
    others = {
        ast.unparse(argument)
        for tree in trees().values()
        for argument in raised_in(tree)
        if not isinstance(argument, ast.Constant)
    }
    assert others <= BY_VALUE


@pytest.mark.parametrize("code", sorted(codes_in_source()))
def test_every_code_has_words(code: str) -> None:
    """For every vendor, or for the one vendor in whose folder alone it is raised."""
    if code in COMMON:
        return
    for file in codes_in_source()[code]:
        folder = re.fullmatch(r"pms/vendors/(\w+)/.*", file)
        assert folder, f"{code} can come from any vendor and has no common words"
        [vendor] = [one for one in VENDORS if one.key.value.lower() == folder[1]]
        assert code in vendor.guide.suggestions, f"{code} of {file} has no words"


def test_what_really_happens_has_words() -> None:
    assert {code for _, code in REAL} <= codes_in_source().keys()


# What the guides say

ALL_WORDS: Final[Mapping[tuple[str, str], Suggestion]] = {
    **{("any", code): said for code, said in COMMON.items()},
    **{("elsewhere", code): said for code, said in ELSEWHERE.items()},
    **{
        (vendor.key.value, code): said
        for vendor in VENDORS
        for code, said in vendor.guide.suggestions.items()
    },
}
words = pytest.mark.parametrize(("vendor", "code"), ALL_WORDS)


def texts_of(said: Suggestion | Diagnosis) -> list[str]:
    return [
        said.title,
        said.explanation,
        *said.actions,
        *([said.message] if said.message is not None else []),
    ]


@words
def test_no_text_is_empty_or_carries_markup(vendor: str, code: str) -> None:
    said = ALL_WORDS[vendor, code]
    assert said.actions
    for text in texts_of(said):
        assert text == text.strip() != ""
        assert not set(text) & set("<>*`~\n")


@words
def test_blanks_are_those_that_whoever_raises_the_code_can_fill(vendor: str, code: str) -> None:
    can_be_filled = ALWAYS | FILLED.get(code, frozenset()) | FILLED_BY.get((vendor, code), frozenset())
    for text in texts_of(ALL_WORDS[vendor, code]):
        for _, blank, spec, conversion in string.Formatter().parse(text):
            if blank is not None:
                assert (spec, conversion) == ("", None)
                assert blank in can_be_filled, f"{{{blank}}} of {code} would read as ?"


ACTS: Final[Mapping[Party, frozenset[Move]]] = {
    Party.YOU: frozenset(Move)
    - {Move.ASK_VENDOR, Move.TELL_OPERATOR, Move.SET_CLOCK, Move.MEND_CERTIFICATE, Move.MEND_SERVER},
    Party.YOUR_IT: frozenset(
        {Move.MEND_CERTIFICATE, Move.MEND_SERVER, Move.OPEN_NETWORK, Move.CLEAR_THE_WAY}
    ),
    Party.VENDOR: frozenset({Move.ASK_VENDOR, Move.WAIT, Move.RETRY}),
    Party.US: frozenset({Move.TELL_OPERATOR, Move.SET_CLOCK, Move.WAIT, Move.RETRY}),
}
"""What each party can do first; others are asked, or waited for."""


@words
def test_the_first_action_is_one_of_whoever_must_act(vendor: str, code: str) -> None:
    """And whoever is not the reader gets a message ready to be sent."""
    said = ALL_WORDS[vendor, code]
    assert said.move in ACTS[said.party], (said.party, said.actions[0])
    assert said.message is not None or said.party is Party.YOU


def test_words_for_other_addresses_are_of_codes_that_there_are() -> None:
    assert ELSEWHERE.keys() <= COMMON.keys()


@pytest.mark.parametrize(("kind", "code"), REAL)
def test_what_is_said_to_be_given_is_given(kind: str, code: str) -> None:
    by_others = {"tls.clock_behind": {"valid_from"}}  # of a real certificate: tests/core/net/test_tls.py
    assert FILLED.get(code, frozenset()) - by_others.get(code, set()) <= REAL[kind, code].details.keys()


# What a person reads

MEWS: Final = next(vendor for vendor in VENDORS if vendor.key.value == "Mews")
TYPED: Final = next(vendor for vendor in VENDORS if vendor.key.value == "Opera")
"""One whose address is typed."""

OWN: Final = replace(
    MEWS,
    display_name="Sample PMS",
    guide=replace(
        MEWS.guide,
        suggestions={
            "tcp.timeout": Suggestion(
                "{vendor} is silent",
                "{host}:{port} while reading {entity}, at {layer}, code {code}.",
                Party.VENDOR,
                ("Ask {vendor}.", "Wait."),
                "Number {request_id}; {unheard_of}; {facts}.",
            )
        },
    ),
)


def test_the_vendors_own_words_go_before_the_common_ones() -> None:
    failure = Failure(
        "tcp.timeout", Layer.TCP, {"host": "pms.example", "port": "443"}, "request-1", Entity.GUESTS
    )
    assert diagnose(OWN, failure, "C0FFEE") == Diagnosis(
        code="tcp.timeout",
        cause=Cause.TCP,
        party=Party.VENDOR,
        confidence=Confidence.LIKELY,
        because="the network does not say why a connection does not come about",
        title="Sample PMS is silent",
        explanation="pms.example:443 while reading guests, at tcp, code tcp.timeout.",
        move=Move.ASK_VENDOR,
        actions=("Ask Sample PMS.", "Wait."),
        message="Number request-1; ?; host pms.example, port 443.",
        evidence=(
            ("Server", "pms.example:443"),
            ("Kind of record", "guests"),
            ("The vendor's number of the call", "request-1"),
        ),
        reference="C0FFEE",
    )


def test_common_words_are_said_where_the_vendor_has_none() -> None:
    failure = Failure("dns.not_found", Layer.DNS, {"host": "pms.exmaple", "port": "443"})
    said = diagnose(TYPED, failure)
    assert said.explanation == "No server of the name pms.exmaple is known on the internet."
    assert (said.party, said.move, said.message) == (Party.YOU, Move.CHECK_ADDRESS, None)


def test_nobody_looks_for_a_typing_mistake_in_an_address_that_nobody_typed() -> None:
    """Where the address is the operator's or the vendor's own, others must act."""
    failure = Failure("dns.not_found", Layer.DNS, {"host": "pms.exmaple", "port": "443"})
    said = diagnose(OWN, failure)
    assert said.explanation == "No server of the name pms.exmaple is known on the internet."
    assert (said.party, said.move) == (Party.US, Move.TELL_OPERATOR)
    assert said.message is not None
    assert "pms.exmaple" in said.message


def test_what_is_not_known_is_said_to_be_so() -> None:
    said = diagnose(OWN, Failure("tcp.timeout", Layer.TCP))
    assert (
        said.explanation == "Sample PMS's server:443 while reading these records, at tcp, code tcp.timeout."
    )
    assert said.message == "Number not given; ?; nothing."


@pytest.mark.parametrize(
    ("details", "request_id", "explanation", "message"),
    [
        ({}, None, "It broke.", "It broke (code vendor.broke, request number not given)."),
        (
            {"status": "503"},
            None,
            "It broke (status 503).",
            "It broke (code vendor.broke, request number not given).",
        ),
        ({}, "r-7", "It broke.", "It broke (code vendor.broke, request number r-7)."),
    ],
)
def test_brackets_around_what_nobody_knows_are_left_out(
    details: dict[str, str], request_id: str | None, explanation: str, message: str
) -> None:
    """A notice knows the code alone, and says nothing of a status that it has not."""
    said = Suggestion(
        "It broke",
        "It broke (status {status}).",
        Party.VENDOR,
        ("Wait (a little).",),
        "It broke (code {code}, request number {request_id}).",
    )
    vendor = replace(OWN, guide=replace(OWN.guide, suggestions={"vendor.broke": said}))
    found = diagnose(vendor, Failure("vendor.broke", Layer.HTTP, details, request_id))
    assert (found.explanation, found.message, found.actions) == (explanation, message, ("Wait (a little).",))


def test_a_code_that_no_guide_knows_is_told_as_what_was_seen() -> None:
    """Never `unknown error`: the code, the layer and the facts, for whoever has to find the words."""
    said = diagnose(OWN, Failure("tcp.enchanted", Layer.TCP, {"port": "443", "host": "pms.example"}))
    assert said.party is Party.US
    text = " ".join(texts_of(said))
    for seen in ("tcp.enchanted", "tcp", "Sample PMS", "host pms.example, port 443"):
        assert seen in text
    assert "unknown" not in text.lower()


def test_an_interrupted_test_has_words() -> None:
    failure = CheckReport.interrupted().failure
    assert failure is not None
    assert diagnose(OWN, failure).title == COMMON["check.interrupted"].title


HOSTILE: Final = [
    "{vendor}",
    "{}",
    "{0}",
    "{",
    "}",
    "{{",
    "{host.__class__.__mro__}",
    "{host!r:>9999999}",
    "<!channel> *bold* `code` &amp; <https://evil.example|here>",
    "%s $host \\n \x00",
]


@given(value=st.text(min_size=1) | st.sampled_from(HOSTILE))
def test_what_a_stranger_sent_is_shown_as_it_is_and_never_read(value: str) -> None:
    """A host, a content type, a request number: braces in them are not blanks, and nothing breaks."""
    details = {"host": value, "port": value, "unheard_of": "!"}
    said = diagnose(OWN, Failure("tcp.timeout", Layer.TCP, details, value))
    assert said.explanation == f"{value}:{value} while reading these records, at tcp, code tcp.timeout."
    assert said.message == f"Number {value}; !; host {value}, port {value}, unheard_of !."


@given(
    code=st.sampled_from([*COMMON, "no.words"]) | st.text(),
    details=st.dictionaries(st.text(), st.text() | st.sampled_from(HOSTILE), max_size=4),
)
def test_every_failure_of_every_vendor_is_explained(code: str, details: dict[str, str]) -> None:
    for vendor in VENDORS:
        for text in texts_of(diagnose(vendor, Failure(code, Layer.HTTP, details))):
            assert text
