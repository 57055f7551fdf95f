"""docs/architecture.md shows the house as it is: its picture of layers, its table of files, its rows."""

import itertools
import re
import tomllib
from pathlib import Path
from typing import Final

ROOT: Final = Path(__file__).resolve().parent.parent
PAGE: Final = (ROOT / "docs" / "architecture.md").read_text(encoding="utf-8")

UNLISTED: Final = {"__init__", "__main__"}


def layers() -> list[list[str]]:
    """Return the layers that import-linter enforces, uppermost first, each with its neighbours."""
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
    contracts = project["tool"]["importlinter"]["contracts"]
    (inside,) = (contract for contract in contracts if contract["type"] == "layers")
    assert inside["containers"] == ["core"]
    assert inside["exhaustive"]
    return [re.findall(r"\w+", layer) for layer in inside["layers"]]


def picture() -> str:
    """Return the drawing between its marks."""
    return PAGE.partition("<!-- layers:begin -->")[2].partition("<!-- layers:end -->")[0]


def section(title: str) -> str:
    """Return what stands under a heading."""
    return PAGE.partition(f"\n## {title}\n")[2].partition("\n## ")[0]


def modules(package: str) -> set[str]:
    """Return the names of a package's modules and folders."""
    files = {path.stem for path in (ROOT / package).glob("*.py")}
    folders = {path.parent.name for path in (ROOT / package).glob("*/__init__.py")}
    return (files | folders) - UNLISTED


def test_the_picture_is_the_layers_that_are_enforced() -> None:
    """Each layer points to all of the next, and to nothing else."""
    drawn = picture().partition("subgraph core")[2].partition("\n    end\n")[0]
    arrows = re.findall(r"^ +(\w+) --> (\w+)$", drawn, re.MULTILINE)
    expected = [
        pair for upper, lower in itertools.pairwise(layers()) for pair in itertools.product(upper, lower)
    ]

    assert sorted(arrows) == sorted(expected)
    assert drawn.count("-->") == len(arrows), "an arrow that was not read"


def test_no_import_is_drawn_from_core_to_the_bot() -> None:
    """What core needs of the bot is dotted: a Protocol, not an import."""
    hotel_side = set(itertools.chain(*layers()))
    after = picture().partition("subgraph core")[2].partition("\n    end\n")[2]
    solid = re.findall(r"^ +(\w+)(?:\(.*\))? --> (\w+)", after, re.MULTILINE)

    assert solid
    assert [
        pair for pair in solid if pair[0] in hotel_side and pair[1] not in (*hotel_side, "vendor", "model")
    ] == []


def test_every_part_of_core_is_in_a_layer() -> None:
    assert modules("core") == set(itertools.chain(*layers()))


def test_the_table_names_every_file_and_no_other() -> None:
    """Every folder and module of bot and core, once."""
    table = [line for line in section("The picture").splitlines() if line.startswith("| `")]
    named = [name for line in table for name in re.findall(r"`([\w/.]+)`", line.split("|")[1])]
    expected = [
        f"{package}/{name}.py" if (ROOT / package / f"{name}.py").is_file() else f"{package}/{name}"
        for package in ("bot", "core")
        for name in modules(package)
    ]

    assert sorted(named) == sorted(expected)


def test_every_other_path_leads_somewhere() -> None:
    """In the text, a path from the root, with `<vendor>` for any of them."""
    paths = re.findall(r"`((?:bot|core|docs|tests)/[\w/.<>]+)`", PAGE)
    missing = [path for path in paths if not any(ROOT.glob(path.replace("<vendor>", "*")))]

    assert paths
    assert missing == []


def test_the_list_of_rows_is_the_schema() -> None:
    """Every table that core declares, once."""
    sources = "\n".join(path.read_text(encoding="utf-8") for path in (ROOT / "core").rglob("*.py"))
    tables = re.findall(r'sa\.Table\(\s*"(\w+)"', sources)
    rows = section("Rows").partition(" on SQLite")[0]

    assert sorted(re.findall(r"`(\w+)`", rows)) == sorted(tables)
