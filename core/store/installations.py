"""Workspaces in which the app is installed, with its sealed token for each, and installs under way."""

from dataclasses import dataclass
from datetime import datetime

import sqlalchemy as sa

from core.store.database import SystemUnit, UtcDateTime, metadata

installation = sa.Table(
    "installation",
    metadata,
    sa.Column("workspace_id", sa.String(32), primary_key=True),
    sa.Column("bot_user_id", sa.String(32), nullable=False),
    sa.Column("bot_id", sa.String(32), nullable=False),
    sa.Column("scopes", sa.Text, nullable=False),
    sa.Column("wrapped_key", sa.Text, nullable=False),
    sa.Column("sealed_token", sa.Text, nullable=False),
    sa.Column("installed_by", sa.String(32), nullable=False),
    sa.Column("installed_at", UtcDateTime, nullable=False),
)

install_state = sa.Table(
    "install_state",
    metadata,
    sa.Column("state", sa.String(64), primary_key=True),
    sa.Column("expires_at", UtcDateTime, nullable=False, index=True),
)


@dataclass(frozen=True, slots=True)
class Installed:
    """The app in one workspace. The token is sealed under a key of its own, which is wrapped beside it."""

    workspace_id: str
    bot_user_id: str
    bot_id: str
    scopes: str
    wrapped_key: str
    sealed_token: str
    installed_by: str


async def save(unit: SystemUnit, new: Installed, now: datetime) -> None:
    """Store an installation; a repeated one replaces the token of the first."""
    await remove(unit, new.workspace_id)
    await unit.connection.execute(
        sa.insert(installation).values(
            workspace_id=new.workspace_id,
            bot_user_id=new.bot_user_id,
            bot_id=new.bot_id,
            scopes=new.scopes,
            wrapped_key=new.wrapped_key,
            sealed_token=new.sealed_token,
            installed_by=new.installed_by,
            installed_at=now,
        )
    )


async def find(unit: SystemUnit, workspace_id: str) -> Installed | None:
    """Return the app's installation in a workspace."""
    found = await unit.connection.execute(
        sa.select(installation).where(installation.c.workspace_id == workspace_id)
    )
    row = found.first()
    if row is None:
        return None
    return Installed(
        row.workspace_id,
        row.bot_user_id,
        row.bot_id,
        row.scopes,
        row.wrapped_key,
        row.sealed_token,
        row.installed_by,
    )


async def remove(unit: SystemUnit, workspace_id: str) -> bool:
    """Forget an installation and its token; False when there was none."""
    gone = await unit.connection.execute(
        sa.delete(installation).where(installation.c.workspace_id == workspace_id)
    )
    return bool(gone.rowcount)


async def add_state(unit: SystemUnit, state: str, expires_at: datetime) -> None:
    """Note that somebody was sent to Slack to install the app."""
    await unit.connection.execute(sa.insert(install_state).values(state=state, expires_at=expires_at))


async def use_state(unit: SystemUnit, state: str, now: datetime) -> bool:
    """Take a state once; False for one that was used, has expired or was never given."""
    await unit.connection.execute(sa.delete(install_state).where(install_state.c.expires_at <= now))
    gone = await unit.connection.execute(sa.delete(install_state).where(install_state.c.state == state))
    return bool(gone.rowcount)
