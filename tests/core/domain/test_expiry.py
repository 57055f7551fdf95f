"""When it is time to warn of an end: fourteen, seven and one day before, and never of what renews itself."""

from datetime import datetime, timedelta

import pytest

from core.domain.expiry import Term, TermKind
from tests.clock import START


def term(kind: TermKind, days_left: float, life: int = 400, every_days: int | None = None) -> Term:
    ends_at = START + timedelta(days=days_left)
    return Term(kind, ends_at - timedelta(days=life), ends_at, every_days=every_days)


def in_days(at: datetime | None) -> float | None:
    return None if at is None else (at - START) / timedelta(days=1)


KNOWN = (TermKind.STATED, TermKind.CONSENT, TermKind.CERTIFICATE)


@pytest.mark.parametrize("kind", KNOWN)
def test_an_end_is_warned_of_three_times(kind: TermKind) -> None:
    ends = term(kind, 100)
    warned, now = [], ends.first_warning(START)
    while now is not None:
        warned.append(100 - (in_days(now) or 0))
        now = ends.next_warning(now)
    assert warned == [14, 7, 1]


@pytest.mark.parametrize(
    ("kind", "days_left", "first"),
    [
        (TermKind.STATED, 10, 3),
        (TermKind.CERTIFICATE, 10, 0),
        (TermKind.CONSENT, 0.5, 0),
        (TermKind.STATED, 0.5, None),
        (TermKind.CERTIFICATE, -1, None),
    ],
)
def test_what_is_near_is_told_at_once_unless_somebody_has_just_typed_it(
    kind: TermKind, days_left: float, first: float | None
) -> None:
    assert in_days(term(kind, days_left).first_warning(START)) == first


@pytest.mark.parametrize(("life", "warned"), [(398, [14, 7, 1]), (90, [14, 7, 1]), (47, [7, 1]), (6, [1])])
def test_a_certificate_that_lives_briefly_is_renewed_late(life: int, warned: list[int]) -> None:
    """Machines renew those; fourteen days before its end, one of six days does not even exist."""
    ends = term(TermKind.CERTIFICATE, 100, life)
    assert [100 - (in_days(at) or 0) for at in ends.warnings] == warned


def test_an_age_is_told_when_it_is_reached_and_again_after_as_long() -> None:
    aged = term(TermKind.AGE, 5, 90, every_days=90)
    first = aged.first_warning(START)
    assert in_days(first) == 5
    assert first is not None
    assert in_days(aged.next_warning(first)) == 95


def test_credentials_that_are_older_already_are_told_of_at_once() -> None:
    assert term(TermKind.AGE, -5, 90, every_days=90).first_warning(START) == START


def test_nobody_is_reminded_who_did_not_ask() -> None:
    entered = term(TermKind.AGE, 0, 0)
    assert (entered.first_warning(START), entered.next_warning(START)) == (None, None)


def test_what_was_missed_is_not_made_up_for() -> None:
    """After ten days without a worker there is one warning, not two."""
    ends = term(TermKind.STATED, 3)
    assert in_days(ends.next_warning(START)) == 2
