"""Lists every type with an example in docs/webhooks.md: `python -m core.outbound.page --write`."""

import json
import sys
from pathlib import Path
from typing import Final

from core.outbound.catalogue import EXAMPLE_AT, TYPES, Outgoing, message_of

PAGE: Final = Path(__file__).resolve().parents[2] / "docs" / "webhooks.md"
BEGIN: Final = "<!-- types:begin -->"
END: Final = "<!-- types:end -->"


def types() -> str:
    """Return a heading, a sentence and an example for each type."""
    parts = []
    for name, one in TYPES.items():
        message = message_of(Outgoing(name, one.example), EXAMPLE_AT)
        body = json.dumps(json.loads(message.body), indent=2, ensure_ascii=False)
        parts.append(f"### {name}\n\n{one.meaning}\n\n```json\n{body}\n```\n")
    return "\n".join(parts)


def write(path: Path) -> None:
    """Put the types between the marks of a page. Raises: ValueError when the marks are not there."""
    before, begins, rest = path.read_text(encoding="utf-8").partition(BEGIN)
    _, ends, after = rest.partition(END)
    if not begins or not ends:
        raise ValueError(f"{path.name} has no marks between which the types belong")
    path.write_text(f"{before}{BEGIN}\n{types()}\n{END}{after}", encoding="utf-8")


if __name__ == "__main__":
    if "--write" in sys.argv:
        write(PAGE)
    else:
        sys.stdout.write(types())
