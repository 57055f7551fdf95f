"""The tokens by which a vendor that calls us shows that it is the one."""

from typing import Final

from core.credentials.vault import Vault
from core.domain.clock import Clock
from core.domain.errors import UnreadableCredentialError
from core.domain.hotel import VendorKey
from core.domain.secret import Secret
from core.lines import packing
from core.store import connections, drafts
from core.store.database import TenantUnit

TOKEN: Final = "api_key"  # noqa: S105 - the name of protel's field


async def protel_tokens(unit: TenantUnit, vault: Vault, clock: Clock) -> tuple[Secret, ...]:
    """Return the tokens that protel may show for a hotel: its connection's, and those being tested."""
    connection = await connections.load(unit)
    places = [
        (draft.id, draft.origin, draft.sealed)
        for draft in await drafts.list_drafts(unit, VendorKey.PROTEL, clock.now())
    ]
    if connection is not None and connection.vendor is VendorKey.PROTEL:
        places.append((connection.id, connection.origin, connection.sealed))
    found = []
    for credential_id, origin, sealed in places:
        try:
            opened = await vault.open(unit, packing.slot(VendorKey.PROTEL, credential_id, origin), sealed)
        except UnreadableCredentialError:
            continue
        if token := packing.unpack(opened).get(TOKEN):
            found.append(token)
    return tuple(found)
