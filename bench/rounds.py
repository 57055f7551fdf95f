"""Two ways of doing the same, measured turn and turn about, so that a busy machine slows both alike."""

import gc
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from statistics import median

Measure = Callable[[int], Awaitable[list[float]]]
"""Do something so many times and return samples of what one time cost, in seconds."""


@dataclass(frozen=True, slots=True)
class Plan:
    """So many rounds of so many operations on either side, which take turns every `turn` operations."""

    rounds: int
    size: int
    turn: int


@dataclass(frozen=True, slots=True)
class Comparison:
    """What one operation cost on either side, in seconds, as a pair for each round."""

    costs: tuple[tuple[float, float], ...]

    @property
    def ours_s(self) -> float:
        """The median of our side."""
        return median(ours for ours, _ in self.costs)

    @property
    def bare_s(self) -> float:
        """The median of the other side."""
        return median(bare for _, bare in self.costs)

    @property
    def ratio(self) -> float:
        """The median of the rounds' ratios."""
        return median(self._ratios)

    @property
    def spread(self) -> str:
        """The lowest and the highest ratio of a round."""
        return f"{min(self._ratios):.2f}–{max(self._ratios):.2f} in {len(self.costs)} rounds"

    @property
    def _ratios(self) -> list[float]:
        return [ours / bare for ours, bare in self.costs]


async def compare(ours: Measure, bare: Measure, plan: Plan) -> Comparison:
    """Measure both sides; one turn each beforehand warms up and does not count."""
    await ours(plan.turn)
    await bare(plan.turn)
    return Comparison(tuple([await _round(ours, bare, plan) for _ in range(plan.rounds)]))


async def _round(ours: Measure, bare: Measure, plan: Plan) -> tuple[float, float]:
    """Return the median sample of either side: what the machine did in between does not move it."""
    gc.collect()
    samples: dict[Measure, list[float]] = {ours: [], bare: []}
    for number in range(plan.size // plan.turn):
        # Whoever comes second finds warmer caches: each does so half of the time.
        for side in (bare, ours) if number % 2 else (ours, bare):
            samples[side] += await side(plan.turn)
    return median(samples[ours]), median(samples[bare])
