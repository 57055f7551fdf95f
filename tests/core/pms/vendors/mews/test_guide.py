"""What is said about Mews is complete, and is said in its own words."""

import re
import string
from importlib.resources import files

import pytest

from core.domain.errors import Layer
from core.pms.common_guide import COMMON
from core.pms.diagnosis import diagnose
from core.pms.guide import Party, Suggestion
from core.pms.report import Failure
from core.pms.vendors.mews.description import VENDOR
from core.pms.vendors.mews.wire import OPERATIONS

CODE = re.compile(r'"((?:mews|auth|permission|property|vendor|http)\.[a-z_]+)"')

KNOWN_BLANKS = {"vendor", "code", "layer", "entity", "request_id", "status", "operation", "field", "host"}
"""What every failure has, and what the adapter puts into the details of those that use it."""


def codes_in_the_adapter() -> set[str]:
    """Return every code that the adapter's source can raise."""
    folder = files("core.pms.vendors.mews")
    return {
        code
        for name in ("adapter.py", "catalogue.py", "environments.py", "line.py")
        for code in CODE.findall(folder.joinpath(name).read_text("utf-8"))
    }


def test_every_code_that_the_adapter_raises_has_words() -> None:
    codes = codes_in_the_adapter()
    assert {"mews.portfolio_token", "mews.no_accommodation", "mews.too_heavy"} <= codes
    assert codes <= VENDOR.guide.suggestions.keys() | COMMON.keys()


def test_every_suggestion_of_mewss_own_is_for_a_code_that_can_occur() -> None:
    own = {code for code in VENDOR.guide.suggestions if code.startswith("mews.")}
    assert own <= codes_in_the_adapter()


@pytest.mark.parametrize(("code", "said"), VENDOR.guide.suggestions.items())
def test_blanks_are_only_those_that_can_be_filled(code: str, said: Suggestion) -> None:
    texts = (said.title, said.explanation, *said.actions, said.message or "")
    blanks = {name for text in texts for _, name, _, _ in string.Formatter().parse(text) if name}
    assert blanks <= KNOWN_BLANKS, code
    assert said.actions


def test_a_missing_permission_is_for_mews_to_mend_and_the_letter_names_every_operation() -> None:
    failure = Failure(
        "permission.missing",
        Layer.PERMISSIONS,
        {"entity": "guests", "operation": "customers/getAll", "status": "401"},
        request_id="request-1",
    )
    said = diagnose(VENDOR, failure)
    assert said.party is Party.VENDOR
    assert said.title == "The integration may not read guests"
    assert said.message is not None
    assert "customers/getAll" in said.message
    assert "request-1" in said.message
    for operation in OPERATIONS:
        assert "/".join(operation.path.split("/")[:2]) in said.message
    assert any("partnersuccess@mews.com" in action for action in said.actions)


def test_refused_tokens_name_every_cause_that_mews_answers_alike() -> None:
    said = diagnose(VENDOR, Failure("auth.refused", Layer.AUTHENTICATION, {"status": "401"}))
    advice = " ".join(said.actions)
    for cause in ("blanks", "My subscriptions", "Connection Token", "demo", "several"):
        assert cause in advice


def test_the_form_asks_for_two_secrets_and_no_address() -> None:
    assert [(field.label, field.secret, field.required) for field in VENDOR.fields] == [
        ("Access token", True, True),
        ("Client token", True, True),
    ]


def test_the_guide_is_complete_and_says_what_was_not_verified() -> None:
    guide = VENDOR.guide
    for part in (guide.you_need, guide.where_to_find, guide.permissions, guide.limits, guide.issues,
                 guide.next_steps, guide.links, guide.unverified):  # fmt: skip
        assert part
    assert all(link.url.startswith("https://") for link in guide.links)
    assert "No call was made to Mews itself" in guide.unverified[0]


def test_mewss_own_limit_is_declared() -> None:
    assert (VENDOR.rate_limit.requests, VENDOR.rate_limit.per_s) == (200, 30)
