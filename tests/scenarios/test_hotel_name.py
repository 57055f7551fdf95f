"""The form of the hotel: what looks like a secret is not taken for a name."""

import pytest

from core.pms.pasted import Spotter
from core.pms.registry import Registry
from tests.scenarios.stage import Stage, found_hotel

SAMPLE_KEY = "cbat_" + "Zk3vQ9pL7wXr2TfB8mNc"  # made up, in Cloudbeds' shape
NAMES = (
    "Hotel Key West",
    "The Token Inn",
    "Secret Garden B&B",
    "25hours Hotel The Circle",
    "Schloßhotel Öhningen 1867",
    "H10 Puerta de Alcalá",
    "citizenM Tower of London",
    "Password Hotel",
)


async def test_a_pasted_key_is_refused_under_its_field_and_kept_nowhere(stage: Stage) -> None:
    ada = await found_hotel(stage)
    await ada.home("Hotel Aurora")
    await ada.clicks("Hotel Settings", in_="home")
    await ada.fills({"Hotel name": SAMPLE_KEY})
    refused = await ada.submits()
    assert refused is not None
    assert "looks like a key" in refused["Hotel name"]

    await ada.fills({"Hotel name": "Hotel Borealis"})
    assert await ada.submits() is None
    await ada.home("Hotel Borealis")


@pytest.mark.parametrize("name", NAMES)
def test_what_hotels_are_called_is_no_secret(name: str) -> None:
    assert Spotter(Registry({})).spot(name) is None
