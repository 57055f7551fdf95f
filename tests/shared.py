"""Reference data that lives beside the checkout, read and never copied.

`INNKEEPER_SHARED` names the folder; without it, a folder `shared` next to the checkout is tried. A test that
needs a file which is not there is skipped with the reason.
"""

import json
import os
from pathlib import Path
from typing import Any

import pytest

ROOT = Path(os.environ.get("INNKEEPER_SHARED") or Path(__file__).resolve().parent.parent.parent / "shared")


def shared_file(name: str) -> Path:
    """Return the path of a reference file; skip the test where it is absent."""
    path = ROOT / name
    if not path.exists():
        pytest.skip(f"reference data {name} is not beside the checkout (set INNKEEPER_SHARED)")
    return path


def shared_json(name: str) -> Any:
    """Return a reference file's JSON; skip the test where it is absent."""
    return json.loads(shared_file(name).read_text(encoding="utf-8"))
