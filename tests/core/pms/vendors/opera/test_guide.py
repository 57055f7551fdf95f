"""What is said about OPERA Cloud is complete, and is said in its own words."""

import re
import string
from importlib.resources import files

import pytest

from core.domain.errors import Layer
from core.domain.hotel import Entity
from core.pms.common_guide import COMMON
from core.pms.diagnosis import diagnose
from core.pms.guide import Party, Suggestion
from core.pms.report import Failure
from core.pms.vendors.opera.description import VENDOR
from core.pms.vendors.opera.problems import refine, refine_token
from core.pms.vendors.opera.wire import SCOPES
from tests.core.pms.vendors.opera.scripted import plain, problem, wordless

CODE = re.compile(r'"((?:opera|auth|permission|property|vendor|http|input)\.[a-z_]+)"')

KNOWN_BLANKS = {"vendor", "entity", "facts", "request_id", "status"}
"""What every failure has, and what every refusal of the gateway has in its details."""


def codes_in_the_adapter() -> set[str]:
    """Return every code that the adapter's source can raise."""
    folder = files("core.pms.vendors.opera")
    return {
        code
        for name in ("account.py", "adapter.py", "events.py", "line.py", "problems.py", "token.py")
        for code in CODE.findall(folder.joinpath(name).read_text("utf-8"))
    }


def test_every_code_that_the_adapter_raises_has_words() -> None:
    codes = codes_in_the_adapter()
    assert {"opera.scheme_missing", "opera.hotel_refused", "opera.token_refused"} <= codes
    assert codes <= VENDOR.guide.suggestions.keys() | COMMON.keys()


def test_every_suggestion_of_operas_own_is_for_a_code_that_can_occur() -> None:
    own = {code for code in VENDOR.guide.suggestions if code.startswith("opera.")}
    assert own == {code for code in codes_in_the_adapter() if code.startswith("opera.")}


@pytest.mark.parametrize(("code", "said"), VENDOR.guide.suggestions.items())
def test_blanks_are_only_those_that_can_be_filled(code: str, said: Suggestion) -> None:
    texts = (said.title, said.explanation, *said.actions, said.message or "")
    blanks = {name for text in texts for _, name, _, _ in string.Formatter().parse(text) if name}
    assert blanks <= KNOWN_BLANKS, code
    assert said.actions


def test_a_hotel_that_is_refused_has_two_causes_and_the_likelier_comes_first() -> None:
    """OPERA says the same to a wrong code and to a hotel that was not assigned."""
    error = refine(problem(403, "User is not authorized to access data for resort.", "OPERAWS-GEN01244"))
    assert error is not None
    said = diagnose(VENDOR, Failure.of(error))
    assert said.party is Party.YOU
    assert "Hotel ID" in said.actions[0]
    assert "selected for the client" in said.actions[1]
    assert said.message is not None
    assert "OPERAWS-GEN01244" in said.message


def test_a_missing_permission_names_the_modules_and_the_role() -> None:
    error = refine(wordless(403))
    assert error is not None
    error.request_id = "request-1"
    said = diagnose(VENDOR, Failure.of(error, Entity.GUESTS))
    assert said.title == "The client may not read guests"
    advice = " ".join(said.actions)
    for word in ("Reservation", "Profile (CRM)", "Housekeeping", "WSACCESS"):
        assert word in advice
    assert said.message is not None
    assert "request-1" in said.message


@pytest.mark.parametrize(
    ("code", "words"),
    [
        ("auth.refused", ("Client ID", "issued last", "same environment")),
        ("opera.enterprise_missing", ("Enterprise ID",)),
        ("opera.scheme_refused", ("Resource Owner", "Client Credentials", SCOPES[0])),
        ("opera.scheme_missing", ("Enterprise ID", "integration user")),
        ("opera.scheme_unclear", ("Client Credentials", "Resource Owner")),
        ("opera.app_key_refused", ("Application Key", "production")),
        ("opera.gateway_mismatch", ("Gateway URL", "Enterprise ID")),
        ("opera.client_retired", ("moved", "five minutes")),
        ("opera.not_subscribed", ("Subscribe", "Property APIs")),
        ("opera.address_shut_out", ("internet address", "allow list")),
        ("vendor.rate_limited", ("minute",)),
    ],
)
def test_each_common_issue_has_its_cure(code: str, words: tuple[str, ...]) -> None:
    advice = " ".join(VENDOR.guide.suggestions[code].actions)
    for word in words:
        assert word in advice


def test_a_password_that_is_refused_is_renewed_where_the_integration_user_lives() -> None:
    error = refine_token(plain(402, '"invalid_grant", "[Wrong Password]"'))
    assert error is not None
    said = diagnose(VENDOR, Failure.of(error))
    assert "365 days" in said.explanation


def test_the_form_is_drawn_in_the_portals_own_words_and_hides_what_is_secret() -> None:
    assert [(field.label, field.secret, field.required) for field in VENDOR.fields] == [
        ("Gateway URL", False, True),
        ("Application key", True, True),
        ("Client ID", False, True),
        ("Client secret", True, True),
        ("Hotel ID", False, True),
        ("Enterprise ID", False, False),
        ("Integration user", False, False),
        ("Integration user's password", True, False),
        ("External system code", False, False),
    ]


def test_nobody_types_more_than_seven_values() -> None:
    """Of the two ways to sign in an environment has one."""
    always = sum(field.required for field in VENDOR.fields)
    assert (always + 1, always + 2) == (6, 7)


def test_the_guide_is_complete_and_says_what_was_not_verified() -> None:
    guide = VENDOR.guide
    for part in (guide.you_need, guide.where_to_find, guide.permissions, guide.limits, guide.issues,
                 guide.next_steps, guide.links, guide.unverified):  # fmt: skip
        assert part
    assert all(link.url.startswith("https://docs.oracle.com/") for link in guide.links)
    assert "No call was made to OPERA Cloud itself" in guide.unverified[0]
    assert all(field.where for field in VENDOR.fields)


def test_oracles_own_limit_is_declared_and_told() -> None:
    assert (VENDOR.rate_limit.requests, VENDOR.rate_limit.per_s) == (50, 1)
    assert "50 calls a second" in VENDOR.guide.limits[0]


def test_a_code_without_words_of_operas_own_is_told_in_common_ones() -> None:
    said = diagnose(VENDOR, Failure("dns.not_found", Layer.DNS, {"host": "gateway.example", "port": "443"}))
    assert "gateway.example" in said.explanation
