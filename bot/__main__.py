"""`innkeeper`, also `python -m bot`: every command, and one line that says what went wrong."""

import sys

import typer
from rich.console import Console
from sqlalchemy.exc import SQLAlchemyError

from bot.cli import books, doctor, export, founding, keys, serving
from core.domain.errors import SettingsError, UnreadableCredentialError
from core.jobs.queue import SecondWorkerError

app = typer.Typer(
    name="innkeeper",
    help="Connect a hotel's PMS from Slack in five guided steps.",
    no_args_is_help=True,
    pretty_exceptions_enable=False,
    add_completion=False,
)
serving.register(app)
doctor.register(app)
books.register(app)
export.register(app)
founding.register(app)
app.add_typer(keys.app, name="keys")


def main() -> None:
    """Run a command; exit with 1 and one clear line on a failure that we know."""
    problem = Console(stderr=True, highlight=False, soft_wrap=True)
    try:
        app()
    except SettingsError as error:
        problem.print("[red]These settings must be mended before Innkeeper can start:[/red]")
        for name, text in sorted(error.problems.items()):
            problem.print(f"  {name}: {text}", markup=False)
        problem.print("docs/settings.md explains each of them; `innkeeper doctor` checks them again.")
        sys.exit(1)
    except SecondWorkerError:
        problem.print(
            "[red]Another Innkeeper already works on this SQLite file.[/red] Use PostgreSQL for several."
        )
        sys.exit(1)
    except UnreadableCredentialError:
        problem.print("[red]A sealed credential cannot be opened with the present PMS_ENCRYPTION_KEY.[/red]")
        sys.exit(1)
    except (SQLAlchemyError, OSError) as error:
        # The text of a database error can hold its address and so its password: the class must do.
        cause = type(error.__cause__ or error).__name__
        problem.print(
            f"[red]The database or a file cannot be reached ({cause}).[/red] Try `innkeeper doctor`."
        )
        sys.exit(1)


if __name__ == "__main__":
    main()
