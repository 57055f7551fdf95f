"""`innkeeper doctor`: checks everything that must be right, and says how to mend what is not."""

import asyncio
from collections.abc import Awaitable
from dataclasses import dataclass
from typing import Final

import typer
from rich.console import Console
from slack_sdk.web.async_slack_response import AsyncSlackResponse
from sqlalchemy.exc import SQLAlchemyError

from bot.cli.opening import open_database
from bot.compose import open_model
from bot.installations import open_client
from bot.settings import Settings, read_settings
from bot.slack_trouble import SLACK_TROUBLE, code_of
from core.credentials.keyset import LocalKeyset
from core.credentials.startup import verify_keys
from core.domain.clock import SystemClock
from core.domain.errors import SettingsError
from core.guidance import prompts
from core.guidance.asking import NoAnswer, NoAnswerError
from core.guidance.checks import FlawedError, narrowed, read_wish
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
    """Check settings, database, keys, Slack and the language model, and say what to mend."""
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
    return [*await _database(settings), *await _slack(settings), await _model(settings)]


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


_MODEL_CURES: Final = {
    NoAnswer.UNREACHABLE: "Check OPENAI_BASE_URL, and that this machine may open connections to it.",
    NoAnswer.REFUSED: "Check OPENAI_API_KEY (401, 403), OPENAI_MODEL, OPENAI_BASE_URL (404), limits (429).",
    NoAnswer.SLOW: "It needs more than 4 s to its first word, or 8 in all: take a faster model or machine.",
}
_OTHER_CURE: Final = "Check that OPENAI_BASE_URL speaks Chat Completions, or choose another OPENAI_MODEL."


async def _model(settings: Settings) -> Finding:
    """Put the smallest prompt to the model: its answer shows address, key, name and pace at once."""
    what = "Language model"
    async with open_model(settings) as model:
        if model is None:
            return Finding(what, "none (no OPENAI_API_KEY); questions are answered from the guide alone")
        wishes = {"retry": "run the connection test again"}
        prompt = prompts.load("intent").fill(text="once more, please", wishes=wishes)
        try:
            read_wish(await model.ask(prompt, narrowed(prompt.schema, [*wishes, "none"])), wishes)
        except NoAnswerError as silence:
            status = f", {silence.status}" if silence.status else ""
            cure = _MODEL_CURES.get(silence.reason, _OTHER_CURE)
            return Finding(what, f"does not answer ({silence.reason.value}{status})", cure)
        except FlawedError:
            return Finding(what, f"{model.name} answers in another form than it was asked to", _OTHER_CURE)
    return Finding(what, f"{model.name} answers")


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
