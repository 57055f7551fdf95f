"""The baseline of a click: a bare Bolt listener that runs the same statements by hand, in one transaction.

What it saves is what the product adds: layers, typed steps, a table of transitions, one transaction for the
role that lets a person in and another for the click itself, and every other listener of the app.
"""

from collections.abc import Awaitable, Callable, Mapping
from datetime import UTC, datetime, timedelta
from typing import Any, Final

import sqlalchemy as sa
from slack_bolt.adapter.starlette.async_handler import AsyncSlackRequestHandler
from slack_bolt.async_app import AsyncApp
from slack_bolt.authorization import AuthorizeResult
from slack_bolt.context.ack.async_ack import AsyncAck
from sqlalchemy.dialects import sqlite
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from bench.attempt import CANCEL, NEXT
from core.jobs.embedded import jobs
from core.store.audit_log import audit_log
from core.store.conversations import conversation
from core.store.drafts import credential_draft
from core.store.hotels import hotel, member, workspace

Draw = Callable[[str], object]
"""Draws the thread for controls of this value."""
Body = Mapping[str, Any]


def bare_web(engine: AsyncEngine, signing_secret: str, draw: Draw) -> Starlette:
    """Return an app with nothing but this listener; Bolt itself checks the signatures."""

    async def authorize() -> AuthorizeResult:
        return AuthorizeResult(enterprise_id=None, team_id="T0INN", bot_token="xoxb-made-up")  # noqa: S106

    app = AsyncApp(signing_secret=signing_secret, authorize=authorize)
    for action_id, save in _SAVES.items():
        _listen(app, action_id, save, engine, draw)
    handler = AsyncSlackRequestHandler(app)

    async def receive(request: Request) -> Response:
        return await handler.handle(request)

    return Starlette(routes=[Route("/slack/events", receive, methods=["POST"])])


def _listen(app: AsyncApp, action_id: str, save: "Save", engine: AsyncEngine, draw: Draw) -> None:
    @app.action(action_id)
    async def listen(ack: AsyncAck, body: Body, action: Body) -> None:
        await ack()
        async with engine.begin() as connection:
            row, version = await _load(connection, body, action)
            await save(connection, body, row)
        draw(f"{row.id}.{version + 1}")


async def _load(connection: AsyncConnection, body: Body, action: Body) -> tuple[Any, int]:
    """Read hotel, role and attempt, and the role once more, as the product does in the acting transaction."""
    attempt_id, _, seen = action["value"].rpartition(".")
    found = await connection.execute(
        sa.select(hotel).join(workspace).where(workspace.c.workspace_id == body["team"]["id"])
    )
    hotel_id = found.one().id
    role = sa.select(member.c.role).where(
        member.c.workspace_id == body["user"]["team_id"],
        member.c.user_id == body["user"]["id"],
        member.c.hotel_id == hotel_id,
    )
    held = (await connection.execute(role)).scalar_one()
    loaded = await connection.execute(
        sa.select(conversation).where(conversation.c.hotel_id == hotel_id, conversation.c.id == attempt_id)
    )
    row = loaded.one()
    held = (await connection.execute(role)).scalar_one()
    if held < 3 or row.version != int(seen) or row.user_id != body["user"]["id"]:
        raise PermissionError
    return row, row.version


async def _next(connection: AsyncConnection, body: Body, row: Any) -> None:
    await _save(connection, row, {**row.step, "kind": "Reviewing"}, is_open=True)
    await _show(connection, row)


async def _cancel(connection: AsyncConnection, body: Body, row: Any) -> None:
    step = {"kind": "Closed", "reason": "cancelled", "at": 4, "target": row.step["target"], "by": None}
    await _save(connection, row, step, is_open=False)
    await connection.execute(
        sa.delete(credential_draft).where(
            credential_draft.c.hotel_id == row.hotel_id, credential_draft.c.id == row.step["draft_id"]
        )
    )
    await connection.execute(
        sa.insert(audit_log).values(
            hotel_id=row.hotel_id,
            user_id=body["user"]["id"],
            event_type="PMS_CONFIG",
            action="pms.onboarding.closed",
            resource_type="conversation",
            resource_id=row.id,
            success=True,
            severity="INFO",
            metadata={"vendor": row.step["target"]["vendor"], "reason": "cancelled"},
            created_at=datetime.now(UTC),
        )
    )
    await _show(connection, row)
    key = f"dashboard:{row.hotel_id}"
    await _enqueue(connection, "dashboard.refresh", {"hotel_id": row.hotel_id}, key, None, 5)


async def _save(connection: AsyncConnection, row: Any, step: Body, *, is_open: bool) -> None:
    now = datetime.now(UTC)
    changed = await connection.execute(
        sa.update(conversation)
        .where(
            conversation.c.hotel_id == row.hotel_id,
            conversation.c.id == row.id,
            conversation.c.version == row.version,
        )
        .values(
            step=step,
            version=row.version + 1,
            is_open=is_open,
            updated_at=now,
            expires_at=now + timedelta(days=30),
        )
    )
    if not changed.rowcount:
        raise RuntimeError


async def _show(connection: AsyncConnection, row: Any) -> None:
    payload = {"hotel_id": row.hotel_id, "conversation_id": row.id}
    await _enqueue(connection, "onboarding.show", payload, f"show:{row.id}", f"show:{row.id}", 10)


async def _enqueue(
    connection: AsyncConnection, kind: str, payload: Body, key: str, lane: str | None, priority: int
) -> None:
    now = datetime.now(UTC)
    await connection.execute(
        sqlite.insert(jobs)
        .values(
            kind=kind,
            payload=payload,
            key=key,
            lane=lane,
            priority=priority,
            run_at=now,
            state="queued",
            created_at=now,
        )
        .on_conflict_do_nothing()
    )


Save = Callable[[AsyncConnection, Body, Any], Awaitable[None]]
_SAVES: Final[dict[str, Save]] = {NEXT.action_id: _next, CANCEL.action_id: _cancel}
