"""How a connection was configured, in the words of the vendor's own form."""

from collections.abc import Mapping

from bot.views.parts import safe
from core.domain.secret import MASK
from core.pms.vendor import CredentialField, Vendor


def configuration(vendor: Vendor, values: Mapping[str, str], *, by_consent: bool) -> list[tuple[str, str]]:
    """Return every field of the form; a secret one shows that it is there and nothing more.

    Where the vendor let us in at its own page nobody typed the others, and that is said instead.
    """
    access = [("Access", f"Authorized at {vendor.display_name}")] if by_consent else []
    return access + [
        (field.label, _shown(field, values))
        for field in vendor.fields
        if field.after_consent or not by_consent
    ]


def _shown(field: CredentialField, values: Mapping[str, str]) -> str:
    was_left_empty = values.get(field.key) == ""
    if field.secret and not was_left_empty:
        return MASK
    return safe(values.get(field.key, "")) or "–"
