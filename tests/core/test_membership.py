"""Hotels and their people: founded once, never without an admin, and no attempt outlives its role."""

import asyncio
from typing import Final

import pytest

from core.domain.access import Action, NotAllowedError, Person, Role, TenantContext
from core.domain.hotel import VendorKey
from core.domain.quiet import QuietHours
from core.membership import RoleRefusal, Standing
from core.onboarding.steps import Choosing, Closed, CloseReason, Saving, Target
from core.store import hotels
from core.store.hotels import Hotel, Member
from tests.core.credentials.samples import dump
from tests.core.onboarding.house import (
    ADA,
    AURORA,
    BEA,
    BOREAL,
    EVE,
    MAX,
    STU,
    House,
    as_,
    as_hotel,
)
from tests.core.onboarding.line import DASHBOARD

FOUNDER: Final = Person("T-new", "U-fay")
CUSTOM: Final = Target(VendorKey.CUSTOM)

NIGHT = QuietHours.parse("22:00-07:00")


async def roles(house: House, hotel_id: str = AURORA.id) -> dict[Person, Role]:
    """Return who has which role in a hotel."""
    return {one.person: one.role for one in await house.membership.members(as_hotel(hotel_id))}


async def last_deed(house: House) -> tuple[str, str | None, str | None, dict[str, object]]:
    """Return what was done last in Aurora: what, by whom, to whom, and how."""
    line = (await house.audit())[-1]
    return line.action, line.user_id, line.resource_id, dict(line.details)


# Standing


@pytest.mark.parametrize(
    ("person", "role"), [(ADA, Role.ADMIN), (MAX, Role.MANAGER), (STU, Role.STAFF), (EVE, Role.GUEST)]
)
async def test_a_person_stands_as_the_hotel_of_the_workspace_has_it(
    house: House, person: Person, role: Role
) -> None:
    standing = await house.membership.standing("T-aurora", person)
    assert standing == Standing(TenantContext(AURORA.id, person), AURORA, role)


async def test_a_role_in_one_hotel_is_none_in_another(house: House) -> None:
    standing = await house.membership.standing("T-boreal", ADA)
    assert standing == Standing(TenantContext(BOREAL.id, ADA), BOREAL, Role.GUEST)


async def test_a_workspace_that_leads_to_no_hotel_gives_no_standing(house: House) -> None:
    assert await house.membership.standing("T-new", FOUNDER) is None


# Founding


async def test_who_founds_a_hotel_is_its_admin(house: House) -> None:
    standing = await house.membership.found(FOUNDER, "Hotel Nova", "Europe/Vienna", "C-news")
    assert standing is not None
    assert standing.hotel == Hotel(standing.hotel.id, "Hotel Nova", "Europe/Vienna", "C-news")
    assert (standing.tenant, standing.role) == (TenantContext(standing.hotel.id, FOUNDER), Role.ADMIN)
    assert await house.membership.standing("T-new", FOUNDER) == standing
    assert await roles(house, standing.hotel.id) == {FOUNDER: Role.ADMIN}
    [line] = await house.audit(standing.hotel.id)
    assert (line.action, line.user_id, line.resource_type, line.resource_id) == (
        "hotel.created",
        FOUNDER.user_id,
        "hotel",
        standing.hotel.id,
    )


async def test_a_workspace_has_one_hotel(house: House) -> None:
    """A second founding, by whomever, changes nothing, and gives nobody a role."""
    before = await dump(house.database)
    for person in (EVE, ADA):
        assert await house.membership.found(person, "Hotel Twice", "UTC", None) is None
    assert await dump(house.database) == before


async def test_of_two_who_found_at_once_one_does(house: House) -> None:
    """Twice the same click, or two administrators: one hotel, one admin, and no error for the other."""
    for round_ in range(5):
        people = [Person(f"T-{round_}", user_id) for user_id in ("U-fay", "U-gus")]
        founded = await asyncio.gather(
            *(house.membership.found(person, "Hotel Nova", "UTC", None) for person in people)
        )
        [standing] = [one for one in founded if one]
        assert await roles(house, standing.hotel.id) == {standing.tenant.person: Role.ADMIN}
    async with house.database.system() as unit:
        assert len(await hotels.list_hotels(unit)) == 2 + 5


@pytest.mark.parametrize("timezone", ["Mars/Olympus", "", "europe/vienna", "../../etc/passwd"])
async def test_a_time_zone_that_there_is_none_counts_as_utc(house: House, timezone: str) -> None:
    standing = await house.membership.found(FOUNDER, "Hotel Nova", timezone, None)
    assert standing is not None
    assert standing.hotel.timezone == "UTC"
    await house.membership.change_hotel(as_(ADA), "Hotel Aurora", timezone, None)
    changed = await house.membership.standing("T-aurora", ADA)
    assert changed is not None
    assert changed.hotel.timezone == "UTC"


# Changing the hotel


async def test_an_admin_changes_name_clock_and_channel(house: House) -> None:
    await house.membership.change_hotel(as_(ADA), "Hotel Aurora Nord", "Europe/Helsinki", "C-news", NIGHT)
    standing = await house.membership.standing("T-aurora", ADA)
    assert standing is not None
    assert standing.hotel == Hotel(AURORA.id, "Hotel Aurora Nord", "Europe/Helsinki", "C-news", "22:00-07:00")
    assert await last_deed(house) == (
        "hotel.changed",
        ADA.user_id,
        AURORA.id,
        {
            "name": "Hotel Aurora Nord",
            "timezone": "Europe/Helsinki",
            "notice_channel": "C-news",
            "quiet_hours": "22:00-07:00",
        },
    )
    assert await house.waiting() == [DASHBOARD]
    other = await house.membership.standing("T-boreal", BEA)
    assert other is not None
    assert other.hotel == BOREAL


@pytest.mark.parametrize("person", [MAX, STU, EVE])
async def test_below_admin_nobody_changes_the_hotel_or_its_people(house: House, person: Person) -> None:
    before = await dump(house.database)
    with pytest.raises(NotAllowedError):
        await house.membership.change_hotel(as_(person), "Mine", "UTC", None)
    with pytest.raises(NotAllowedError):
        await house.membership.give_role(as_(person), person, Role.ADMIN)
    with pytest.raises(NotAllowedError):
        await house.membership.give_role(as_(person), ADA, Role.GUEST)
    assert await dump(house.database) == before
    assert await house.waiting() == []


async def test_only_a_person_changes_anything(house: House) -> None:
    with pytest.raises(AssertionError, match="only a person"):
        await house.membership.change_hotel(as_hotel(), "Nobody's", "UTC", None)
    with pytest.raises(AssertionError, match="only a person"):
        await house.membership.claim_admin(as_hotel())


# Looking


async def test_the_connection_is_shown_from_staff_on(house: House) -> None:
    connection = await house.connect(CUSTOM)
    for person in (ADA, MAX, STU):
        assert await house.membership.connection(as_(person)) == connection
    with pytest.raises(NotAllowedError) as refused:
        await house.membership.connection(as_(EVE))
    assert (refused.value.action, refused.value.held, refused.value.needed) == (
        Action.STATUS,
        Role.GUEST,
        Role.STAFF,
    )
    assert await house.membership.connection(as_(BEA)) is None


async def test_members_are_listed_the_highest_role_first(house: House) -> None:
    assert await house.membership.members(as_hotel()) == [
        Member(ADA, Role.ADMIN),
        Member(MAX, Role.MANAGER),
        Member(STU, Role.STAFF),
    ]


# Roles


@pytest.mark.parametrize(
    ("person", "role", "action", "details"),
    [
        (EVE, Role.STAFF, "hotel.role.given", {"from": "guest", "to": "staff"}),
        (STU, Role.MANAGER, "hotel.role.given", {"from": "staff", "to": "manager"}),
        (MAX, Role.STAFF, "hotel.role.given", {"from": "manager", "to": "staff"}),
        (MAX, Role.GUEST, "hotel.role.taken", {"from": "manager", "to": "guest"}),
    ],
)
async def test_an_admin_gives_and_takes_roles(
    house: House, person: Person, role: Role, action: str, details: dict[str, str]
) -> None:
    before = await roles(house)
    assert await house.membership.give_role(as_(ADA), person, role) is None
    expected = {**before, person: role}
    if role is Role.GUEST:
        del expected[person]
    assert await roles(house) == expected
    assert await last_deed(house) == (action, ADA.user_id, person.user_id, details)


@pytest.mark.parametrize(("person", "role"), [(ADA, Role.ADMIN), (STU, Role.STAFF), (EVE, Role.GUEST)])
async def test_a_role_that_is_held_already_is_no_change(house: House, person: Person, role: Role) -> None:
    before = await dump(house.database)
    assert await house.membership.give_role(as_(ADA), person, role) is RoleRefusal.UNCHANGED
    assert await dump(house.database) == before


@pytest.mark.parametrize("role", [Role.MANAGER, Role.STAFF, Role.GUEST])
async def test_the_last_admin_stays_one(house: House, role: Role) -> None:
    """Until there is another; then either may go, and the other is the last."""
    before = await dump(house.database)
    assert await house.membership.give_role(as_(ADA), ADA, role) is RoleRefusal.LAST_ADMIN
    assert await dump(house.database) == before
    assert await house.membership.give_role(as_(ADA), MAX, Role.ADMIN) is None
    assert await house.membership.give_role(as_(ADA), ADA, role) is None
    assert await house.membership.give_role(as_(MAX), MAX, role) is RoleRefusal.LAST_ADMIN


async def test_two_admins_who_take_each_others_role_at_once_do_not_both_succeed(house: House) -> None:
    """Each is the other's last admin from the moment at which one has acted."""
    for _ in range(10):
        await house.appoint(ADA, Role.ADMIN)
        await house.appoint(MAX, Role.ADMIN)
        await asyncio.gather(
            house.membership.give_role(as_(ADA), MAX, Role.STAFF),
            house.membership.give_role(as_(MAX), ADA, Role.STAFF),
            return_exceptions=True,
        )
        assert Role.ADMIN in (await roles(house)).values()


async def test_another_hotels_admins_do_not_count(house: House) -> None:
    assert await house.membership.give_role(as_(BEA), BEA, Role.STAFF) is RoleRefusal.LAST_ADMIN


# A role that is taken, and the attempt


@pytest.mark.parametrize("role", [Role.STAFF, Role.GUEST])
async def test_who_may_no_longer_connect_loses_the_attempt_and_its_draft(house: House, role: Role) -> None:
    begun = await house.service.begin(as_(MAX), CUSTOM)
    await house.send_form(begun.conversation.id, person=MAX)
    assert await house.membership.give_role(as_(ADA), MAX, role) is None
    assert await house.step(begun.conversation.id) == Closed(CloseReason.ROLE_LOST, 3, CUSTOM)
    assert await house.draft_ids() == set()
    line = (await house.audit())[-1]
    assert (line.action, line.user_id) == ("pms.onboarding.closed", ADA.user_id)
    assert line.details == {"vendor": "Custom", "reason": "role_lost"}


async def test_who_may_still_connect_keeps_the_attempt(house: House) -> None:
    await house.membership.give_role(as_(ADA), MAX, Role.ADMIN)
    begun = await house.service.begin(as_(MAX))
    await house.membership.give_role(as_(ADA), MAX, Role.MANAGER)
    assert await house.step(begun.conversation.id) == Choosing()


async def test_somebody_elses_attempt_is_left_alone(house: House) -> None:
    begun = await house.service.begin(as_(ADA))
    await house.membership.give_role(as_(ADA), MAX, Role.STAFF)
    assert await house.step(begun.conversation.id) == Choosing()


async def test_what_is_being_saved_is_refused_by_the_save_itself(house: House) -> None:
    conversation_id = await house.reach_saving(CUSTOM, person=MAX)
    await house.membership.give_role(as_(ADA), MAX, Role.STAFF)
    assert isinstance(await house.step(conversation_id), Saving)
    await house.saver.handle(await house.take("onboarding.save"))
    assert await house.connection() is None


# The door that is always open


@pytest.mark.parametrize(("person", "held"), [(EVE, "guest"), (STU, "staff"), (MAX, "manager")])
async def test_an_administrator_of_the_workspace_can_become_admin(
    house: House, person: Person, held: str
) -> None:
    await house.membership.claim_admin(as_(person))
    assert (await roles(house))[person] is Role.ADMIN
    assert await last_deed(house) == (
        "hotel.role.given",
        person.user_id,
        person.user_id,
        {"from": held, "to": "admin"},
    )


async def test_who_is_admin_already_claims_nothing(house: House) -> None:
    before = await dump(house.database)
    await house.membership.claim_admin(as_(ADA))
    assert await dump(house.database) == before


async def test_who_was_turned_away_is_written_down(house: House) -> None:
    await house.membership.note_refusal(as_(EVE), Action.CONNECT, "role")
    [line] = await house.audit()
    assert (line.action, line.user_id, line.success, line.severity) == (
        "pms.access.refused",
        EVE.user_id,
        False,
        "WARN",
    )
    assert line.details == {"action": "connect", "why": "role"}


async def test_a_role_change_that_is_undone_leaves_nothing(
    house: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The role and the attempt's end are one change: where the second fails, there is no first."""
    await house.service.begin(as_(MAX), CUSTOM)
    before, line = await dump(house.database), await house.waiting()

    async def fail(*_: object) -> None:
        raise ZeroDivisionError

    monkeypatch.setattr(house.service, "advance", fail)
    with pytest.raises(ZeroDivisionError):
        await house.membership.give_role(as_(ADA), MAX, Role.GUEST)
    assert await dump(house.database) == before
    assert await house.waiting() == line
