"""Mews has two of everything: a demo and a production that know nothing of each other's tokens."""

import re
from dataclasses import replace
from typing import Final

import pytest

from core.domain.errors import CredentialsRefusedError
from core.domain.secret import Secret
from core.pms.vendors.mews.environments import PUBLISHED, is_published, mix_up
from core.pms.vendors.mews.line import MewsLine
from core.pms.vendors.mews.wire import CONFIGURATION, Tokens
from tests.core.pms.vendors.mews.scripted import ScriptedClient, access_to, refusal
from tests.shared import shared_file

DEMO: Final = "https://api.mews-demo.com/api/connector/v1/"
PRODUCTION: Final = "https://api.mews.com/api/connector/v1/"
OWN: Final = "A" * 32 + "-" + "B" * 31


def published() -> list[str]:
    """Return the tokens that Mews publishes for its demo."""
    facts = shared_file("vendors/FACTS-opera-mews.md").read_text(encoding="utf-8")
    listed = facts.partition("**Public demo tokens**")[2].partition("The getting-started page")[0]
    return re.findall(r"\b[0-9A-F]{32}-[0-9A-F]{31}\b", listed)


def test_every_published_token_is_known_and_nothing_else_is() -> None:
    tokens = published()
    assert {is_published(token) for token in tokens} == {True}
    assert is_published(f" {tokens[0].lower()}\n")
    assert len(set(tokens)) == len(PUBLISHED)
    assert not is_published(OWN)


@pytest.mark.parametrize(
    ("client", "access", "base", "code"),
    [
        ("demo", "demo", PRODUCTION, "mews.demo_token"),
        ("own", "demo", PRODUCTION, "mews.demo_token"),
        ("demo", "own", PRODUCTION, "mews.demo_token"),
        ("own", "own", PRODUCTION, None),
        ("own", "own", DEMO, "mews.demo_environment"),
        ("demo", "own", DEMO, "mews.demo_environment"),
        ("demo", "demo", DEMO, None),
    ],
)
def test_tokens_of_one_environment_at_the_other_are_named(
    client: str, access: str, base: str, code: str | None
) -> None:
    texts = {"own": OWN, "demo": published()[0]}
    assert mix_up(Tokens(Secret(texts[client]), Secret(texts[access])), base) == code


async def test_a_refused_demo_token_is_named_as_one() -> None:
    """And still is a refusal: its kind does not change."""
    access = access_to(ScriptedClient(refusal(401)))
    line = MewsLine(replace(access, secrets={**access.secrets, "access_token": Secret(published()[1])}))
    with pytest.raises(CredentialsRefusedError) as caught:
        await line.ask(CONFIGURATION)
    assert (caught.value.code, caught.value.details) == ("mews.demo_token", {"status": "401"})
