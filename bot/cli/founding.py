"""`innkeeper found`: sets a hotel up from the command line, as its first run in Slack would."""

import asyncio
from typing import Annotated
from zoneinfo import available_timezones

import typer

from bot.cli.opening import open_database
from bot.settings import Settings, read_settings
from core.domain.access import Person, Role
from core.domain.clock import SystemClock
from core.jobs.engine import open_engine
from core.membership import Membership
from core.onboarding.service import OnboardingService


def register(app: typer.Typer) -> None:
    """Register the command."""
    app.command("found")(found)


def found(
    workspace: Annotated[str, typer.Option(help="The Slack workspace's id, such as T0123ABCD.")],
    name: Annotated[str, typer.Option(help="What the hotel is called.")],
    admin: Annotated[str, typer.Option(help="The Slack user id of its first admin.")],
    timezone: Annotated[str, typer.Option(help="An IANA name, such as Europe/Vienna.")] = "UTC",
    manager: Annotated[list[str] | None, typer.Option(help="A manager's user id; may be repeated.")] = None,
    staff: Annotated[list[str] | None, typer.Option(help="A staff member's id; may be repeated.")] = None,
    channel: Annotated[str | None, typer.Option(help="The id of the managers' channel.")] = None,
) -> None:
    """Set up the hotel of a workspace, with its first people; Slack offers the same in App Home."""
    if timezone not in available_timezones():
        raise typer.BadParameter("this is no IANA time zone", param_hint="--timezone")
    people = dict.fromkeys(manager or [], Role.MANAGER) | dict.fromkeys(staff or [], Role.STAFF)
    hotel_id = asyncio.run(
        _found(read_settings(), Person(workspace, admin), (name, timezone, channel), people)
    )
    if hotel_id is None:
        typer.echo(f"The workspace {workspace} leads to a hotel already.", err=True)
        raise typer.Exit(1)
    typer.echo(hotel_id)


async def _found(
    settings: Settings, admin: Person, hotel: tuple[str, str, str | None], people: dict[str, Role]
) -> str | None:
    clock = SystemClock()
    async with open_database(settings) as database:
        queue, _ = open_engine(database, clock)
        membership = Membership(database, OnboardingService(database, queue, clock), clock)
        standing = await membership.found(admin, *hotel)
        if standing is None:
            return None
        for user_id, role in people.items():
            await membership.give_role(standing.tenant, Person(admin.workspace_id, user_id), role)
        return standing.hotel.id
