"""`innkeeper doctor`: checks everything that must be right, and says how to mend what is not."""

import asyncio
from dataclasses import dataclass

import typer
from aiohttp import ClientError
from rich.console import Console
from slack_sdk.errors import SlackApiError, SlackClientError
from sqlalchemy.exc import SQLAlchemyError

from bot.installations import open_client
from bot.settings import Settings, read_settings
from core.credentials.keyset import LocalKeyset
from core.credentials.startup import verify_keys
from core.domain.clock import SystemClock
from core.domain.errors import SettingsError
from core.jobs import schema
from core.store.database import Database


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing that was looked at; `cure` is empty when it is well."""

    what: str
    seen: str
    cure: str = ""


def register(app: typer.Typer) -> None:
    """Register the command."""
    app.command("doctor")(doctor)


def doctor() -> None:
    """Check settings, database, keys and Slack, and say what to mend."""
    try:
        settings = read_settings()
    except SettingsError as error:
        findings = [Finding(name, "not usable", text) for name, text in sorted(error.problems.items())]
    else:
        findings = [Finding("Settings", "complete"), *asyncio.run(_examine(settings))]
    console = Console(highlight=False, soft_wrap=True)
    for finding in findings:
        mark = "✗" if finding.cure else "✓"
        console.print(f"{mark} {finding.what}: {finding.seen}", markup=False)
        if finding.cure:
            console.print(f"    {finding.cure}", markup=False)
    if any(finding.cure for finding in findings):
        raise typer.Exit(1)


async def _examine(settings: Settings) -> list[Finding]:
    return [*await _database(settings), await _slack(settings)]


async def _database(settings: Settings) -> list[Finding]:
    try:
        ready = await asyncio.to_thread(schema.is_ready, settings.database_url)
    except (SQLAlchemyError, OSError) as error:
        seen = f"cannot be reached ({type(error.__cause__ or error).__name__})"
        return [Finding("Database", seen, "Check DATABASE_URL, and that the server runs and lets you in.")]
    if not ready:
        return [Finding("Database", "not at this version", "Run `innkeeper migrate`.")]
    return [Finding("Database", "reachable, at this version"), await _keys(settings)]


async def _keys(settings: Settings) -> Finding:
    database = Database.open(settings.database_url)
    try:
        async with database.system() as unit:
            held = LocalKeyset.parse(settings.pms_encryption_key.get_secret_value())
            await verify_keys(unit, held, SystemClock())
    except SettingsError as error:
        return Finding("Keys", "do not fit this database", "; ".join(error.problems.values()))
    finally:
        await database.aclose()
    return Finding("Keys", "fit this database")


async def _slack(settings: Settings) -> Finding:
    client = open_client(settings.slack_api_url, settings.bot_token)
    try:
        answer = await client.auth_test()
    except SlackApiError as error:
        cure = "Copy SLACK_BOT_TOKEN again from the app's page (OAuth & Permissions)."
        return Finding("Slack", f"refuses the bot token ({error.response.get('error')})", cure)
    except (SlackClientError, ClientError, OSError, TimeoutError) as error:
        cure = "Check SLACK_API_URL and that this machine may open connections to it."
        return Finding("Slack", f"cannot be reached ({type(error).__name__})", cure)
    return Finding("Slack", f"knows us as {answer.get('user')} in {answer.get('team')}")
