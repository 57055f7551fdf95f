"""The drawing in the architecture's document is the table, as it is now."""

import re
import subprocess
import sys
from pathlib import Path
from typing import get_args

import pytest

from core.onboarding import diagram
from core.onboarding.diagram import ARCHITECTURE, BEGIN, END
from core.onboarding.steps import Step

MOVE = re.compile(r"    (\w+) --> (\w+): (\w+(?:, \w+)*)")


def test_the_document_shows_the_table_as_it_is() -> None:
    """`make docs` brings it up to date."""
    _, _, rest = ARCHITECTURE.read_text(encoding="utf-8").partition(BEGIN)
    block, ends, _ = rest.partition(END)
    assert ends
    assert block == f"\n```mermaid\n{diagram.diagram()}\n```\n"


def test_every_kind_of_step_is_drawn_and_nothing_else() -> None:
    names = {kind.__name__ for kind in get_args(Step)}
    head, *lines = diagram.diagram().splitlines()
    moves = [move for line in lines if (move := MOVE.fullmatch(line))]
    assert head == "stateDiagram-v2"
    assert {move[1] for move in moves} | {move[2] for move in moves} == names
    assert [line.strip() for line in lines if not MOVE.fullmatch(line)] == [
        "[*] --> Choosing",
        "[*] --> EnteringCredentials",
        "Done --> [*]",
        "Closed --> [*]",
    ]


def test_an_event_is_drawn_where_the_table_has_it() -> None:
    assert "Reviewing --> Saving: ReviewConfirmed" in diagram.diagram()
    assert "Saving --> Closed" not in diagram.diagram()


def test_writing_touches_nothing_outside_the_marks(tmp_path: Path) -> None:
    page = tmp_path / "page.md"
    page.write_text(f"# Title\n\nBefore.\n\n{BEGIN}\nold\n{END}\n\nAfter – ü.\n", encoding="utf-8")
    diagram.write(page)
    diagram.write(page)
    block = f"{BEGIN}\n```mermaid\n{diagram.diagram()}\n```\n{END}"
    assert page.read_text(encoding="utf-8") == f"# Title\n\nBefore.\n\n{block}\n\nAfter – ü.\n"


@pytest.mark.parametrize("text", ["# Title\n", f"{BEGIN}\n", f"{END}\n", f"{END}\n{BEGIN}\n"])
def test_a_page_without_both_marks_is_left_alone(tmp_path: Path, text: str) -> None:
    page = tmp_path / "page.md"
    page.write_text(text)
    with pytest.raises(ValueError, match=r"page\.md"):
        diagram.write(page)
    assert page.read_text() == text


def test_the_command_prints_the_drawing() -> None:
    command = [sys.executable, "-m", "core.onboarding.diagram"]
    printed = subprocess.run(command, capture_output=True, check=True, text=True).stdout
    assert printed == f"{diagram.diagram()}\n"
