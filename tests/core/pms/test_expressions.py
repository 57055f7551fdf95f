"""What people type is read within bounds, and what is wrong with it can be said."""

from collections.abc import Mapping
from typing import Final

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.domain.hotel import Entity
from core.pms.expressions import MAX_LENGTH, MAX_SIZE, Expression, ExpressionError, Flaw
from core.pms.reshaping import Reshaping

ROW: Final[Mapping[str, object]] = {
    "arrived": "22.08.2026",
    "state": "CI",
    "price": 387.5,
    "guests": [{"n": 1, "main": False}, {"n": 2, "main": True}],
    "many": list(range(1500)),
    "long": "x" * (MAX_SIZE + 1),
}


@pytest.mark.parametrize(
    ("typed", "expected"),
    [
        ("state", "CI"),
        ("nothing.there", None),
        ("guests[?main].n | [0]", 2),
        ("join('-', reverse(split(arrived, '.')))", "2026-08-22"),
        ("pick({CI: 'checked_in', CO: 'checked_out'}, state)", "checked_in"),
        ("pick({CI: 'checked_in'}, nothing)", None),
        ("lower(state)", "ci"),
        ("{amount: to_string(price), currency: 'EUR'}", {"amount": "387.5", "currency": "EUR"}),
        ("split(state, '')", ["C", "I"]),
    ],
)
def test_it_reads_what_a_pms_writes_in_its_own_way(typed: str, expected: object) -> None:
    assert Expression.parse(typed).read(ROW) == expected


@pytest.mark.parametrize(
    ("typed", "flaw", "column"),
    [
        ("", Flaw.SYNTAX, 1),
        ("state[", Flaw.SYNTAX, 7),
        ("state other", Flaw.SYNTAX, 7),
        ("'CI", Flaw.SYNTAX, 1),
        ("a || shout(state)", Flaw.UNKNOWN_FUNCTION, 6),
        ("x" * (MAX_LENGTH + 1), Flaw.TOO_LONG, None),
        ("(" * MAX_LENGTH, Flaw.SYNTAX, MAX_LENGTH + 1),
        ("[@,@]|" * 20 + "@", Flaw.TOO_DEEP, None),
    ],
)
def test_what_cannot_be_read_is_said_with_its_place(typed: str, flaw: Flaw, column: int | None) -> None:
    with pytest.raises(ExpressionError) as caught:
        Expression.parse(typed)
    told = caught.value
    assert told.flaw is flaw or (typed.startswith("((") and told.flaw is Flaw.TOO_DEEP)
    if told.flaw is flaw:
        assert told.column == column


@pytest.mark.parametrize(
    ("typed", "flaw"),
    [
        ("join(',', state)", Flaw.ARGUMENTS),
        ("abs(state)", Flaw.ARGUMENTS),
        ("many[::0]", Flaw.ARGUMENTS),
        ("to_string(guests)", Flaw.ARGUMENTS),
        ("many[*].[@, @, @, @]", Flaw.TOO_MUCH),
        ("long", Flaw.TOO_MUCH),
        ("[many, many][]", Flaw.TOO_MUCH),
    ],
)
def test_what_takes_too_much_or_the_wrong_thing_is_given_up(typed: str, flaw: Flaw) -> None:
    with pytest.raises(ExpressionError) as caught:
        Expression.parse(typed).read(ROW)
    assert caught.value.flaw is flaw


def test_what_was_typed_or_read_is_in_no_message() -> None:
    with pytest.raises(ExpressionError) as caught:
        Expression.parse("canary(@)").read(ROW)
    assert "canary" not in repr(caught.value)


@given(st.text(max_size=60), st.dictionaries(st.text(max_size=5), st.integers() | st.text() | st.none()))
def test_nothing_that_can_be_typed_brings_anything_else_than_a_value_or_a_flaw(
    typed: str, row: dict[str, object]
) -> None:
    try:
        Expression.parse(typed).read(row)
    except ExpressionError as error:
        assert error.flaw in Flaw


def test_a_row_keeps_what_is_not_mapped() -> None:
    reshape = Reshaping.of({"bookings": {"status": "pick({CI: 'checked_in'}, state)"}})
    assert reshape(Entity.BOOKINGS, {"state": "CI", "id": "b"}) == {
        "state": "CI",
        "id": "b",
        "status": "checked_in",
    }
    assert reshape(Entity.ROOMS, {"state": "CI"}) == {"state": "CI"}
    assert reshape(Entity.BOOKINGS, ["no", "row"]) == ["no", "row"]
