"""Commands that run something: the bot, the playground, the vendor sandboxes, the migrations."""

import asyncio
import contextlib
from typing import Annotated

import typer

from bot import log_setup
from bot.playground.house import open_playground
from bot.playground.sandboxes import run_sandboxes
from bot.running import RunRole, run
from bot.settings import read_settings
from core.jobs import schema


def register(app: typer.Typer) -> None:
    """Register the commands."""
    app.command("run")(run_bot)
    app.command("playground")(playground)
    app.command("sandbox")(sandbox)
    app.command("migrate")(migrate)


def run_bot(
    role: Annotated[
        RunRole, typer.Option(help="What this process does; `all` is enough for one machine.")
    ] = RunRole.ALL,
) -> None:
    """Run the bot, its worker and its web endpoints."""
    settings = read_settings()
    log_setup.set_up(as_json=settings.innkeeper_profile == "production")
    schema.prepare(settings.database_url)
    with contextlib.suppress(KeyboardInterrupt):
        asyncio.run(run(settings, role))


def playground(
    port: Annotated[int, typer.Option(envvar="INNKEEPER_PORT", help="Where the page is served.")] = 3000,
    reset: Annotated[bool, typer.Option(help="Forget everything from last time first.")] = False,
    model_url: Annotated[
        str, typer.Option(help="A model server of this machine, such as http://127.0.0.1:8080/v1.")
    ] = "",
    model: Annotated[str, typer.Option(help="What the model is called there.")] = "local",
) -> None:
    """Run everything in a local workspace in the browser; no account is needed."""
    log_setup.set_up(as_json=False)
    asked = {"OPENAI_BASE_URL": model_url, "OPENAI_MODEL": model, "OPENAI_API_KEY": "none-needed"}
    with contextlib.suppress(KeyboardInterrupt):
        asyncio.run(open_playground(port, reset=reset, model=asked if model_url else None))


def sandbox(
    port: Annotated[int, typer.Option(help="Port of the first; the others follow.", min=0)] = 3101,
) -> None:
    """Run the vendor sandboxes alone: small simulated hotels that speak each vendor's own language."""
    log_setup.set_up(as_json=False)
    with contextlib.suppress(KeyboardInterrupt):
        asyncio.run(run_sandboxes(port))


def migrate() -> None:
    """Create the database, or bring it to this version."""
    settings = read_settings()
    schema.prepare(settings.database_url)
    typer.echo("The database is ready.")
