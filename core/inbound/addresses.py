"""The address that a connection's PMS posts to: unguessable, shown once, replaced without a gap."""

from dataclasses import dataclass
from datetime import timedelta
from typing import Final

from core import audit
from core.audit import AuditAction
from core.credentials.vault import Slot, Vault
from core.domain.clock import Clock
from core.domain.hotel import VendorKey
from core.domain.secret import Secret
from core.inbound.tokens import hash_of, new_token
from core.outbound.signing import new_secret
from core.pms.vendor import Vendor
from core.store import hooks
from core.store.connections import Connection
from core.store.database import TenantUnit
from core.store.hooks import Hook

OVERLAP: Final = timedelta(hours=24)
"""How long an address that was replaced is good for."""


@dataclass(frozen=True, slots=True)
class Issued:
    """An address, whole, and the secret that signs what is sent there, where the vendor's posts are signed.

    Nobody can be shown either a second time: ask for another address instead.
    """

    url: Secret
    signing_secret: Secret | None


class Addresses:
    """Issues addresses. An address is revoked with its connection, by the database."""

    def __init__(self, vault: Vault, clock: Clock, public_url: str) -> None:
        self._vault = vault
        self._clock = clock
        self._public_url = public_url.rstrip("/")

    @property
    def are_offered(self) -> bool:
        """Whether this installation can be reached from outside."""
        return bool(self._public_url)

    def prefix(self, vendor: VendorKey) -> str:
        """Return what every address of ours for a vendor begins with: so our own subscriptions are known."""
        return f"{self._public_url}/hooks/{vendor.value.lower()}/"

    async def issue(self, unit: TenantUnit, connection: Connection, vendor: Vendor) -> Issued:
        """Give a connection an address; those it had before are good for another 24 hours."""
        assert vendor.post is not None, "only a vendor whose post is read has an address"
        now = self._clock.now()
        token = new_token()
        token_hash = hash_of(token)
        assert token_hash is not None, "our own token has the shape of one"
        secret = new_secret() if vendor.post.verify else None
        sealed = None
        if secret is not None:
            sealed = await self._vault.seal(unit, secret_slot(vendor.key, token_hash), secret)
        await hooks.retire_hooks(unit, connection.id, now + OVERLAP)
        await hooks.add_hook(unit, Hook(token_hash, unit.hotel_id, connection.id, vendor.key, sealed), now)
        await audit.record(
            unit, AuditAction.ADDRESS_ISSUED, now, about=("external_pms_config", connection.id)
        )
        return Issued(Secret(self.prefix(vendor.key) + token), secret)


def secret_slot(vendor: VendorKey, token_hash: str) -> Slot:
    """Return the place that an address's signing secret is bound to; it is never sent anywhere."""
    return Slot(vendor.value, token_hash, "signing_secret", "")
