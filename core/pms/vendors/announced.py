"""Systems that this version names and cannot connect yet: said openly in step 1, and nowhere offered."""

from collections.abc import Mapping
from typing import Final

from core.domain.hotel import Entity, VendorKey
from core.pms.guide import Guide
from core.pms.vendor import RateLimit, Vendor

ALL: Final = frozenset(Entity)


def _no_origins(values: Mapping[str, str], addresses: Mapping[str, str]) -> tuple[str, ...]:
    return ()


def _announce(key: VendorKey, name: str, tagline: str, docs_url: str, in_short: str) -> Vendor:
    guide = Guide(
        in_short=in_short,
        summary=f"{name} is not in this version yet.",
        you_need=(in_short,),
        where_to_find=(),
        permissions=(),
        minutes=0,
        cost="",
    )
    return Vendor(
        key=key,
        display_name=name,
        tagline=tagline,
        docs_url=docs_url,
        fields=(),
        guide=guide,
        entities=ALL,
        rate_limit=RateLimit(1, 1.0),
        connect=None,
        origins=_no_origins,
    )


CLOUDBEDS: Final = _announce(
    VendorKey.CLOUDBEDS,
    "Cloudbeds",
    "The Cloudbeds hospitality platform.",
    "https://developers.cloudbeds.com/",
    "an API key with read rights",
)
PROTEL: Final = _announce(
    VendorKey.PROTEL,
    "protel",
    "The protel systems by Planet, through protel I/O.",
    "https://www.protel.net/",
    "an agreement with protel I/O",
)
