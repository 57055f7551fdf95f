"""Steps as they lie in the database: each comes back as it was, and what is no step is said to be none."""

import json
from datetime import UTC, datetime
from typing import Any, Final, get_args

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.domain.errors import Layer
from core.domain.hotel import Entity, PropertyIdentity, PropertyOverview, VendorKey
from core.net.exchanges import Exchange
from core.net.likeness import Likeness
from core.onboarding import codec
from core.onboarding.codec import UnreadableStepError
from core.onboarding.diagram import STEPS
from core.onboarding.steps import Choosing, Diagnosing, Step, Target
from core.pms.report import CheckReport, Failure, Mark, Rung

STORED: Final = {
    "kind": "Diagnosing",
    "target": {"vendor": "Mews", "property_id": None},
    "draft_id": "draft-1",
    "run": 2,
    "report": {
        "rungs": [
            {"layer": "property", "mark": "passed", "entity": None, "at_ms": 120},
            {"layer": "permissions", "mark": "failed", "entity": "guests", "at_ms": 230},
        ],
        "took_ms": 812,
        "identity": {
            "external_id": "property-1",
            "name": "Hotel Aurora",
            "city": "Stockholm",
            "country": None,
            "timezone": None,
            "currency": None,
        },
        "overview": {"rooms": 128, "arrivals_today": None},
        "failure": {
            "code": "permission.missing",
            "layer": "permissions",
            "details": {"operation": "customers/getAll"},
            "request_id": "request-1",
            "entity": "guests",
            "seen": {"status": "401"},
        },
        "remark": None,
        "exchanges": [
            {
                "method": "POST",
                "host": "api.mews.com",
                "port": 443,
                "path": "/api/connector/v1/customers/getAll",
                "took_ms": 95,
                "status": 401,
                "content_type": "application/json",
                "likeness": "data (JSON)",
                "clock_off_s": 1,
                "to_host": "",
                "to_sign_in": False,
                "asks_password": "",
                "waits": False,
                "spent": False,
                "of_version": False,
                "answered_by": "",
                "request_id": "request-1",
                "is_tls": True,
            }
        ],
        "began_at": "2026-11-22T23:00:00Z",
        "reference": "C0FFEE11",
    },
}
"""How steps have been stored since the first version: rows of this shape exist."""

CALL: Final = Exchange(
    "POST",
    "api.mews.com",
    443,
    "/api/connector/v1/customers/getAll",
    95,
    401,
    "application/json",
    Likeness.JSON,
    clock_off_s=1,
    request_id="request-1",
)

READ: Final = Diagnosing(
    Target(VendorKey.MEWS),
    "draft-1",
    2,
    CheckReport(
        (
            Rung(Layer.PROPERTY, Mark.PASSED, at_ms=120),
            Rung(Layer.PERMISSIONS, Mark.FAILED, Entity.GUESTS, at_ms=230),
        ),
        812,
        PropertyIdentity("property-1", "Hotel Aurora", "Stockholm"),
        PropertyOverview(rooms=128),
        Failure(
            "permission.missing",
            Layer.PERMISSIONS,
            {"operation": "customers/getAll"},
            "request-1",
            Entity.GUESTS,
            {"status": "401"},
        ),
        exchanges=(CALL,),
        began_at=datetime(2026, 11, 22, 23, tzinfo=UTC),
        reference="C0FFEE11",
    ),
)

json_values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text(),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(), inner, max_size=4),
    max_leaves=12,
)
st.register_type_strategy(
    Failure,
    st.builds(  # not just any mapping
        Failure,
        details=st.dictionaries(st.text(), st.text()),
        seen=st.dictionaries(st.text(), st.text()),
    ),
)
all_steps: st.SearchStrategy[Step] = st.one_of(*(st.from_type(kind) for kind in get_args(Step)))


def through_the_database(step: Step) -> Any:
    """What a row's JSON column gives back."""
    return json.loads(json.dumps(codec.to_json(step)))


@given(step=all_steps)
def test_every_step_comes_back_as_it_was(step: Step) -> None:
    assert codec.from_json(through_the_database(step)) == step


@pytest.mark.parametrize("name", STEPS)
def test_every_kind_of_step_comes_back_as_it_was(name: str) -> None:
    assert codec.from_json(through_the_database(STEPS[name])) == STEPS[name]


def test_the_stored_shape_is_what_rows_hold() -> None:
    """A renamed field would leave every open attempt unreadable; this says so before it is released."""
    assert codec.to_json(READ) == STORED
    assert codec.from_json(STORED) == READ


def test_a_field_that_was_added_since_has_its_default() -> None:
    assert codec.from_json({"kind": "Choosing"}) == Choosing()


@given(stored=json_values)
def test_what_is_no_step_is_said_to_be_none(stored: Any) -> None:
    with pytest.raises(UnreadableStepError):
        codec.from_json(stored)


@given(data=st.data())
def test_a_damaged_step_is_read_or_refused_and_never_quoted(data: st.DataObject) -> None:
    """Whatever stands in one place of a good step, nothing but the one refusal comes out, without a word
    of what was stored: it may be a hotel's."""
    stored = json.loads(json.dumps(STORED))
    place, key = data.draw(st.sampled_from([*places(stored)]))
    if data.draw(st.booleans()):
        del place[key]
    else:
        place[key] = data.draw(json_values)
    try:
        codec.from_json(stored)
    except UnreadableStepError as error:
        assert str(error) in {"KeyError", "TypeError", "ValueError", "ValidationError"}
        assert error.__cause__ is None
        assert error.__suppress_context__


@pytest.mark.parametrize(
    "stored",
    [
        None,
        "Choosing",
        ["kind", "Choosing"],
        {"kind": ["Choosing"]},
        {"kind": "Wondering"},
        {"kind": "Testing", "target": {"vendor": "Mews"}, "draft_id": "draft-1"},
        {"kind": "Testing", "target": {"vendor": "Fidelio"}, "draft_id": "draft-1", "run": 1},
    ],
)
def test_an_unknown_kind_or_shape_is_refused(stored: Any) -> None:
    with pytest.raises(UnreadableStepError):
        codec.from_json(stored)


def places(node: Any) -> list[tuple[Any, Any]]:
    """Return every place in a JSON tree, as its container and its key."""
    keys = node.items() if isinstance(node, dict) else enumerate(node) if isinstance(node, list) else ()
    return [found for key, child in keys for found in [(node, key), *places(child)]]
