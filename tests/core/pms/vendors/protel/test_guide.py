"""What is said about protel is complete, plain about what is unofficial, and promises nothing."""

import ast
import string
from pathlib import Path

import pytest

from core.domain.errors import Layer
from core.pms.common_guide import COMMON
from core.pms.diagnosis import diagnose
from core.pms.guide import Party, Suggestion
from core.pms.report import Failure
from core.pms.vendor import FieldKind
from core.pms.vendors import protel
from core.pms.vendors.protel.description import VENDOR

FILLED = {"vendor", "code", "layer", "entity", "facts", "request_id", "status", "content_type", "feature"}
"""Blanks that `explain` fills, or whoever raises the codes that use them."""


def codes_in_source() -> set[str]:
    """Return every code with which the adapters make an error."""
    folder = Path(protel.__file__).parent
    calls = (
        node
        for path in folder.rglob("*.py")
        if "sandbox" not in path.parts
        for node in ast.walk(ast.parse(path.read_text("utf-8")))
        if isinstance(node, ast.Call) and ast.unparse(node.func).endswith("Error") and len(node.args) > 1
    )
    return {str(call.args[0].value) for call in calls if isinstance(call.args[0], ast.Constant)}


def test_every_code_has_words() -> None:
    codes = codes_in_source()
    assert {"protel.page_repeated", "feature.unsupported", "input.malformed"} <= codes
    assert codes <= VENDOR.guide.suggestions.keys() | COMMON.keys()


def test_every_suggestion_of_protels_own_is_for_a_code_that_can_occur() -> None:
    own = {code for code in VENDOR.guide.suggestions if code.startswith("protel.")}
    assert own <= codes_in_source()


@pytest.mark.parametrize(("code", "said"), VENDOR.guide.suggestions.items())
def test_blanks_are_only_those_that_can_be_filled(code: str, said: Suggestion) -> None:
    texts = (said.title, said.explanation, *said.actions, said.message or "")
    blanks = {name for text in texts for _, name, _, _ in string.Formatter().parse(text) if name}
    assert blanks <= FILLED, code
    assert said.actions


def test_a_403_names_both_of_its_causes() -> None:
    """A gateway that does not know the key may well say the same as one that knows it too well."""
    failure = Failure("permission.missing", Layer.PERMISSIONS, {"entity": "bookings", "status": "403"})
    said = diagnose(VENDOR, failure)
    assert said.party is Party.VENDOR
    assert "do not know at all" in said.explanation
    assert said.title == "The key may not read bookings"


def test_nobody_can_overlook_that_the_rest_interface_is_unofficial() -> None:
    """Nor that it is to be chosen: neither of the two is preset."""
    guide, choice = VENDOR.guide, VENDOR.fields[0]
    assert VENDOR.quality.in_short.startswith("beta: ")
    assert "an unofficial beta" in guide.summary
    assert "an unofficial beta" in choice.where
    assert (choice.kind, choice.choices, choice.default) == (
        FieldKind.CHOICE,
        ("protel I/O", "REST beta"),
        "",
    )
    assert any("No call was made to protel." in line for line in guide.unverified)


def test_protel_io_says_what_planet_must_be_told() -> None:
    guide = VENDOR.guide
    assert VENDOR.answers_later
    assert any("the form shows it" in line for line in guide.you_need)
    assert any("copy the address for answers" in line for line in guide.where_to_find)


def test_no_address_of_protels_is_invented() -> None:
    """What is linked is documentation; nothing in code or form names a server of protel's."""
    assert {link.url.split("/")[2] for link in VENDOR.guide.links} == {
        "confluence.protel.net",
        "confluence.weareplanet.com",
    }
    for field in VENDOR.fields:
        assert "protel." not in field.placeholder + field.default
        assert "." not in field.placeholder


def test_the_guide_is_complete() -> None:
    guide = VENDOR.guide
    for part in (guide.you_need, guide.where_to_find, guide.permissions, guide.limits, guide.issues,
                 guide.next_steps, guide.links, guide.unverified):  # fmt: skip
        assert part
    assert all(link.url.startswith("https://") for link in guide.links)
