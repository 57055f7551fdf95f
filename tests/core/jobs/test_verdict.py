"""What becomes of a job after an attempt."""

import random

import pytest

from core.domain.errors import CredentialsRefusedError, Layer, RateLimitedError, VendorUnavailableError
from core.jobs.queue import Fatal, Job, RetryLater
from core.jobs.verdict import Again, Claimed, Done, Patience, SetAside, Verdict, name_of, place_of


class NoChance(random.Random):
    """Always in the middle."""

    def uniform(self, a: float, b: float) -> float:
        return (a + b) / 2


SURE = Patience(max_failures=3, chance=NoChance())
REFUSED = CredentialsRefusedError("auth.refused", Layer.AUTHENTICATION)
UNAVAILABLE = VendorUnavailableError("vendor.unavailable", Layer.HTTP)
LIMITED = RateLimitedError("vendor.rate_limited", Layer.HTTP, retry_after_s=90)


def claimed(failures: int = 0, setbacks: int = 0) -> Claimed:
    return Claimed(Job(1, "sync", {}, attempt=50), failures, setbacks)


@pytest.mark.parametrize(
    ("before", "error", "verdict"),
    [
        (claimed(2, 5), None, Done()),
        (claimed(2, 5), RetryLater(7), Again(7)),
        (claimed(2, 5), LIMITED, Again(90, 2, 6, "vendor.rate_limited")),
        (claimed(2, 2), UNAVAILABLE, Again(8, 2, 3, "vendor.unavailable")),
        (claimed(0, 0), ValueError("x"), Again(2, 1, 1, "ValueError")),
        (claimed(1, 4), ValueError("x"), Again(32, 2, 5, "ValueError")),
        (claimed(2, 2), ValueError("x"), SetAside(3, "ValueError")),
        (claimed(0, 0), REFUSED, Again(2, 1, 1, "auth.refused")),
        (claimed(0, 0), Fatal("secret"), SetAside(1, "Fatal")),
    ],
)
def test_each_ending_has_its_verdict(before: Claimed, error: Exception | None, verdict: Verdict) -> None:
    """Patience asked for and patience of ours, failures that count and setbacks that only slow down."""
    assert SURE.judge(before, error) == verdict


def test_pauses_double_up_to_an_hour_give_or_take_a_fifth() -> None:
    """2, 4, 8 … seconds; spread so that a thousand hotels do not come back in the same instant."""
    patience = Patience(chance=random.Random(1))
    pauses = []
    for setbacks in (*range(13), 500, 100_000):
        verdict = patience.judge(claimed(0, setbacks), UNAVAILABLE)
        assert isinstance(verdict, Again)
        pauses.append(verdict.delay_s)
    for n, pause in enumerate(pauses[:11], start=1):
        assert 0.8 * 2**n <= pause <= 1.2 * 2**n
    assert pauses[11:] == [3600.0] * 4
    assert len(set(pauses[:11])) == 11


def test_the_same_seed_gives_the_same_pauses() -> None:
    """Chance is injected, so a run can be repeated."""
    one, two = (Patience(chance=random.Random(3)) for _ in range(2))
    assert [one.judge(claimed(0, n), UNAVAILABLE) for n in range(9)] == [
        two.judge(claimed(0, n), UNAVAILABLE) for n in range(9)
    ]


def test_of_an_error_only_its_name_and_place_are_kept() -> None:
    """A message can hold a guest's name; a code, a class and a line cannot."""
    try:
        raise ValueError("Mr Smith")
    except ValueError as caught:
        error = caught
    place = place_of(error)
    assert (name_of(error), name_of(REFUSED)) == ("ValueError", "auth.refused")
    assert place is not None
    assert place.startswith("test_verdict.py:")
    assert (place_of(REFUSED), place_of(None)) == (None, None)
