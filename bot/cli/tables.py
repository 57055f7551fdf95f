"""Tables on standard output: whole, plain, and safe to look at."""

from collections.abc import Iterable

from rich.console import Console
from rich.measure import Measurement
from rich.table import Table
from rich.text import Text

from bot.views.parts import plain


def show(headings: Iterable[str], rows: Iterable[Iterable[str]]) -> None:
    """Print a table as wide as it needs to be: an id that is cut short cannot be copied.

    Nothing in a cell is markup or reaches the terminal as a control character.
    """
    table = Table(*headings)
    for row in rows:
        table.add_row(*(Text(plain(cell).replace("\n", " ")) for cell in row))
    console = Console(highlight=False)
    console.width = max(
        console.width, Measurement.get(console, console.options.update(width=10_000), table).maximum
    )
    console.print(table)
