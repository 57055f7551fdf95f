"""Every case that can occur has its words, and every word is said somewhere."""

import ast
import re
from enum import Enum
from types import ModuleType
from typing import Any

import pytest

from bot import outbound_texts, record_texts, sync_texts, texts
from bot.gate import Barred
from bot.ids import COMMAND
from bot.manifest import FILE, manifest
from core.domain.access import REQUIRED_ROLE, Action, Role
from core.domain.errors import Layer
from core.domain.expiry import TermKind
from core.domain.hotel import Entity
from core.onboarding.forms import FormRefusal
from core.onboarding.steps import CloseReason
from core.pms.guide import Cause as Trouble
from core.pms.guide import Confidence, Party
from core.pms.report import Mark
from core.store.connections import ConnectionStatus
from core.sync.ending import Outcome
from core.sync.plan import Frequency, Retention
from core.sync.requests import Cause
from core.sync.watching import FindingKind

TABLES: list[tuple[dict[Any, str], type[Enum]]] = [
    (texts.LAYERS, Layer),
    (texts.TROUBLES, Trouble),
    (texts.CONFIDENCES, Confidence),
    (texts.MARKS, Mark),
    (texts.ENTITIES, Entity),
    (texts.PARTIES, Party),
    (texts.ROLES, Role),
    (texts.ROLE_HINTS, Role),
    (texts.ACTIONS, Action),
    (texts.CLOSED, CloseReason),
    (texts.FORM_REFUSALS, FormRefusal),
    (texts.STATUS_BADGES, ConnectionStatus),
    (sync_texts.FREQUENCIES, Frequency),
    (sync_texts.RETENTIONS, Retention),
    (sync_texts.CAUSES, Cause),
    (sync_texts.OUTCOMES, Outcome),
    (sync_texts.OUTCOME_BADGES, Outcome),
    (sync_texts.FINDINGS, FindingKind),
    (sync_texts.FINDINGS_OVER, FindingKind),
    (sync_texts.ENDING, TermKind),
    (sync_texts.ENDING_MEANS, TermKind),
    (sync_texts.ENDING_SOURCE, TermKind),
]


@pytest.mark.parametrize(("table", "cases"), TABLES, ids=lambda value: getattr(value, "__name__", ""))
def test_every_case_has_words(table: dict[Any, str], cases: type[Enum]) -> None:
    assert set(table) == set(cases)
    assert all(text.strip() for text in table.values())


def test_everybody_who_is_kept_out_is_told_why() -> None:
    """The reasons differ, so that it can be mended."""
    assert set(texts.BARRED) == {barred.value for barred in Barred}
    assert len(set(texts.BARRED.values())) == len(Barred)


@pytest.mark.parametrize("action", [action for action, role in REQUIRED_ROLE.items() if role > Role.GUEST])
def test_a_refusal_names_the_role_it_takes_and_who_can_give_it(action: Action) -> None:
    needed = REQUIRED_ROLE[action]

    said = texts.refused(action, needed, Role.GUEST)

    assert f"*{texts.ROLES[needed].lower()}*" in said
    assert texts.ACTIONS[action] in said
    assert "`/pms team`" in said


def test_steps_are_counted_to_five() -> None:
    """In words and as a bar that grows by a fifth."""
    assert [texts.step_title(number) for number in range(1, 6)] == [
        "Step 1 of 5 · Choose",
        "Step 2 of 5 · Credentials",
        "Step 3 of 5 · Test",
        "Step 4 of 5 · Review",
        "Step 5 of 5 · Done",
    ]
    assert [texts.progress_bar(number) for number in (1, 3, 5)] == [
        "▰▱▱▱▱  20 %",
        "▰▰▰▱▱  60 %",
        "▰▰▰▰▰  100 %",
    ]


def test_the_help_and_the_manifest_name_the_same_words() -> None:
    """Whoever reads one finds the other to be true."""
    helped = [match[1] for line in texts.HELP_LINES if (match := re.match(rf"`{COMMAND} ?(\w*)`", line))]
    hinted = re.findall(r"\w+", manifest()["features"]["slash_commands"][0]["usage_hint"])

    assert len(helped) == len(texts.HELP_LINES)
    assert [word for word in helped if word] == hinted


@pytest.mark.parametrize("module", [texts, sync_texts, record_texts, outbound_texts])
def test_every_text_is_said_somewhere(module: ModuleType) -> None:
    """What nobody says any more is taken out."""
    bot = FILE.parent / "bot"
    name = module.__name__.rpartition(".")[2]
    own = ast.parse((bot / f"{name}.py").read_text("utf-8"))
    defined = {name for name in vars(module) if re.fullmatch("[A-Z_]+", name)}
    within = {
        node.id for node in ast.walk(own) if isinstance(node, ast.Name) and isinstance(node.ctx, ast.Load)
    }
    others = "\n".join(
        path.read_text("utf-8") for path in bot.rglob("*.py") if "playground" not in path.parts
    )
    without = set(re.findall(rf"\b{name}\.([A-Z_]+)\b", others))

    assert defined - within - without == set()
