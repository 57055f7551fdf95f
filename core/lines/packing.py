"""How a connection's secret fields become one sealed text, and which place that text is bound to."""

import json
from collections.abc import Mapping
from typing import Final

from core.credentials.vault import Slot
from core.domain.hotel import VendorKey
from core.domain.secret import Secret
from core.pms.tokens import Grant

BLOB: Final = "credentials"
"""The field name bound into the ciphertext: all secret fields of a connection are sealed as one object."""


def slot(vendor: VendorKey, credential_id: str, origin: str) -> Slot:
    """Return the place that the sealed credentials of a draft or a connection are bound to."""
    return Slot(vendor.value, credential_id, BLOB, origin)


def pack(secrets_by_field: Mapping[str, Secret]) -> Secret:
    """Return several secrets as one, to be sealed together."""
    return Secret(json.dumps({key: value.reveal() for key, value in sorted(secrets_by_field.items())}))


def tokens(grant: Grant) -> dict[str, Secret]:
    """Return the secret fields that a consent's grant stands for."""
    held = {"access_token": grant.access_token, "refresh_token": grant.refresh_token}
    return {key: value for key, value in held.items() if value is not None}


def unpack(packed: Secret) -> dict[str, Secret]:
    """Return what `pack` put together."""
    return {key: Secret(value) for key, value in json.loads(packed.reveal()).items()}
