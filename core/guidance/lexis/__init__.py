"""Data: what words mean, in six languages, and in which words people ask.

Files of blocks: a name at the margin, its lines beneath, indented. What is long is a folder of such files.
"""

from collections.abc import Iterator
from pathlib import Path
from typing import Final

_FOLDER: Final = Path(__file__).parent


def blocks(name: str) -> list[tuple[str, tuple[str, ...]]]:
    """Return the blocks of a file, or of all files of a folder, in their order: each name with its lines."""
    read: list[tuple[str, list[str]]] = []
    for line in _lines(name):
        if line.startswith(" "):
            read[-1][1].append(line.strip())
        elif line:
            read.append((line, []))
    return [(title, tuple(lines)) for title, lines in read]


def lists(name: str) -> dict[str, tuple[str, ...]]:
    """Return each block of a file as the words in it."""
    return {title: tuple(" ".join(lines).split()) for title, lines in blocks(name)}


def _lines(name: str) -> Iterator[str]:
    folder = _FOLDER / name
    for file in sorted(folder.glob("*.txt")) if folder.is_dir() else (folder.with_suffix(".txt"),):
        yield from file.read_text("utf-8").splitlines()
