"""The audit line of each change that somebody may ask about, and none of a mere step to and fro."""

import pytest

from core.domain.hotel import VendorKey
from core.onboarding import events, steps
from core.onboarding.diagram import ANY, FAILED, PASSED
from core.onboarding.events import Event
from core.onboarding.service import Result
from core.onboarding.steps import Choosing, EnteringCredentials, Step
from tests.core.onboarding.house import ADA, House, as_hotel


@pytest.mark.parametrize(
    ("step", "event", "action", "success", "details"),
    [
        (
            EnteringCredentials(ANY),
            events.CredentialsSealed("draft-1"),
            "pms.external.credentials.entered",
            True,
            {"vendor": "Mews"},
        ),
        (
            steps.Testing(ANY, "draft-1", 2),
            events.CheckPassed(2, PASSED),
            "pms.external.test.passed",
            True,
            {"vendor": "Mews", "run": 2},
        ),
        (
            steps.Testing(ANY, "draft-1", 2),
            events.CheckFailed(2, FAILED),
            "pms.external.test.failed",
            False,
            {"vendor": "Mews", "run": 2, "code": "auth.refused"},
        ),
        (
            Choosing(),
            events.CancelConfirmed(),
            "pms.onboarding.closed",
            True,
            {"vendor": None, "reason": "cancelled"},
        ),
        (
            EnteringCredentials(ANY),
            events.TimeRanOut(),
            "pms.onboarding.closed",
            True,
            {"vendor": "Mews", "reason": "expired"},
        ),
        (
            steps.Tested(ANY, "draft-1", 2, PASSED),
            events.RoleLost(),
            "pms.onboarding.closed",
            True,
            {"vendor": "Mews", "reason": "role_lost"},
        ),
    ],
)
async def test_a_change_that_may_be_asked_about_has_its_line(
    house: House,
    step: Step,
    event: Event,
    action: str,
    success: bool,
    details: dict[str, str | int | None],
) -> None:
    conversation_id = await house.put(step)
    await house.service.apply(as_hotel(), conversation_id, event)
    [line] = await house.audit()
    assert (line.action, line.success, line.details) == (action, success, details)
    assert line.severity == ("INFO" if success else "WARN")
    assert (line.resource_type, line.resource_id) == ("conversation", conversation_id)
    assert (line.event_type, line.user_id, line.created_at) == ("PMS_CONFIG", ADA.user_id, house.clock.now())


@pytest.mark.parametrize(
    ("step", "event"),
    [
        (Choosing(), events.VendorChosen(VendorKey.MEWS)),
        (EnteringCredentials(ANY), events.BackRequested()),
        (steps.Tested(ANY, "draft-1", 1, PASSED), events.NextRequested()),
        (steps.Reviewing(ANY, "draft-1", 1, PASSED), events.BackRequested()),
        (steps.Diagnosing(ANY, "draft-1", 1, FAILED), events.RetryRequested()),
    ],
)
async def test_a_mere_step_to_and_fro_leaves_no_line(house: House, step: Step, event: Event) -> None:
    conversation_id = await house.put(step)
    assert (await house.apply(ADA, conversation_id, event)).result is Result.MOVED
    assert await house.audit() == []
