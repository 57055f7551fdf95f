"""Hotels, the workspaces that lead to them, and their members.

A workspace leads to exactly one hotel. That look-up, by the workspace id of a signed request, is the only
way from the outside to a hotel; everything after it needs the `TenantContext` it yields.
"""

from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

import sqlalchemy as sa
from sqlalchemy.exc import IntegrityError

from core.domain.access import Person, Role
from core.store.database import SystemUnit, TenantUnit, UtcDateTime, metadata
from core.store.upsert import upsert

hotel = sa.Table(
    "hotel",
    metadata,
    sa.Column("id", sa.String(36), primary_key=True),
    sa.Column("name", sa.String(200), nullable=False),
    sa.Column("timezone", sa.String(64), nullable=False),
    sa.Column("notice_channel_id", sa.String(32)),
    sa.Column("quiet_hours", sa.String(11)),
    sa.Column("created_at", UtcDateTime, nullable=False),
    sa.Column("updated_at", UtcDateTime, nullable=False),
)

workspace = sa.Table(
    "workspace",
    metadata,
    sa.Column("workspace_id", sa.String(32), primary_key=True),
    sa.Column("hotel_id", sa.ForeignKey("hotel.id", ondelete="CASCADE"), nullable=False, index=True),
    sa.Column("created_at", UtcDateTime, nullable=False),
)

member = sa.Table(
    "member",
    metadata,
    sa.Column("workspace_id", sa.String(32), primary_key=True),
    sa.Column("user_id", sa.String(32), primary_key=True),
    sa.Column("hotel_id", sa.ForeignKey("hotel.id", ondelete="CASCADE"), nullable=False, index=True),
    sa.Column("role", sa.SmallInteger, nullable=False),
    sa.Column("added_by", sa.String(32), nullable=False),
    sa.Column("created_at", UtcDateTime, nullable=False),
    sa.Column("updated_at", UtcDateTime, nullable=False),
    sa.CheckConstraint("role BETWEEN 1 AND 4", name="role_known"),
)


@dataclass(frozen=True, slots=True)
class Hotel:
    """A tenant. `timezone` is an IANA name; `notice_channel_id` is where managers want to hear, and when
    not to is `quiet_hours`, a `core.domain.quiet.QuietHours` as a text.
    """

    id: str
    name: str
    timezone: str
    notice_channel_id: str | None = None
    quiet_hours: str | None = None


@dataclass(frozen=True, slots=True)
class Member:
    """A person with a role in the hotel."""

    person: Person
    role: Role


def _hotel(row: Any) -> Hotel:
    return Hotel(row.id, row.name, row.timezone, row.notice_channel_id, row.quiet_hours)


async def find_by_workspace(unit: SystemUnit, workspace_id: str) -> Hotel | None:
    """Return the hotel to which a workspace leads."""
    found = await unit.connection.execute(
        sa.select(hotel).join(workspace).where(workspace.c.workspace_id == workspace_id)
    )
    row = found.first()
    return _hotel(row) if row else None


async def list_hotels(unit: SystemUnit) -> list[Hotel]:
    """Return every hotel, by name."""
    found = await unit.connection.execute(sa.select(hotel).order_by(hotel.c.name, hotel.c.id))
    return [_hotel(row) for row in found]


async def add_hotel(unit: SystemUnit, new: Hotel, workspace_id: str, now: datetime) -> bool:
    """Add a hotel and lead the workspace to it; False when the workspace leads to one already."""
    try:
        async with unit.connection.begin_nested():
            await unit.connection.execute(
                sa.insert(hotel).values(
                    id=new.id,
                    name=new.name,
                    timezone=new.timezone,
                    notice_channel_id=new.notice_channel_id,
                    quiet_hours=new.quiet_hours,
                    created_at=now,
                    updated_at=now,
                )
            )
            await unit.connection.execute(
                sa.insert(workspace).values(workspace_id=workspace_id, hotel_id=new.id, created_at=now)
            )
    except IntegrityError:  # it has led to one for long, or for a moment
        return False
    return True


async def remove_hotel(unit: SystemUnit, hotel_id: str) -> bool:
    """Delete a hotel and, by cascade, every row that belongs to it; False when there is none."""
    gone = await unit.connection.execute(sa.delete(hotel).where(hotel.c.id == hotel_id))
    return bool(gone.rowcount)


async def workspace_of(unit: TenantUnit) -> str | None:
    """Return the workspace that leads to this hotel."""
    found = await unit.connection.execute(
        sa.select(workspace.c.workspace_id).where(workspace.c.hotel_id == unit.hotel_id)
    )
    return found.scalar()


_OWN: Final = sa.select(hotel).where(hotel.c.id == sa.bindparam("own"))
"""Built once: nearly everything that is done for a hotel asks for it."""


async def load(unit: TenantUnit) -> Hotel | None:
    """Return this transaction's hotel; None when it has been deleted."""
    found = await unit.connection.execute(_OWN, {"own": unit.hotel_id})
    row = found.first()
    return _hotel(row) if row else None


async def hold(unit: TenantUnit) -> bool:
    """Keep others who hold it from going on before this transaction ends; False when the hotel is gone."""
    found = await unit.connection.execute(
        sa.select(hotel.c.id).where(hotel.c.id == unit.hotel_id).with_for_update(key_share=True)
    )
    return found.first() is not None


async def change(
    unit: TenantUnit,
    name: str,
    timezone: str,
    notice_channel_id: str | None,
    now: datetime,
    quiet_hours: str | None = None,
) -> None:
    """Change what a hotel is called, where its clock hangs, and where and when its managers hear."""
    await unit.connection.execute(
        sa.update(hotel)
        .where(hotel.c.id == unit.hotel_id)
        .values(
            name=name,
            timezone=timezone,
            notice_channel_id=notice_channel_id,
            quiet_hours=quiet_hours,
            updated_at=now,
        )
    )


async def role_of(unit: TenantUnit, person: Person) -> Role:
    """Return the person's role here; whoever is not listed is a guest.

    Read it in the transaction that acts on it: a role taken away a moment ago then counts. Of whoever acts
    by a signed token, the token says the role, for as long as it is good.
    """
    if unit.tenant.vouched is not None and unit.tenant.person == person:
        return unit.tenant.vouched
    found = await unit.connection.execute(
        sa.select(member.c.role).where(
            member.c.workspace_id == person.workspace_id,
            member.c.user_id == person.user_id,
            member.c.hotel_id == unit.hotel_id,
        )
    )
    role = found.scalar()
    return Role(role) if role else Role.GUEST


async def list_members(unit: TenantUnit) -> list[Member]:
    """Return everybody with a role, the highest first."""
    found = await unit.connection.execute(
        sa.select(member)
        .where(member.c.hotel_id == unit.hotel_id)
        .order_by(member.c.role.desc(), member.c.created_at)
    )
    return [Member(Person(row.workspace_id, row.user_id), Role(row.role)) for row in found]


async def count_admins(unit: TenantUnit) -> int:
    """Return how many admins there are; they stay what they are until this transaction ends.

    Otherwise two admins who take each other's role at once would each leave the other as the last one.
    """
    found = await unit.connection.execute(
        sa.select(member.c.user_id)
        .where(member.c.hotel_id == unit.hotel_id, member.c.role == int(Role.ADMIN))
        .with_for_update()
    )
    return len(found.all())


async def give_role(unit: TenantUnit, person: Person, role: Role, now: datetime) -> None:
    """Give a person a role, or change it."""
    by = unit.tenant.person.user_id if unit.tenant.person else "system"
    row = {
        "workspace_id": person.workspace_id,
        "user_id": person.user_id,
        "role": int(role),
        "added_by": by,
        "created_at": now,
        "updated_at": now,
    }
    await upsert(unit, member, row, changed=("role", "added_by", "updated_at"))


async def take_role(unit: TenantUnit, person: Person) -> bool:
    """Take a person's role away; False when there was none."""
    gone = await unit.connection.execute(
        sa.delete(member).where(
            member.c.workspace_id == person.workspace_id,
            member.c.user_id == person.user_id,
            member.c.hotel_id == unit.hotel_id,
        )
    )
    return bool(gone.rowcount)
