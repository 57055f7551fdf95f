"""The template becomes a working vendor by the steps of docs/adding-a-vendor.md, and by nothing else.

The page's own commands and lines are carried out in a private copy of the house, under another name; then the
copy's contract suite, the new vendor's own tests and the rules of quality are run there.
"""

import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from tests.core.pms.quality import ROOT

PAGE = (ROOT / "docs" / "adding-a-vendor.md").read_text("utf-8")

EDITS = {
    "core/domain/hotel.py": '    CUSTOM = "Custom"\n',
    "core/pms/registry.py": "    CUSTOM,\n",
    "bot/playground/rehearsals.py": "REHEARSALS: Final[Mapping[VendorKey, Rehearsal]] = {\n",
}
"""Behind which line the page's lines belong; its imports come first in a file."""

QUICK = "maple and not slow and not drip and not huge"
"""Everything about the new vendor, but what waits for answers that do not come or do not end."""

PYTEST = ("-m", "pytest", "-q", "-p", "no:cacheprovider", "-p", "no:xdist", "-k")


def lines_for(file: str) -> tuple[str, str]:
    """Return the imports and the other lines that the page has for a file."""
    [code] = re.findall(rf"\n`{re.escape(file)}`:\n\n```python\n(.*?)```\n", PAGE, re.DOTALL)
    imports = [line for line in code.splitlines(keepends=True) if line.startswith("from ")]
    rest = [line for line in code.splitlines(keepends=True) if line.strip() and line not in imports]
    return "".join(imports), "".join(rest)


@pytest.fixture(scope="module")
def house(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A private copy of what the page needs, with its commands and lines carried out."""
    copy = tmp_path_factory.mktemp("house")
    aside = shutil.ignore_patterns("ui")
    for folder in ("bot", "core", "tests/core/pms", "docs/vendor-template"):
        shutil.copytree(ROOT / folder, copy / folder, ignore=aside)
    for file in ("pyproject.toml", "docs/connectors.md", "docs/adding-a-vendor.md", "tests/core/__init__.py"):
        shutil.copy(ROOT / file, copy / file)
    for path in (ROOT / "tests").glob("*.py"):
        shutil.copy(path, copy / "tests")

    [commands] = re.findall(r"```bash\n(.*?)```\n", PAGE, re.DOTALL)[:1]
    subprocess.run(["bash", "-euc", commands], cwd=copy, check=True)
    for file, behind in EDITS.items():
        imports, rest = lines_for(file)
        text = (copy / file).read_text("utf-8")
        first = re.search(r"^from core\.pms\.", text, re.MULTILINE)
        if imports:
            assert first
            text = text[: first.start()] + imports + text[first.start() :]
        assert behind in text
        (copy / file).write_text(text.replace(behind, behind + rest), "utf-8")
    return copy


def in_house(house: Path, *command: str) -> subprocess.CompletedProcess[str]:
    """Run Python in the copy, on the copy."""
    environment = {**os.environ, "PYTHONPATH": str(house)}
    return subprocess.run(
        [sys.executable, *command], cwd=house, env=environment, capture_output=True, text=True, check=False
    )


def test_the_new_vendor_passes_the_contract_suite_and_its_own_tests(house: Path) -> None:
    """And reaches the level that it declares, by the rules for everybody."""
    suites = ("tests/core/pms/test_contract.py", "tests/core/pms/test_quality.py")
    run = in_house(house, *PYTEST, QUICK, *suites, "tests/core/pms/vendors/maple")
    assert run.returncode == 0, run.stdout[-3000:] + run.stderr[-1000:]
    passed = re.search(r"(\d+) passed", run.stdout)
    assert passed
    assert int(passed[1]) > 80, run.stdout[-500:]
    assert "failed" not in run.stdout


def test_a_new_vendor_that_is_broken_does_not_pass(house: Path) -> None:
    """The control: one wrong word is found, in the copy, so the copy is what was tested."""
    normalise = house / "core" / "pms" / "vendors" / "maple" / "normalise.py"
    text = normalise.read_text("utf-8")
    assert "row.own_id()" in text
    normalise.write_text(text.replace("row.own_id()", 'row.needed("id")'), "utf-8")
    try:
        run = in_house(house, *PYTEST, "maple", "tests/core/pms/vendors/maple/test_normalise.py")
    finally:
        normalise.write_text(text, "utf-8")
    assert run.returncode == 1, run.stdout[-2000:]
    assert "FAILED tests/core/pms/vendors/maple/test_normalise.py::test_an_unknown_state" in run.stdout
