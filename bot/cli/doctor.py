"""`innkeeper doctor`: checks everything that must be right, and says how to mend what is not."""

import asyncio
from collections.abc import Awaitable
from dataclasses import dataclass

import typer
from rich.console import Console
from slack_sdk.web.async_slack_response import AsyncSlackResponse
from sqlalchemy.exc import SQLAlchemyError

from bot.cli.opening import open_database
from bot.installations import open_client
from bot.settings import Settings, read_settings
from bot.slack_trouble import SLACK_TROUBLE, code_of
from core.credentials.keyset import LocalKeyset
from core.credentials.startup import verify_keys
from core.domain.clock import SystemClock
from core.domain.errors import SettingsError
from core.jobs import schema


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
    return [*await _database(settings), *await _slack(settings)]


async def _database(settings: Settings) -> list[Finding]:
    if settings.sqlite_path and not settings.sqlite_path.exists():
        return [Finding("Database", "not there yet", "Run `innkeeper migrate`.")]
    try:
        ready = await asyncio.to_thread(schema.is_ready, settings.database_url)
    except (SQLAlchemyError, OSError) as error:
        seen = f"cannot be reached ({type(error.__cause__ or error).__name__})"
        return [Finding("Database", seen, "Check DATABASE_URL, and that the server runs and lets you in.")]
    if not ready:
        return [Finding("Database", "not at this version", "Run `innkeeper migrate`.")]
    return [Finding("Database", "reachable, at this version"), await _keys(settings)]


async def _keys(settings: Settings) -> Finding:
    held = LocalKeyset.parse(settings.pms_encryption_key.get_secret_value())
    try:
        async with open_database(settings) as database, database.system() as unit:
            await verify_keys(unit, held, SystemClock())
    except SettingsError as error:
        return Finding("Keys", "do not fit this database", "; ".join(error.problems.values()))
    return Finding("Keys", "fit this database")


async def _slack(settings: Settings) -> list[Finding]:
    client = open_client(settings.slack_api_url, settings.bot_token)
    if settings.slack_client_id:
        findings = [await _ask("Slack", client.api_test(), "answers", "Check SLACK_API_URL.")]
    else:
        cure = "Copy SLACK_BOT_TOKEN again from the app's page (OAuth & Permissions)."
        findings = [await _ask("Slack", client.auth_test(), "knows us as {user} in {team}", cure)]
    if settings.slack_transport == "socket":
        call = client.apps_connections_open(app_token=settings.slack_app_token.get_secret_value())
        cure = "Copy SLACK_APP_TOKEN again from the app's page (Basic Information)."
        findings.append(await _ask("Socket Mode", call, "lets us in", cure))
    return findings


async def _ask(what: str, call: Awaitable[AsyncSlackResponse], seen: str, cure: str) -> Finding:
    """Make one call; `seen` says what to make of its answer, `cure` what to do when it is refused."""
    try:
        answer = await call
    except SLACK_TROUBLE as error:
        if code := code_of(error):
            return Finding(what, f"refuses us ({code})", cure)
        cure = "Check SLACK_API_URL and that this machine may open connections to it."
        return Finding(what, f"cannot be reached ({type(error).__name__})", cure)
    return Finding(what, seen.format(user=answer.get("user"), team=answer.get("team")))
