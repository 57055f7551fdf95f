"""Five steps from `/pms connect` to a sealed connection, a notice and a dashboard."""

import pytest

from core.domain.hotel import VendorKey
from core.store import audit_log, connections, drafts
from core.store.connections import ConnectionStatus
from tests.scenarios.stage import Stage, found_hotel
from tests.scenarios.wizard import MEWS, connect, custom

VENDORS = ["Mews", "Custom PMS"]


@pytest.mark.parametrize("vendor", VENDORS)
async def test_a_hotel_is_connected_in_five_steps(stage: Stage, vendor: str) -> None:
    """The row is sealed, the audit complete, the managers told, the dashboard full, the draft gone."""
    ada = await found_hotel(stage)
    form = MEWS if vendor == "Mews" else custom(stage)

    await connect(ada, vendor, form)

    await ada.sees(f"Hotel Aurora is connected to {vendor}")
    await ada.home("Active", "Hotel Aurora", "Vienna")
    async with stage.database.transaction(await stage.tenant()) as unit:
        connection = await connections.load(unit)
        trail = [(line.action, line.user_id) for line in reversed(await audit_log.list_latest(unit))]
        left = (await unit.connection.execute(drafts.credential_draft.select())).all()
    assert connection is not None
    assert connection.status is ConnectionStatus.ACTIVE
    assert connection.vendor is (VendorKey.MEWS if vendor == "Mews" else VendorKey.CUSTOM)
    assert connection.sealed.startswith("c2.")
    assert not any(value in connection.sealed for value in form.values() if len(value) > 8)
    assert trail == [
        ("hotel.created", "U0ADA"),
        ("pms.onboarding.started", "U0ADA"),
        ("pms.external.credentials.entered", "U0ADA"),
        ("pms.external.test.passed", "U0ADA"),
        ("pms.external.connected", "U0ADA"),
    ]
    assert left == []
