"""Everything that a guide says is an entry, once, in plain words."""

from collections import Counter

import pytest

from core.guidance.entries import Topic, entries
from core.guidance.originals import key_format, next_steps, suggestions_for, type_info, wizard_steps
from core.pms.common_guide import COMMON
from core.pms.registry import VENDORS
from core.pms.vendor import Vendor

ALL = {entry.id: entry for entry in entries(VENDORS)}


def test_ids_are_unique_and_speak_of_their_vendor() -> None:
    listed = entries(VENDORS)
    assert [id_ for id_, count in Counter(entry.id for entry in listed).items() if count > 1] == []
    for entry in listed:
        assert entry.id.split("/")[0] == (entry.vendor.lower() if entry.vendor else "general")


@pytest.mark.parametrize("vendor", VENDORS, ids=lambda vendor: vendor.key.value)
def test_a_guide_is_whole(vendor: Vendor) -> None:
    """Each part that the product promises, at least five common problems, and an entry for every field."""
    key = vendor.key.lower()
    parts = set(Topic) - {Topic.FIELD, Topic.ISSUE, Topic.ERROR, Topic.PRODUCT}
    assert {f"{key}/{part}" for part in parts} <= set(ALL)
    assert {f"{key}/field/{field.key}" for field in vendor.fields} <= set(ALL)
    assert sum(entry.vendor is vendor.key and entry.topic is Topic.ISSUE for entry in ALL.values()) >= 5
    assert {f"{key}/error/{code}" for code in vendor.guide.suggestions} <= set(ALL)


def test_every_common_failure_is_an_entry() -> None:
    assert {f"general/error/{code}" for code in COMMON} <= set(ALL)


def test_entries_are_plain_and_whole() -> None:
    for entry in ALL.values():
        assert entry.title.strip()
        assert entry.text.strip()
        assert "{" not in f"{entry.title}{entry.text}", entry.id
        assert len(entry.text) < 2900, entry.id


@pytest.mark.parametrize("vendor", VENDORS, ids=lambda vendor: vendor.key.value)
def test_what_the_replaced_product_could_be_asked(vendor: Vendor) -> None:
    assert type_info(vendor).you_need == vendor.guide.you_need
    assert [step.number for step in wizard_steps(vendor)] == [1, 2, 3, 4, 5]
    assert all(step.help for step in wizard_steps(vendor))
    assert [one.field for one in key_format(vendor)] == [field.key for field in vendor.fields]
    assert next_steps(vendor)
    assert suggestions_for(vendor, "auth.refused") == vendor.guide.suggestions["auth.refused"]
    assert suggestions_for(vendor, "dns.not_found") == COMMON["dns.not_found"]
    assert suggestions_for(vendor, "no.such.code") is None
