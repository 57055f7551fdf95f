"""The audit line of each change that somebody may ask about later."""

from datetime import datetime

from core import audit
from core.audit import AuditAction, Severity
from core.onboarding.events import CheckFailed, CheckPassed, CredentialsSealed, Event, TakenOver
from core.onboarding.steps import Closed, Step, target_of
from core.store.conversations import Conversation
from core.store.database import TenantUnit

Details = dict[str, str | int | bool | None]


async def note(
    unit: TenantUnit, conversation: Conversation, event: Event, follows: Step, now: datetime
) -> None:
    """Write the line of one change into its own transaction; a mere step to and fro leaves none."""
    target = target_of(follows)
    details: Details = {"vendor": target.vendor.value if target else None}
    success = True
    match event, follows:
        case CredentialsSealed(), _:
            action = AuditAction.CREDENTIALS_ENTERED
        case CheckPassed(run), _:
            action = AuditAction.TEST_PASSED
            details["run"] = run
        case CheckFailed(run, report), _:
            action, success = AuditAction.TEST_FAILED, False
            details |= {"run": run, "code": report.failure.code if report.failure else None}
        case TakenOver(by), _:
            action = AuditAction.ATTEMPT_TAKEN_OVER
            details["by"] = by
        case _, Closed(reason):
            action = AuditAction.ATTEMPT_CLOSED
            details["reason"] = reason.value
        case _:
            return
    await audit.record(
        unit,
        action,
        now,
        about=("conversation", conversation.id),
        success=success,
        severity=Severity.INFO if success else Severity.WARN,
        details=details,
        on_behalf_of=conversation.person,
    )
