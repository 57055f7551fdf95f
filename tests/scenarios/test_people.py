"""Who may do what: every role, guests, visitors, the demoted, the second admin, the last one."""

import pytest

from core.domain.access import Action, Role
from core.domain.access import Person as Somebody
from core.store import audit_log, connections, conversations, hotels
from core.store.database import Database
from core.store.drafts import credential_draft
from tests.scenarios.people import Person
from tests.scenarios.stage import Stage, found_hotel
from tests.scenarios.wizard import MEWS, begin, connect, enter

CHLOE = Somebody("T0INN", "U0CHLOE")
ANSWERS = {
    "/pms": "No PMS is connected to Hotel Aurora yet",
    "/pms connect": "private thread",
    "/pms status": "No PMS is connected yet",
    "/pms disconnect": "nothing to disconnect",
    "/pms team": "Who may do what",
    "/pms help": "in five guided steps",
}
NEEDS = {
    "/pms": Role.GUEST,
    "/pms connect": Role.MANAGER,
    "/pms status": Role.STAFF,
    "/pms disconnect": Role.MANAGER,
    "/pms team": Role.STAFF,
    "/pms help": Role.GUEST,
}


async def _give(stage: Stage, role: Role) -> None:
    tenant = await stage.tenant()
    async with stage.database.transaction(tenant) as unit:
        if role is Role.GUEST:
            await hotels.take_role(unit, CHLOE)
        else:
            await hotels.give_role(unit, CHLOE, role, stage.standin.clock.now())


@pytest.mark.parametrize("role", list(Role), ids=lambda role: role.name.lower())
async def test_each_role_gets_what_its_row_of_the_matrix_says(stage: Stage, role: Role) -> None:
    """Six commands, four roles: allowed is done, refused is explained with the role it takes."""
    await found_hotel(stage, channel=None)
    await _give(stage, role)
    chloe = await stage.meet("Chloe")

    for command, needed in NEEDS.items():
        refusal = f"you need the *{needed.name.lower()}* role"
        expected = ANSWERS[command] if role >= needed else refusal
        seen = sum(expected in line for line in chloe.texts())
        await chloe.types(command, "#general")
        await chloe.sees_times(expected, seen + 1)


async def test_a_guest_account_is_refused_everywhere(stage: Stage) -> None:
    """Slack's own guests, whatever role a row of ours gives them."""
    await found_hotel(stage, channel=None)
    tenant = await stage.tenant()
    async with stage.database.transaction(tenant) as unit:
        await hotels.give_role(unit, Somebody("T0INN", "U0DEV"), Role.ADMIN, stage.standin.clock.now())
    dev = await stage.meet("Dev")

    await dev.types("/pms connect")
    await dev.sees("Guest accounts cannot use Innkeeper")
    await dev.home("Guest accounts cannot use Innkeeper")
    assert await _open_attempts(stage) == 0


async def test_a_manager_demoted_between_opening_and_sending_is_refused(stage: Stage) -> None:
    """The role counts at the moment of sending: nothing is sealed, and the form says why."""
    await found_hotel(stage, channel=None)
    await _give(stage, Role.MANAGER)
    chloe = await stage.meet("Chloe")
    await begin(chloe, "Mews")
    await chloe.clicks("Enter Credentials")
    await chloe.modal("Connect Mews")
    await chloe.fills(MEWS)

    await _give(stage, Role.STAFF)
    await chloe.submits()

    await chloe.sees("you need the *manager* role")
    async with stage.database.transaction(await stage.tenant()) as unit:
        left = (await unit.connection.execute(credential_draft.select())).all()
    assert left == []


async def test_an_admin_gives_and_takes_roles(stage: Stage) -> None:
    """Chloé becomes a manager through the form, connects, loses the role and with it her attempt."""
    ada = await found_hotel(stage, channel=None)
    chloe = await stage.meet("Chloe")
    await _change_role(ada, "U0CHLOE", "Manager")
    await ada.sees("now has the role: *Manager*")
    await begin(chloe, "Mews")

    await ada.closes(everything=True)
    await _change_role(ada, "U0CHLOE", "No role")

    await chloe.sees("Ended, because your role in this hotel was changed")
    assert await _open_attempts(stage) == 0


async def _change_role(person: Person, user_id: str, role: str) -> None:
    await person.types("/pms team", "#general")
    await person.clicks("Change a Role")
    await person.modal("Change a role")
    await person.fills({"Person": user_id, "Role": role})
    assert await person.submits() is None


async def test_the_last_admin_cannot_be_taken_away(stage: Stage) -> None:
    """A hotel without an admin could never give a role again."""
    ada = await found_hotel(stage, channel=None)
    await ada.types("/pms team", "#general")
    await ada.clicks("Change a Role")
    await ada.fills({"Person": "U0ADA", "Role": "Staff"})

    errors = await ada.submits()

    assert errors == {"Role": "This is the only admin. Make somebody else an admin first."}


async def test_a_colleague_who_starts_is_told_and_may_take_over(stage: Stage) -> None:
    """The choice of PMS moves, what was typed does not; the first thread says who took over."""
    ada = await found_hotel(stage, channel=None)
    await _give(stage, Role.MANAGER)
    chloe = await stage.meet("Chloe")
    await begin(ada, "Mews")
    await enter(ada, MEWS)
    await ada.sees("the credentials work", within_s=15)

    await chloe.types("/pms connect", "#general")
    await chloe.sees("is connecting the PMS right now and is at Step 3 of 5")
    await chloe.clicks("Take Over")

    await ada.sees("Taken over by <@U0CHLOE>")
    await chloe.sees("Step 2 of 5 · Credentials")
    async with stage.database.transaction(await stage.tenant()) as unit:
        left = (await unit.connection.execute(credential_draft.select())).all()
        found = await conversations.find_open(unit)
    assert left == []
    assert found is not None
    assert found.person == CHLOE


async def test_refusals_are_in_the_audit_log(stage: Stage) -> None:
    """A manager can see who tried."""
    await found_hotel(stage, channel=None)
    chloe = await stage.meet("Chloe")
    await chloe.types("/pms connect", "#general")
    await chloe.sees("you need the *manager* role")

    async with stage.database.transaction(await stage.tenant()) as unit:
        line = (await audit_log.list_latest(unit, 1))[0]
    assert (line.action, line.user_id, line.success) == ("pms.access.refused", "U0CHLOE", False)
    assert line.details == {"action": Action.CONNECT.value, "why": "role"}


async def test_disconnecting_asks_deletes_and_tells(stage: Stage) -> None:
    """The row and its credentials are gone, the managers hear, the dashboard is empty again."""
    ada = await found_hotel(stage)
    await connect(ada, "Mews", MEWS)
    await ada.home("Active")

    asking = await ada.finds("Disconnect", in_="home")
    assert asking.asks_first
    await ada.clicks("Disconnect", in_="home")

    await ada.sees("was disconnected from Mews")
    await ada.sees("No PMS is connected yet")
    async with stage.database.transaction(await stage.tenant()) as unit:
        assert await connections.load(unit) is None


async def test_a_deleted_hotel_is_gone_for_everybody(stage: Stage) -> None:
    """An old thread's buttons say so instead of failing; the workspace can be set up anew."""
    ada = await found_hotel(stage, channel=None)
    await begin(ada, "Mews")
    await _delete_hotel(stage.database, (await stage.tenant()).hotel_id)

    await ada.clicks("Back")
    await ada.sees("has not been set up for a hotel yet")
    await ada.home("Welcome to Innkeeper")


async def _delete_hotel(database: Database, hotel_id: str) -> None:
    async with database.system() as unit:
        assert await hotels.remove_hotel(unit, hotel_id)


async def _open_attempts(stage: Stage) -> int:
    async with stage.database.transaction(await stage.tenant()) as unit:
        return 1 if await conversations.find_open(unit) else 0
