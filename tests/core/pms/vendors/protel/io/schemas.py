"""Holds messages against OTA 2011A's schemas, where they and a validator are at hand."""

from functools import cache
from typing import Any

import pytest

from core.pms.vendors.protel.io.envelope import opened
from core.pms.vendors.protel.io.markup import write
from tests import shared

FOLDER = "vendors/specs/protel/protel-ota2011a-xsd"


def check(body: bytes) -> None:
    """Fail unless the message in an envelope is valid by its own schema; skip where that cannot be said."""
    envelope = opened(body)
    schema = _schema(envelope.name)
    document = pytest.importorskip("lxml.etree").fromstring(write(envelope.payload))
    assert schema.validate(document), str(schema.error_log)


@cache
def _schema(name: str) -> Any:
    etree = pytest.importorskip("lxml.etree", reason="lxml, which knows XML schemas, is not installed")
    return etree.XMLSchema(file=str(shared.shared_file(f"{FOLDER}/{name}.xsd")))
