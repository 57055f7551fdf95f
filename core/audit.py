"""Who did what, on which connection: written in the transaction that does it, and never a secret.

Names and severities are those of the original's log. A change that is undone leaves no line, and no line
stands without its change.
"""

from collections.abc import Mapping
from datetime import datetime
from enum import StrEnum
from typing import Final

from core.domain.access import Person
from core.store import audit_log
from core.store.audit_log import AuditLine
from core.store.database import TenantUnit

EVENT_TYPE: Final = "PMS_CONFIG"

Resource = tuple[str, str | None]
"""The table and the id of the row that a line is about."""


class AuditAction(StrEnum):
    """What was done."""

    CONNECTED = "pms.external.connected"
    DISCONNECTED = "pms.external.disconnected"
    CREDENTIALS_REPLACED = "pms.external.credentials.replaced"
    CREDENTIALS_ENTERED = "pms.external.credentials.entered"
    CREDENTIALS_PASTED = "pms.external.credentials.pasted"
    CREDENTIALS_REFUSED = "pms.external.credentials.refused"
    CREDENTIAL_DATES = "pms.external.credentials.dates"
    TEST_PASSED = "pms.external.test.passed"
    TEST_FAILED = "pms.external.test.failed"
    ATTEMPT_STARTED = "pms.onboarding.started"
    ATTEMPT_CLOSED = "pms.onboarding.closed"
    ATTEMPT_TAKEN_OVER = "pms.onboarding.taken_over"
    SYNC_CHANGED = "pms.sync.changed"
    MAPPING_CHANGED = "pms.mapping.changed"
    RECORD_EDITED = "pms.record.edited"
    CONFLICT_SETTLED = "pms.conflict.settled"
    ADDRESS_ISSUED = "pms.address.issued"
    WEBHOOK_ADDED = "webhook.added"
    WEBHOOK_CHANGED = "webhook.changed"
    WEBHOOK_REMOVED = "webhook.removed"
    WEBHOOK_ROTATED = "webhook.secret.replaced"
    WEBHOOK_PAUSED = "webhook.paused"
    WEBHOOK_RESUMED = "webhook.resumed"
    WEBHOOK_SENT_AGAIN = "webhook.sent_again"
    REFUSED = "pms.access.refused"
    HOTEL_CREATED = "hotel.created"
    HOTEL_CHANGED = "hotel.changed"
    ROLE_GIVEN = "hotel.role.given"
    ROLE_TAKEN = "hotel.role.taken"


class Severity(StrEnum):
    """How much a line matters to whoever reads the log."""

    INFO = "INFO"
    WARN = "WARN"
    ERROR = "ERROR"


async def record(
    unit: TenantUnit,
    action: AuditAction,
    now: datetime,
    *,
    about: Resource = ("external_pms_config", None),
    success: bool = True,
    severity: Severity = Severity.INFO,
    details: Mapping[str, str | int | bool | None] | None = None,
    on_behalf_of: Person | None = None,
) -> None:
    """Add one line for the person whose transaction this is, or on whose behalf our background work acts."""
    person = unit.tenant.person or on_behalf_of
    resource_type, resource_id = about
    line = AuditLine(
        user_id=person.user_id if person else None,
        event_type=EVENT_TYPE,
        action=action.value,
        resource_type=resource_type,
        resource_id=resource_id,
        success=success,
        severity=severity.value,
        details=details or {},
        created_at=now,
    )
    await audit_log.add(unit, line)
