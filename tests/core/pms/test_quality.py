"""Nobody is given a level that the repository does not bear out, and nobody hides below the own one."""

import shutil
from collections.abc import Callable
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from core.domain.hotel import Entity
from core.net.client import Answer, Call
from core.pms.quality import Basis, Level, Quality
from core.pms.registry import VENDORS
from core.pms.vendor import Vendor
from tests.core.pms.contract import bench_names, open_bench
from tests.core.pms.quality import BEGIN, END, PAGE, ROOT, RULES, Evidence, broken, reached, tables, write

BY_NAME = {Evidence(vendor).name: vendor for vendor in VENDORS}

by_vendor = pytest.mark.parametrize("name", sorted(BY_NAME))


# What is declared is so


@by_vendor
def test_the_level_is_the_one_that_the_rules_give(name: str) -> None:
    """More than that would be a promise nobody kept; less would hide what was done."""
    about = Evidence(BY_NAME[name])
    declared = about.vendor.quality.level
    assert broken(about, declared) == []
    assert reached(about) is declared


@by_vendor
def test_the_declared_basis_is_what_the_tests_open(name: str) -> None:
    about = Evidence(BY_NAME[name])
    assert about.vendor.quality.basis is about.basis


@by_vendor
def test_the_kinds_that_tell_their_changes_are_those_of_the_contract_suite(name: str) -> None:
    """The suite shows it at the bench: only what changed is read, or all of it is."""
    bench, vendor = open_bench(name), BY_NAME[name]
    assert vendor.quality.tells_changes == vendor.entities - bench.cannot_tell_changes


@by_vendor
def test_the_reason_fits_on_the_card(name: str) -> None:
    quality = BY_NAME[name].quality
    assert quality.in_short == f"{quality.level.value}: {quality.reason}"
    assert 10 <= len(quality.reason) <= 60
    assert not quality.reason.endswith(".")


@pytest.mark.parametrize("name", bench_names())
def test_a_bench_refuses_what_nobody_documented(name: str) -> None:
    """Whatever a vendor's own tests show: an invented address passes at none of them."""
    bench = open_bench(name)
    address = "https://pms.example.com"
    call = Call("GET", f"{address}/invented?by=us", {"accept": "text/html"})
    with pytest.raises((AssertionError, LookupError, ValueError)):
        bench.check_call(call)
    with pytest.raises((AssertionError, LookupError, ValueError)):
        bench.check_answer(call, Answer(418, {"content-type": "text/html"}, b"<h1>Teapot</h1>"))


# Declaring something else is found

Change = Callable[[Vendor], Vendor]


def declared(vendor: Vendor, **changes: Any) -> Vendor:
    """Return the vendor with another declaration of its quality."""
    return replace(vendor, quality=replace(vendor.quality, **changes))


@by_vendor
def test_declaring_another_level_is_found(name: str) -> None:
    """Above the own one, rules are broken; below it, more is reached than was declared."""
    vendor = BY_NAME[name]
    for level in set(Level) - {vendor.quality.level}:
        about = Evidence(declared(vendor, level=level))
        assert reached(about) is not level
    assert broken(Evidence(vendor), Level.PROVEN)


@pytest.mark.parametrize(
    ("change", "says"),
    [
        (lambda vendor: replace(vendor, connect=None), "can be connected"),
        (lambda vendor: replace(vendor, entities=frozenset({Entity.ROOMS})), "reads bookings"),
        (lambda vendor: replace(vendor, guide=replace(vendor.guide, unverified=())), "the guide is complete"),
        (lambda vendor: replace(vendor, entities=frozenset({Entity.BOOKINGS})), "reads bookings, guests"),
        (
            lambda vendor: declared(vendor, tells_changes=frozenset({Entity.BOOKINGS})),
            "of bookings and guests",
        ),
        (lambda vendor: declared(vendor, seen_live=date(2026, 1, 1)), "somebody saw it work"),
    ],
)
def test_a_rule_breaks_when_the_declaration_does(change: Change, says: str) -> None:
    """For the last: a date alone proves nothing while the README says nothing of it."""
    about = Evidence(change(BY_NAME["mews"]))
    assert any(rule.startswith(says) for rule in broken(about, Level.PROVEN))


@pytest.mark.parametrize(
    ("path", "find", "put", "level"),
    [
        ("tests/core/pms/benches/mews.py", "def bench(", "def no_bench(", None),
        ("core/pms/vendors/mews/README.md", "## Not verified", "## All is well", None),
        ("tests/core/pms/vendors/mews/test_sandbox.py", "def test_", "def shows_", None),
        ("tests/core/pms/vendors/mews/test_normalise.py", "def test_", "def shows_", None),
        ("tests/core/pms/vendors/mews/test_specification.py", "published.check_call", "passed", None),
        (
            "tests/core/pms/vendors/mews/test_specification.py",
            "raises(AssertionError",
            "raises(KeyError",
            None,
        ),
        ("tests/core/pms/vendors/mews/test_adapter.py", "def test_", "def shows_", Level.BETA),
        ("tests/core/pms/benches/mews.py", "openapi-trimmed", "RECONSTRUCTED", Level.TESTED),
        ("tests/core/pms/benches/mews.py", "openapi-trimmed", "OBSERVED", Level.BETA),
    ],
)
def test_a_level_is_lost_with_what_it_stands_on(
    tmp_path: Path, path: str, find: str, put: str, level: Level | None
) -> None:
    """In a private copy: a test, a chapter or a document is taken away."""
    for folder in ("core/pms/vendors/mews", "tests/core/pms/vendors/mews"):
        shutil.copytree(ROOT / folder, tmp_path / folder, ignore=shutil.ignore_patterns("__pycache__"))
    (tmp_path / "tests/core/pms/benches").mkdir()
    shutil.copy(ROOT / "tests/core/pms/benches/mews.py", tmp_path / "tests/core/pms/benches/mews.py")
    about = Evidence(BY_NAME["mews"], tmp_path)
    assert reached(about) is Level.CHECKED

    text = (tmp_path / path).read_text("utf-8")
    assert find in text
    (tmp_path / path).write_text(text.replace(find, put), "utf-8")
    assert reached(about) is level


def test_proven_is_within_reach(tmp_path: Path) -> None:
    """Of whoever writes down what was seen; every rule can hold."""
    mews = BY_NAME["mews"]
    shutil.copytree(ROOT / "core/pms/vendors/mews", tmp_path / "core/pms/vendors/mews")
    (tmp_path / "tests").symlink_to(ROOT / "tests")
    readme = tmp_path / "core/pms/vendors/mews/README.md"
    readme.write_text(f"{readme.read_text('utf-8')}\n## Seen live\n\nAll of it.\n", "utf-8")
    assert reached(Evidence(declared(mews, seen_live=date(2026, 1, 1)), tmp_path)) is Level.PROVEN
    assert {rule.level for rule in RULES} == set(Level)


# The page


def test_the_page_shows_the_connectors_as_they_are() -> None:
    """`make docs` brings it up to date."""
    _, _, rest = PAGE.read_text("utf-8").partition(BEGIN)
    block, ends, _ = rest.partition(END)
    assert ends
    assert block == f"\n{tables()}\n"


def test_the_page_is_written_between_its_marks(tmp_path: Path) -> None:
    page = tmp_path / "connectors.md"
    page.write_text(f"Before\n{BEGIN}\nold\n{END}\nAfter\n", "utf-8")
    write(page)
    assert page.read_text("utf-8") == f"Before\n{BEGIN}\n{tables()}\n{END}\nAfter\n"
    page.write_text("Nothing of the kind", "utf-8")
    with pytest.raises(ValueError, match="no marks"):
        write(page)


def test_the_page_explains_every_level_and_basis() -> None:
    words = PAGE.read_text("utf-8")
    assert all(f"| **{level.value}** |" in words for level in Level)
    assert [level.value for level in Level] == ["beta", "tested", "checked", "proven"]
    assert {vendor.quality.basis for vendor in VENDORS} == set(Basis)
    assert isinstance(VENDORS[0].quality, Quality)
