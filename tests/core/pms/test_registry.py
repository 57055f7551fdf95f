"""The six systems, registered by hand, each findable by its key."""

import pytest

from core.domain.errors import InputRefusedError
from core.domain.hotel import VendorKey
from core.pms.registry import VENDORS, Registry


def test_all_six_are_there_once_each() -> None:
    assert [vendor.key for vendor in VENDORS] == [*VendorKey]
    registry = Registry({})
    assert [registry[key] for key in VendorKey] == [*registry] == [*VENDORS]


def test_what_can_be_connected_has_fields_and_what_cannot_has_none() -> None:
    for vendor in VENDORS:
        assert vendor.is_available == bool(vendor.fields)
        assert vendor.display_name
        assert vendor.tagline
        assert vendor.guide.you_need


def test_an_origin_is_one_text_whatever_the_order_of_the_addresses() -> None:
    registry = Registry({"MEWS_URL": "https://api.mews.example"})
    assert registry.origin(registry[VendorKey.MEWS], {}) == "https://api.mews.example:443"
    values = {"endpoint": "https://pms.example/api"}
    assert registry.origin(registry[VendorKey.CUSTOM], values) == "https://pms.example:443"
    with pytest.raises(InputRefusedError):
        registry.origin(registry[VendorKey.CUSTOM], {})
