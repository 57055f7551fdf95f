"""What the app answers to a command or through a response_url: shown privately unless it says otherwise."""

from collections.abc import Sequence
from typing import Any

from starlette.requests import Request
from starlette.responses import JSONResponse, PlainTextResponse, Response

from bot.playground.slack.blocks import lint_message
from bot.playground.slack.controls import with_ids
from bot.playground.slack.standin import Standin
from bot.playground.slack.state import Json, Message
from bot.playground.slack.tickets import ResponseUrl
from bot.playground.slack.wire import Exchange


class ReplyRefusedError(Exception):
    """The answer cannot be shown; `code` is Slack's word for why."""

    def __init__(self, code: str, findings: Sequence[str] = ()) -> None:
        super().__init__(code)
        self.code = code
        self.findings = list(findings)


def reply(standin: Standin, right: ResponseUrl, body: Json) -> None:
    """Do what the app answered: show, replace or delete a message.

    Raises: ReplyRefusedError.
    """
    original = standin.world.message(right.channel, right.ts) if right.ts else None
    if body.get("delete_original"):
        if original is not None:
            standin.messages.delete(original)
        return
    text, blocks = body.get("text") or "", body.get("blocks")
    if not isinstance(text, str) or not (text or blocks):
        raise ReplyRefusedError("no_text")
    errors = [str(finding) for finding in lint_message(text, blocks) if finding.severity == "error"]
    if errors:
        raise ReplyRefusedError("invalid_blocks", errors)
    filled = with_ids(blocks) if blocks else None
    if body.get("replace_original") and original is not None:
        standin.messages.edit(original, text=text, blocks=filled, mark=False)
        return
    message = Message(
        ts=standin.world.next_ts(),
        channel=right.channel,
        user=standin.world.installations[right.team_id].bot_user_id,
        text=text,
        blocks=filled,
        thread_ts=body.get("thread_ts"),
        is_app=True,
        only_for=None if body.get("response_type") == "in_channel" else right.user,
    )
    standin.messages.post(message)
    if right.kind == "commands":
        right.ts = message.ts


class Hooks:
    """Answers a response_url."""

    def __init__(self, standin: Standin) -> None:
        self._standin = standin

    async def answer(self, request: Request) -> Response:
        """Take what the app posts."""
        kind, team_id, secret = (request.path_params[name] for name in ("kind", "team", "secret"))
        if self._standin.faults.drop_response_url.take():
            return self._told(team_id, {}, "internal_error", 500)
        try:
            body: Any = await request.json()
        except ValueError:
            body = None
        if not isinstance(body, dict):
            return self._told(team_id, {}, "invalid_payload", 400)
        right = self._standin.tickets.use_response_url(kind, team_id, secret)
        if isinstance(right, str):
            return self._told(team_id, body, right, 404)
        try:
            reply(self._standin, right, body)
        except ReplyRefusedError as refusal:
            return self._told(team_id, body, refusal.code, 400, refusal.findings)
        return self._told(team_id, body, None, 200)

    def _told(
        self, team_id: str, body: Json, error: str | None, status: int, findings: Sequence[str] = ()
    ) -> Response:
        self._standin.wire.add(
            Exchange(
                "app→slack",
                "response_url",
                team_id,
                body,
                ok=error is None,
                error=error,
                warnings=list(findings),
            )
        )
        if error is None:
            return PlainTextResponse("ok")
        return JSONResponse({"ok": False, "error": error}, status)
