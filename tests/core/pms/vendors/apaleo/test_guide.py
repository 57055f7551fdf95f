"""What is said about Apaleo is complete, and is said in its own words."""

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
from core.pms.vendors.apaleo.description import VENDOR
from core.pms.vendors.apaleo.wire import APP_ID, APP_SECRET, OPERATIONS

CODE = re.compile(r'"((?:apaleo|auth|permission|property|vendor|http|input)\.[a-z_]+)"')

FILLED = {
    "apaleo.app_unusable": {"error"},
    "apaleo.scope_missing": {"status", "scope"},
    "apaleo.property_needed": {"properties"},
    "apaleo.property_unknown": {"properties", "property"},
    "apaleo.time_zone_unknown": {"field"},
    "auth.refused": {"status"},
    "permission.missing": {"status"},
    "vendor.unavailable": {"status"},
    "http.not_found": {"status"},
}
"""What whoever raises a code always puts into the details; the tests of each error hold it so."""


def codes_in_the_adapter() -> set[str]:
    """Return every code that the adapter's source can raise."""
    folder = files("core.pms.vendors.apaleo")
    return {
        code
        for name in ("adapter.py", "house.py", "identity.py", "line.py", "wire.py")
        for code in CODE.findall(folder.joinpath(name).read_text("utf-8"))
    }


def test_every_code_that_the_adapter_raises_has_words() -> None:
    codes = codes_in_the_adapter()
    assert {"apaleo.app_unusable", "apaleo.scope_missing", "apaleo.property_needed"} <= codes
    assert codes <= VENDOR.guide.suggestions.keys() | COMMON.keys()


def test_every_suggestion_of_apaleos_own_is_for_a_code_that_can_occur() -> None:
    own = {code for code in VENDOR.guide.suggestions if code.startswith("apaleo.")}
    assert own <= codes_in_the_adapter()


@pytest.mark.parametrize(("code", "said"), VENDOR.guide.suggestions.items())
def test_blanks_are_only_those_that_can_be_filled(code: str, said: Suggestion) -> None:
    texts = (said.title, said.explanation, *said.actions, said.message or "")
    blanks = {name for text in texts for _, name, _, _ in string.Formatter().parse(text) if name}
    assert blanks <= {"vendor", "code", "layer", "entity", "request_id"} | FILLED.get(code, set())
    assert said.actions


def test_a_missing_scope_is_named_with_what_it_keeps_from_us() -> None:
    details = {"entity": "bookings", "scope": "reservations.read", "status": "403"}
    said = diagnose(
        VENDOR, Failure("apaleo.scope_missing", Layer.PERMISSIONS, details, entity=Entity.BOOKINGS)
    )
    assert said.party is Party.YOU
    assert said.title == "The app may not read bookings"
    assert "reservations.read" in said.explanation
    assert "Tick reservations.read and save" in said.actions[0]
    assert "new consent" in said.actions[1]


def test_a_refusal_without_a_word_names_every_cause_that_apaleo_answers_alike() -> None:
    failure = Failure(
        "permission.missing", Layer.PERMISSIONS, {"status": "403", "entity": "rooms"}, "track-1"
    )
    said = diagnose(VENDOR, failure)
    advice = " ".join(said.actions)
    for cause in ("reservations.read and setup.read", "Property ID", "store app"):
        assert cause in advice
    assert said.message is not None
    assert "track-1" in said.message


def test_a_list_of_properties_is_shown_to_choose_from() -> None:
    details = {"properties": "MUC (Munich), BER (Berlin)"}
    said = diagnose(VENDOR, Failure("apaleo.property_needed", Layer.PROPERTY, details))
    assert "MUC (Munich), BER (Berlin)" in said.explanation
    assert "Property ID" in said.actions[0]


def test_what_is_wrong_with_the_operators_app_is_for_the_operator_who_is_told_the_settings() -> None:
    said = diagnose(VENDOR, Failure("apaleo.app_unusable", Layer.AUTHENTICATION, {"error": "invalid_client"}))
    assert said.party is Party.US
    assert said.message is not None
    for word in ("invalid_client", APP_ID, APP_SECRET, "redirect address"):
        assert word in said.message


def test_the_form_asks_for_three_values_of_which_one_is_secret() -> None:
    assert [(field.label, field.secret, field.required) for field in VENDOR.fields] == [
        ("Client ID", False, True),
        ("Client secret", True, True),
        ("Property ID", False, False),
    ]


def test_after_the_consent_only_the_property_is_asked_for() -> None:
    assert [field.key for field in VENDOR.fields if field.after_consent] == ["property_id"]


def test_the_permissions_that_the_guide_asks_for_are_those_that_are_needed() -> None:
    needed = {operation.scope for operation in OPERATIONS if operation.scope}
    assert needed == {"reservations.read", "setup.read"}
    for text in (" ".join(VENDOR.guide.permissions), " ".join(VENDOR.guide.where_to_find)):
        assert all(scope in text for scope in needed)
    assert VENDOR.authorization is not None
    assert needed <= set(VENDOR.authorization.scopes)


def test_the_guide_is_complete_and_says_what_was_not_verified() -> None:
    guide = VENDOR.guide
    for part in (guide.you_need, guide.where_to_find, guide.permissions, guide.limits, guide.issues,
                 guide.next_steps, guide.links, guide.unverified):  # fmt: skip
        assert part
    assert all(link.url.startswith("https://") for link in guide.links)
    assert "No call was made to Apaleo itself" in guide.unverified[0]
