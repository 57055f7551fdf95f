"""The six vendors, registered by hand, and the addresses under which this installation reaches them."""

from collections.abc import Iterator, Mapping

from core.domain.hotel import VendorKey
from core.domain.secret import Secret
from core.pms.vendor import Vendor
from core.pms.vendors.apaleo.description import VENDOR as APALEO
from core.pms.vendors.cloudbeds.description import VENDOR as CLOUDBEDS
from core.pms.vendors.custom.description import VENDOR as CUSTOM
from core.pms.vendors.mews.description import VENDOR as MEWS
from core.pms.vendors.opera.description import VENDOR as OPERA
from core.pms.vendors.protel.description import VENDOR as PROTEL

VENDORS: tuple[Vendor, ...] = (
    OPERA,
    MEWS,
    CLOUDBEDS,
    PROTEL,
    APALEO,
    CUSTOM,
)


class Registry:
    """The vendors by key, with the base addresses and the own apps that the operator configured.

    `addresses` and `apps` are by setting name (`MEWS_URL`, `APALEO_CLIENT_ID`).
    """

    def __init__(
        self,
        addresses: Mapping[str, str],
        vendors: tuple[Vendor, ...] = VENDORS,
        apps: Mapping[str, Secret] | None = None,
    ) -> None:
        self.addresses = dict(addresses)
        self.apps = dict(apps or {})
        self._vendors = {vendor.key: vendor for vendor in vendors}

    def __getitem__(self, key: VendorKey) -> Vendor:
        return self._vendors[key]

    def __iter__(self) -> Iterator[Vendor]:
        return iter(self._vendors.values())

    def offers_consent(self, vendor: Vendor) -> bool:
        """Whether people can be sent to this vendor's own page: it has one, and the operator an app there."""
        needed = vendor.authorization.app_settings if vendor.authorization else ()
        return bool(needed) and all(self.apps.get(name) for name in needed)

    def origin(self, vendor: Vendor, values: Mapping[str, str]) -> str:
        """Return the addresses that may receive the credentials, as the one text bound into the ciphertext.

        Raises: InputRefusedError where the typed values name no address.
        """
        return " ".join(sorted(vendor.origins(values, self.addresses)))
