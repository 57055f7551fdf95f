"""The rules of the quality ladder, each answered by looking into the repository, and the page of all.

`python -m tests.core.pms.quality` prints the two tables of docs/connectors.md; `--write` puts them there.
"""

import ast
import re
import sys
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Final

from bot.playground.rehearsals import REHEARSALS
from core.domain.hotel import Entity
from core.pms.quality import Basis, Level
from core.pms.registry import VENDORS
from core.pms.vendor import Vendor

ROOT: Final = Path(__file__).resolve().parents[3]
PAGE: Final = ROOT / "docs" / "connectors.md"
BEGIN: Final = "<!-- connectors:begin -->"
END: Final = "<!-- connectors:end -->"

_DOCUMENT: Final = re.compile(r"[\w./{}-]*(?:specs/|openapi)[\w./{}-]*\.json")
"""A document that tests open; one that no vendor published says so in its name, in capitals."""


@dataclass(frozen=True)
class Evidence:
    """A vendor, and the repository in which all that is said of it must be found."""

    vendor: Vendor
    root: Path = ROOT

    @property
    def name(self) -> str:
        """The name of its folders."""
        return self.vendor.key.value.lower()

    @property
    def readme(self) -> str:
        """Its README; empty where there is none."""
        return _text(self.root / "core" / "pms" / "vendors" / self.name / "README.md")

    @property
    def bench(self) -> Path:
        """What it brings to the contract suite."""
        return self.root / "tests" / "core" / "pms" / "benches" / f"{self.name}.py"

    @property
    def tests(self) -> Path:
        """The folder of its own tests."""
        return self.root / "tests" / "core" / "pms" / "vendors" / self.name

    def has_test(self, file: str) -> bool:
        """Say whether there is at least one test in a file of its own."""
        return bool(_tests_in(_text(self.tests / file)))

    def finds_faults_in(self, check: str) -> bool:
        """Say whether some test shows that the bench's `check_call` or `check_answer` can fail."""
        return any(
            check in body and "raises(AssertionError" in body
            for file in sorted(self.tests.glob("test_*.py"))
            for body in _tests_in(_text(file))
        )

    @property
    def basis(self) -> Basis | None:
        """What the tests really hold it against, by the names of the documents they open."""
        files = [self.bench, *sorted(self.tests.glob("*.py"))]
        named = [name for file in files for name in _documents_in(_text(file))]
        if any("OBSERVED" in name for name in named):
            return Basis.OBSERVED
        if any("RECONSTRUCTED" in name for name in named):
            return Basis.RECONSTRUCTED
        return Basis.PUBLISHED if named else None


@dataclass(frozen=True)
class Rule:
    """One thing that must be so at a level and at all above it."""

    level: Level
    says: str
    holds: Callable[[Evidence], bool]


def _guide_is_complete(about: Evidence) -> bool:
    guide = about.vendor.guide
    lists = (guide.you_need, guide.where_to_find, guide.permissions, guide.limits, guide.issues)
    after = (guide.next_steps, guide.links, guide.unverified, guide.suggestions)
    return all(lists) and all(after) and all((guide.in_short, guide.summary, guide.cost, guide.minutes > 0))


def _can_be_rehearsed(about: Evidence) -> bool:
    """Say whether the playground has a form that works and some that fail, all of the declared fields."""
    rehearsal = REHEARSALS.get(about.vendor.key)
    if rehearsal is None or not rehearsal.form or not rehearsal.fails:
        return False
    failing = {field for _, field, _ in rehearsal.fails}
    return failing | rehearsal.form.keys() <= {field.key for field in about.vendor.fields}


RULES: Final = (
    Rule(
        Level.BETA,
        "can be connected, and passes the contract suite on a bench of its own",
        lambda about: about.vendor.is_available and "def bench(" in _text(about.bench),
    ),
    Rule(Level.BETA, "reads bookings", lambda about: Entity.BOOKINGS in about.vendor.entities),
    Rule(
        Level.BETA,
        "every call and answer of the suite is held against something",
        lambda about: about.basis is not None,
    ),
    Rule(
        Level.BETA,
        "tests show that this check can fail, for calls and for answers",
        lambda about: about.finds_faults_in("check_call") and about.finds_faults_in("check_answer"),
    ),
    Rule(
        Level.BETA,
        "sandbox and normalisation have tests of their own",
        lambda about: about.has_test("test_sandbox.py") and about.has_test("test_normalise.py"),
    ),
    Rule(Level.BETA, "can be rehearsed in the playground, failures included", _can_be_rehearsed),
    Rule(Level.BETA, "the guide is complete and names what is not verified", _guide_is_complete),
    Rule(
        Level.BETA,
        "the README lists what is not verified",
        lambda about: "\n## Not verified\n" in about.readme,
    ),
    Rule(
        Level.TESTED,
        "reads bookings, guests and rooms",
        lambda about: about.vendor.entities == set(Entity),
    ),
    Rule(
        Level.TESTED,
        "of bookings and guests, only what changed is read",
        lambda about: {Entity.BOOKINGS, Entity.GUESTS} <= about.vendor.quality.tells_changes,
    ),
    Rule(
        Level.TESTED,
        "the vendor itself offers the interface",
        lambda about: about.basis in (Basis.RECONSTRUCTED, Basis.PUBLISHED),
    ),
    Rule(
        Level.TESTED,
        "the adapter is tried with answers that the sandbox never gives",
        lambda about: about.has_test("test_adapter.py"),
    ),
    Rule(
        Level.CHECKED,
        "all that calls and answers are held against is published by the vendor",
        lambda about: about.basis is Basis.PUBLISHED,
    ),
    Rule(
        Level.PROVEN,
        "somebody saw it work at the vendor, and the README says when and what",
        lambda about: about.vendor.quality.seen_live is not None and "\n## Seen live\n" in about.readme,
    ),
)


def broken(about: Evidence, level: Level) -> list[str]:
    """Return the rules up to a level that do not hold."""
    return [rule.says for rule in RULES if rule.level in _up_to(level) and not rule.holds(about)]


def reached(about: Evidence) -> Level | None:
    """Return the highest level of which every rule holds; None where not even the lowest is reached."""
    return next((level for level in reversed(Level) if not broken(about, level)), None)


def tables(vendors: Iterable[Vendor] = VENDORS) -> str:
    """Return what each connector can do, and which rule holds of it, as two Markdown tables."""
    cases = [Evidence(vendor) for vendor in vendors]
    return "\n\n".join((_rows(_can(cases)), _rows(_rules(cases))))


def write(page: Path = PAGE) -> None:
    """Put the tables between their two marks. Raises: ValueError when the marks are not there."""
    before, begins, rest = page.read_text("utf-8").partition(BEGIN)
    _, ends, after = rest.partition(END)
    if not begins or not ends:
        raise ValueError(f"{page.name} has no marks between which the tables belong")
    page.write_text(f"{before}{BEGIN}\n{tables()}\n{END}{after}", "utf-8")


def _can(cases: list[Evidence]) -> Iterator[list[str]]:
    yield [
        "Connector",
        "Level",
        "Reads",
        "Only what changed",
        "Sign-in at the vendor",
        "Held against",
        "Seen live",
    ]
    for vendor in (about.vendor for about in cases):
        quality = vendor.quality
        yield [
            vendor.display_name,
            quality.in_short,
            _kinds(vendor.entities),
            _kinds(quality.tells_changes),
            "yes" if vendor.authorization else "no",
            quality.basis.value,
            quality.seen_live.isoformat() if quality.seen_live else "not yet",
        ]


def _rules(cases: list[Evidence]) -> Iterator[list[str]]:
    yield ["Level", "Rule", *(about.vendor.display_name for about in cases)]
    for rule in RULES:
        yield [rule.level.value, rule.says, *("✓" if rule.holds(about) else "–" for about in cases)]


def _rows(rows: Iterable[list[str]]) -> str:
    head, *body = rows
    return "\n".join(f"| {' | '.join(row)} |" for row in (head, ["---"] * len(head), *body))


def _kinds(kinds: frozenset[Entity]) -> str:
    return ", ".join(entity.value for entity in Entity if entity in kinds) or "none"


def _up_to(level: Level) -> tuple[Level, ...]:
    levels = tuple(Level)
    return levels[: levels.index(level) + 1]


@cache
def _documents_in(source: str) -> tuple[str, ...]:
    """Return the names of the documents that a file opens."""
    return tuple(_DOCUMENT.findall(source))


@cache
def _tests_in(source: str) -> tuple[str, ...]:
    """Return every test of a file, as source without comments."""
    return tuple(
        ast.unparse(node)
        for node in ast.parse(source).body
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef) and node.name.startswith("test_")
    )


def _text(file: Path) -> str:
    return file.read_text("utf-8") if file.is_file() else ""


if __name__ == "__main__":
    if "--write" in sys.argv:
        write()
    else:
        sys.stdout.write(f"{tables()}\n")
