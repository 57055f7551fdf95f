"""What was measured, as a table for people and as `var/bench.json` for programs."""

import json
import math
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final, Literal

from rich import box
from rich.console import Console
from rich.table import Table

FILE: Final = Path("var/bench.json")


@dataclass(frozen=True, slots=True)
class Goal:
    """What the value, or its ratio to the baseline, may come to at most, and at least."""

    of: Literal["value", "ratio"]
    most: float = math.inf
    least: float = -math.inf

    def __str__(self) -> str:
        """Return the goal as it stands in the table and the file."""
        if self.least == self.most:
            return f"{self.of} = {self.most:g}"
        bounds = (("<=", self.most), (">=", self.least))
        return ", ".join(f"{self.of} {sign} {bound:g}" for sign, bound in bounds if math.isfinite(bound))

    def is_met(self, reached: float) -> bool:
        """Say whether this figure is good enough."""
        return self.least <= reached <= self.most


@dataclass(frozen=True, slots=True)
class Result:
    """One figure. Without a goal it only informs; `remark` is for people alone."""

    name: str
    value: float
    unit: str
    baseline: float | None = None
    ratio: float | None = None
    goal: Goal | None = None
    remark: str = ""

    @property
    def met(self) -> bool | None:
        """Whether the goal was met; None without one."""
        if self.goal is None:
            return None
        reached = self.value if self.goal.of == "value" else self.ratio
        return reached is not None and self.goal.is_met(reached)

    def to_json(self) -> dict[str, Any]:
        """Return the fields of the file."""
        return {
            "name": self.name,
            "value": round(self.value, 4),
            "unit": self.unit,
            "baseline": None if self.baseline is None else round(self.baseline, 4),
            "ratio": None if self.ratio is None else round(self.ratio, 3),
            "goal": str(self.goal) if self.goal else None,
            "met": self.met,
        }


def write(results: Sequence[Result], file: Path = FILE) -> None:
    """Write the file, whole or not at all."""
    file.parent.mkdir(exist_ok=True)
    draft = file.with_suffix(".draft")
    draft.write_text(json.dumps([result.to_json() for result in results], indent=2) + "\n")
    draft.replace(file)


def show(results: Sequence[Result], console: Console) -> None:
    """Print the table, and below it what else there is to say of each figure."""
    table = Table(box=box.SIMPLE_HEAD)
    table.add_column("")
    for title in ("value", "baseline", "ratio"):
        table.add_column(title, justify="right", no_wrap=True)
    table.add_column("goal", no_wrap=True)
    for result in results:
        table.add_row(
            result.name,
            f"{_figure(result.value)} {result.unit}",
            _figure(result.baseline),
            "" if result.ratio is None else f"{result.ratio:.2f}",
            f"{result.goal or ''} {_VERDICTS[result.met]}",
        )
    console.print(table)
    for result in results:
        if result.remark:
            console.print(f"{result.name}: {result.remark}", style="dim", highlight=False)


_VERDICTS: Final = {True: "[green]met[/green]", False: "[red]missed[/red]", None: ""}


def _figure(value: float | None) -> str:
    if value is None:
        return ""
    return f"{value:,.0f}" if value >= 100 else f"{value:.3g}"
