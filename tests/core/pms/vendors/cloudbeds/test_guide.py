"""What is said about Cloudbeds is complete, and is said in its own words."""

import re
import string
from importlib.resources import files

import pytest

from core.domain.errors import Layer
from core.pms.common_guide import COMMON
from core.pms.diagnosis import diagnose
from core.pms.guide import Party, Suggestion
from core.pms.report import Failure
from core.pms.vendors.cloudbeds.description import VENDOR
from core.pms.vendors.cloudbeds.refusals import REFUSALS
from core.pms.vendors.cloudbeds.wire import SCOPES

CODE = re.compile(r'"((?:cloudbeds|auth|permission|property|vendor|http|input)\.[a-z_]+)"')

KNOWN_BLANKS = {"vendor", "code", "layer", "entity", "request_id", "status", "operation", "scope", "hotels"}
"""What every failure has, and what the adapter puts into the details of those that use it."""


def codes_in_the_adapter() -> set[str]:
    """Return every code that the adapter's source can raise."""
    folder = files("core.pms.vendors.cloudbeds")
    return {
        code
        for name in ("adapter.py", "consent.py", "house.py", "line.py", "refusals.py")
        for code in CODE.findall(folder.joinpath(name).read_text("utf-8"))
    }


def test_every_code_that_the_adapter_raises_has_words() -> None:
    codes = codes_in_the_adapter()
    assert {meant.code for meant in REFUSALS.values()} < codes
    assert codes <= VENDOR.guide.suggestions.keys() | COMMON.keys()


def test_every_suggestion_of_cloudbedss_own_is_for_a_code_that_can_occur() -> None:
    own = {code for code in VENDOR.guide.suggestions if code.startswith("cloudbeds.")}
    assert "cloudbeds.property_needed" in own
    assert own <= codes_in_the_adapter()


@pytest.mark.parametrize(("code", "said"), VENDOR.guide.suggestions.items())
def test_blanks_are_only_those_that_can_be_filled(code: str, said: Suggestion) -> None:
    texts = (said.title, said.explanation, *said.actions, said.message or "")
    blanks = {name for text in texts for _, name, _, _ in string.Formatter().parse(text) if name}
    assert blanks <= KNOWN_BLANKS, code
    assert said.actions


def test_a_missing_right_names_itself_and_every_right_that_a_new_key_needs() -> None:
    details = {"entity": "guests", "operation": "getGuestList", "scope": "read:guest", "status": "200"}
    said = diagnose(VENDOR, Failure("permission.missing", Layer.PERMISSIONS, details, request_id="request-1"))
    assert said.party is Party.YOU
    assert said.title == "The key may not read guests"
    assert "read:guest" in said.explanation
    assert said.message is not None
    assert "getGuestList" in said.message
    assert "request-1" in said.message
    for right in SCOPES:
        assert right in said.message
        assert right in said.actions[0]


def test_a_key_of_a_group_lists_the_hotels_to_choose_from() -> None:
    details = {"hotels": "Hotel Aurora (700012), Hotel Aurora by the Lake (700013)"}
    said = diagnose(VENDOR, Failure("cloudbeds.property_needed", Layer.PROPERTY, details))
    assert "Hotel Aurora by the Lake (700013)" in said.explanation
    assert "Property ID" in said.actions[0]


def test_a_refused_key_names_every_cause_that_cloudbeds_answers_alike() -> None:
    said = diagnose(VENDOR, Failure("auth.refused", Layer.AUTHENTICATION, {"status": "401"}))
    advice = " ".join((said.explanation, *said.actions))
    for cause in ("wrong", "deleted", "30 days", "cbat_", "new key"):
        assert cause in advice


def test_what_only_the_operator_can_mend_is_not_asked_of_the_hotel() -> None:
    for code in ("cloudbeds.app_refused", "cloudbeds.key_not_seen", "http.not_found"):
        said = VENDOR.guide.suggestions[code]
        assert said.party is Party.US
        assert said.message is not None
        assert "CLOUDBEDS_" in said.message


def test_the_form_asks_for_a_key_and_only_at_need_for_a_number() -> None:
    asked = [(field.label, field.secret, field.required, field.after_consent) for field in VENDOR.fields]
    assert asked == [("API key", True, True, False), ("Property ID", False, False, True)]


def test_the_guide_is_complete_and_says_what_was_not_verified() -> None:
    guide = VENDOR.guide
    for part in (guide.you_need, guide.where_to_find, guide.permissions, guide.limits, guide.issues,
                 guide.next_steps, guide.links, guide.unverified):  # fmt: skip
        assert part
    assert all(link.url.startswith("https://") for link in guide.links)
    assert "No call was made to Cloudbeds itself" in guide.unverified[0]
    said = " ".join((*guide.where_to_find, *guide.permissions))
    assert all(right in said for right in SCOPES)
