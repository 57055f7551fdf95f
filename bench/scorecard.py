"""`python -m bench.scorecard`: how good the product's judgement is, a figure for each kind of judgement.

What each figure measures stands in its module of `bench.evaluation`. Writes var/scorecard.json.
"""

import logging
from pathlib import Path
from typing import Final

from rich.console import Console

from bench.evaluation import faults, model, pasted, questions
from bench.results import show, write

FILE: Final = Path("var/scorecard.json")


def main() -> None:
    """Print the card and write it."""
    logging.disable(logging.ERROR)  # the sandboxes misbehave on purpose, and their server says so
    results = [*faults.measure(), *pasted.measure(), *questions.measure(), *model.measure()]
    show(results, Console())
    write(results, FILE)


if __name__ == "__main__":
    main()
