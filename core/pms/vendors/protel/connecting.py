"""Which of protel's two lines is opened: the one that was chosen in the form."""

from core.domain.errors import FeatureUnsupportedError, Layer
from core.pms.vendor import Access, PmsAdapter
from core.pms.vendors.protel.account import Interface, account_of
from core.pms.vendors.protel.io.adapter import ProtelIoAdapter
from core.pms.vendors.protel.io.line import ProtelIoLine
from core.pms.vendors.protel.rest.adapter import ProtelRestAdapter


def connect(access: Access) -> PmsAdapter:
    """Return the adapter.

    Raises: InputRefusedError; FeatureUnsupportedError (`protel.no_address`) where protel could not answer.
    """
    account = account_of(access.values)
    if account.interface is Interface.REST_BETA:
        return ProtelRestAdapter(access)
    if access.mailbox is None:
        feature = {"feature": "an address that protel can call"}
        raise FeatureUnsupportedError("protel.no_address", Layer.INPUT, details=feature)
    line = ProtelIoLine(
        account.base,
        account.hotel_id,
        access.secrets["api_key"],
        access.client,
        access.clock,
        access.mailbox,
    )
    return ProtelIoAdapter(line, account.hotel_id, account.zone, access.clock)
