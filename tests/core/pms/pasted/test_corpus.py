"""The goals for pasted secrets, on texts that the spotter was not made from."""

from bench.evaluation import pasted
from bench.evaluation.pasted_held_out import held_out
from bench.evaluation.pasted_tuning import tuning
from core.pms.pasted import Finding, Spotter
from core.pms.registry import VENDORS


class Blind:
    """A spotter that sees nothing."""

    def spot(self, text: str) -> Finding | None:
        return None


class Nervous:
    """A spotter that takes every long word for a secret."""

    def spot(self, text: str) -> Finding | None:
        return Finding("a long word") if any(len(word) > 12 for word in text.split()) else None


def test_the_goals_are_met() -> None:
    """At least 95 % found and at most 1 % false alarms."""
    assert [result.name for result in pasted.measure() if result.met is False] == []


def test_a_broken_spotter_fails_them() -> None:
    """The controls: blind misses everything, nervous cries wolf."""
    assert [result.met for result in pasted.measure(Blind())] == [False, True, None, None]
    assert [result.met for result in pasted.measure(Nervous())] == [False, False, None, None]


def test_the_two_parts_share_nothing() -> None:
    """Six hundred texts and more, about half of them harmless, and none in both parts."""
    looked_at, unseen = tuning(), held_out()

    assert {sample.text for sample in looked_at}.isdisjoint(sample.text for sample in unseen)
    assert len(looked_at) + len(unseen) >= 600
    assert 0.4 < sum(sample.is_secret for sample in unseen) / len(unseen) < 0.6
    assert held_out() == unseen, "the same seed fills the same blanks"


def test_no_other_seed_does_worse() -> None:
    """Other secrets in the same sentences: the figure hangs on no lucky draw."""
    spotter = Spotter(VENDORS)
    rates = []
    for seed in range(3):
        samples = held_out(seed)
        secrets = sum(sample.is_secret for sample in samples)
        rates.append(len(pasted.missed(spotter, samples)) / secrets)
        assert len(pasted.alarming(spotter, samples)) <= 0.01 * (len(samples) - secrets)

    assert max(rates) <= 0.05
