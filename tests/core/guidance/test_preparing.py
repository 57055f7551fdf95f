"""The guide's index, worked out in another process."""

import asyncio
import sys
from pathlib import Path

import pytest
from structlog.testing import capture_logs

from core.domain.hotel import VendorKey
from core.guidance.entries import entries
from core.guidance.index import index_of
from core.guidance.library import _Catalogue
from core.guidance.preparing import prepared
from core.pms.registry import VENDORS

ENTRIES = tuple(entries(VENDORS))
QUESTIONS = (
    "Where do I find the access token?",
    "Wer darf das PMS verbinden?",
    "The printer at reception is out of paper",
    "somebody told me there is a waiting list at the vendor",
)


def children() -> set[str]:
    """Return the ids of the processes that this one has started and not waited for."""
    return {
        child for tasks in Path("/proc/self/task").glob("*/children") for child in tasks.read_text().split()
    }


async def test_it_answers_as_one_that_was_worked_out_here() -> None:
    there = await prepared(ENTRIES)
    assert there is not None
    ours, theirs = _Catalogue(ENTRIES, index_of(ENTRIES)), _Catalogue(ENTRIES, there)
    for question in QUESTIONS:
        assert theirs.weighed(question, VendorKey.MEWS) == ours.weighed(question, VendorKey.MEWS)


async def test_an_index_of_other_entries_is_not_taken() -> None:
    """As when the code was changed under a running process."""
    assert await prepared(ENTRIES[:5]) is None


async def test_without_another_process_there_is_no_index(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "executable", "/bin/false")
    with capture_logs() as lines:
        assert await prepared(ENTRIES) is None
    assert [(line["event"], line["status"]) for line in lines] == [("guide_not_prepared", 1)]


async def test_who_does_not_wait_for_it_leaves_no_process_behind() -> None:
    before = children()
    waiting = asyncio.create_task(prepared(ENTRIES))
    while not children() - before:
        await asyncio.sleep(0.01)
    waiting.cancel()
    with pytest.raises(asyncio.CancelledError):
        await waiting
    assert children() <= before
