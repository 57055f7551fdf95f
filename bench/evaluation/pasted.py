"""How many pasted secrets are found, and how often something harmless is taken for one.

The texts are templates filled from seeds: one part was looked at while the spotter was made, the other was
written for this measurement, with other sentences and another seed.
"""

from collections.abc import Sequence
from typing import Final, Protocol

from bench.evaluation.pasted_held_out import held_out
from bench.evaluation.pasted_making import Sample
from bench.evaluation.pasted_tuning import tuning
from bench.results import Goal, Result
from core.pms.pasted import Finding, Spotter
from core.pms.registry import VENDORS

FOUND: Final = Goal("value", least=95)
FALSE_ALARMS: Final = Goal("value", most=1)


class Spots(Protocol):
    """Whatever looks for secrets."""

    def spot(self, text: str) -> Finding | None:
        """Return what the text seems to hold."""
        ...


def measure(spotter: Spots | None = None) -> list[Result]:
    """Return the figures of both parts, in per cent; the goals are held against the held-out one."""
    spotter = spotter or Spotter(VENDORS)
    return [
        *_scored(spotter, held_out(), "held out", (FOUND, FALSE_ALARMS)),
        *_scored(spotter, tuning(), "tuned on", (None, None)),
    ]


def missed(spotter: Spots, samples: Sequence[Sample]) -> list[str]:
    """Return the secrets that were not found."""
    return [sample.text for sample in samples if sample.is_secret and spotter.spot(sample.text) is None]


def alarming(spotter: Spots, samples: Sequence[Sample]) -> list[str]:
    """Return the harmless texts that were taken for secrets."""
    return [sample.text for sample in samples if not sample.is_secret and spotter.spot(sample.text)]


def _scored(
    spotter: Spots, samples: Sequence[Sample], part: str, goals: tuple[Goal | None, Goal | None]
) -> list[Result]:
    secrets = sum(sample.is_secret for sample in samples)
    harmless = len(samples) - secrets
    not_found, alarms = missed(spotter, samples), alarming(spotter, samples)
    found = 100 * (1 - len(not_found) / secrets)
    return [
        Result(f"Pasted secrets found, {part}", found, f"% of {secrets}", goal=goals[0]),
        Result(
            f"False alarms, {part}",
            100 * len(alarms) / harmless,
            f"% of {harmless}",
            goal=goals[1],
            remark="; ".join(alarms),
        ),
    ]
