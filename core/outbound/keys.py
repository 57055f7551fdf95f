"""The secrets that an endpoint's messages are signed with: sealed, and two of them after a change."""

from datetime import datetime, timedelta
from typing import Final

from core.credentials.vault import Slot, Vault
from core.domain.secret import Secret
from core.store.database import TenantUnit
from core.store.webhook_endpoints import Endpoint

OVERLAP: Final = timedelta(hours=24)
"""How long a secret that was replaced still signs beside the new one."""


async def seal(unit: TenantUnit, vault: Vault, endpoint_id: str, secret: Secret) -> str:
    """Return an endpoint's secret as a text for its row."""
    return await vault.seal(unit, _slot(endpoint_id), secret)


async def open_keys(unit: TenantUnit, vault: Vault, endpoint: Endpoint, now: datetime) -> tuple[Secret, ...]:
    """Return what signs now, the newest first. Raises: UnreadableCredentialError."""
    sealed = [endpoint.sealed_secret]
    if endpoint.sealed_former and endpoint.former_ends_at and now < endpoint.former_ends_at:
        sealed.append(endpoint.sealed_former)
    return tuple([await vault.open(unit, _slot(endpoint.id), text) for text in sealed])


def _slot(endpoint_id: str) -> Slot:
    """Return the place that the secret is bound to; it is never sent anywhere."""
    return Slot("webhook", endpoint_id, "signing_secret", "")
