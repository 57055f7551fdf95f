"""Triggers, stacks and hashes: a modal opens once, in time, and nobody overwrites what they have not seen."""

from typing import Any

import pytest

from bot.playground.slack.standin import Standin
from tests.bot.playground.slack.block_samples import button, entry, modal, section
from tests.bot.playground.slack.block_samples import plain as plain_text
from tests.bot.playground.slack.conftest import Api
from tests.clock import FakeClock

HOME = {"type": "home", "blocks": [section()]}


def trigger(standin: Standin, user: str = "U0ADA") -> str:
    """Return a fresh trigger of a person in the first hotel."""
    return standin.tickets.trigger("T0INN", user)


async def test_a_trigger_opens_one_modal(api: Api, standin: Standin) -> None:
    """The second use is told from a stranger's guess."""
    trigger_id = trigger(standin)
    opened = await api("views.open", trigger_id=trigger_id, view=modal(section(), callback_id="c"))
    assert (opened["view"]["callback_id"], opened["view"]["app_installed_team_id"]) == ("c", "T0INN")
    again = await api("views.open", trigger_id=trigger_id, view=modal(section()))
    guessed = await api("views.open", trigger_id="1.2.3", view=modal(section()))
    assert (again["error"], guessed["error"]) == ("exchanged_trigger_id", "invalid_trigger_id")


async def test_a_trigger_lives_three_seconds(api: Api, standin: Standin, hour: FakeClock) -> None:
    """After three seconds it is expired, not invalid."""
    first, second = trigger(standin), trigger(standin)
    hour.advance(2.9)
    assert (await api("views.open", trigger_id=first, view=modal(section())))["ok"]
    hour.advance(0.2)
    late = await api("views.open", trigger_id=second, view=modal(section()))
    assert late["error"] == "expired_trigger_id"


async def test_a_refused_view_does_not_use_the_trigger_up(api: Api, standin: Standin) -> None:
    """What is wrong with the view is found first."""
    trigger_id = trigger(standin)
    refused = await api("views.open", trigger_id=trigger_id, view=modal(title=plain_text("a" * 25)))
    assert refused["error"] == "invalid_arguments"
    assert refused["response_metadata"]["messages"] == [
        "[ERROR] must be less than 25 characters [json-pointer:/view/title/text]"
    ]
    assert (await api("views.open", trigger_id=trigger_id, view=modal(section())))["ok"]


async def test_three_modals_may_be_stacked(api: Api, standin: Standin) -> None:
    """A fourth is refused; pushing needs something to push onto."""
    early = await api("views.push", trigger_id=trigger(standin), view=modal(section()))
    assert early["error"] == "not_found"
    root = (await api("views.open", trigger_id=trigger(standin), view=modal(section())))["view"]
    second = (await api("views.push", trigger_id=trigger(standin), view=modal(section())))["view"]
    third = (await api("views.push", trigger_id=trigger(standin), view=modal(section())))["view"]
    assert (second["previous_view_id"], third["previous_view_id"]) == (root["id"], second["id"])
    assert third["root_view_id"] == root["id"]
    fourth = await api("views.push", trigger_id=trigger(standin), view=modal(section()))
    assert fourth["error"] == "push_limit_reached"


async def test_a_stale_hash_conflicts(api: Api, standin: Standin) -> None:
    """With the last hash an update goes through once; without a hash always; an empty one never."""
    view = (await api("views.open", trigger_id=trigger(standin), view=modal(section())))["view"]
    update = {"view_id": view["id"], "view": modal(section("B"))}
    assert (await api("views.update", hash=view["hash"], **update))["ok"]
    assert (await api("views.update", hash=view["hash"], **update))["error"] == "hash_conflict"
    assert (await api("views.update", hash="", **update))["error"] == "hash_conflict"
    assert (await api("views.update", **update))["ok"]


async def test_the_home_has_a_hash_too(api: Api, standin: Standin) -> None:
    """views.publish conflicts in the same way, and takes homes only."""
    first = (await api("views.publish", user_id="U0ADA", view=HOME))["view"]
    assert (await api("views.publish", user_id="U0ADA", view=HOME, hash=first["hash"]))["ok"]
    stale = await api("views.publish", user_id="U0ADA", view=HOME, hash=first["hash"])
    assert stale["error"] == "hash_conflict"
    assert (await api("views.publish", user_id="U0ADA", view=modal(section())))[
        "error"
    ] == "invalid_arguments"
    assert (await api("views.publish", user_id="U0FINN", view=HOME))["error"] == "invalid_arguments"


async def test_typed_values_stay_where_the_ids_stay(api: Api, standin: Standin) -> None:
    """An update keeps what was typed under the same block_id and action_id, and drops the rest."""
    field = {"type": "plain_text_input", "action_id": "a"}
    blocks = [entry(field, block_id="stays"), entry(field, block_id="goes")]
    view = (await api("views.open", trigger_id=trigger(standin), view=modal(*blocks)))["view"]
    (opened,) = standin.modals.stack("U0ADA")
    for name in ("stays", "goes"):
        opened.values[name]["a"]["value"] = "typed"
    renewed = [entry(field, block_id="stays"), entry(field, block_id="new")]
    updated = await api("views.update", view_id=view["id"], view=modal(*renewed))
    assert updated["view"]["state"]["values"] == {
        "stays": {"a": {"type": "plain_text_input", "value": "typed"}},
        "new": {"a": {"type": "plain_text_input", "value": None}},
    }


async def test_a_view_is_found_by_the_app_s_own_id(api: Api, standin: Standin) -> None:
    """external_id is unique while the modal is open."""
    view = modal(section(), external_id="one")
    await api("views.open", trigger_id=trigger(standin), view=view)
    assert (await api("views.update", external_id="one", view=view))["ok"]
    twice = await api("views.open", trigger_id=trigger(standin, "U0BEN"), view=view)
    assert twice["error"] == "duplicate_external_id"
    standin.modals.clear("U0ADA")
    assert (await api("views.update", external_id="one", view=view))["error"] == "not_found"


@pytest.mark.parametrize(
    ("view", "error"),
    [
        (None, "invalid_arguments"),
        (HOME, "invalid_arguments"),
        (modal(*(section("ä" * 3000) for _ in range(50))), "view_too_large"),
        (modal({"type": "markdown", "text": "a"}), "invalid_arguments"),
        (modal(entry(button())), "invalid_arguments"),
    ],
)
async def test_a_view_that_cannot_be_is_refused(api: Api, standin: Standin, view: Any, error: str) -> None:
    """Slack's word says why."""
    assert (await api("views.open", trigger_id=trigger(standin), view=view))["error"] == error


async def test_another_workspace_s_triggers_and_views_are_not_there(api: Api, standin: Standin) -> None:
    """A token opens and updates its own workspace's modals only."""
    trigger_id = standin.tickets.trigger("T0SEA", "U0FINN")
    opened = await api("views.open", trigger_id=trigger_id, view=modal(section()))
    assert opened["error"] == "invalid_trigger_id"
    view = standin.modals.open("T0SEA", "U0FINN", modal(section()))
    refused = await api("views.update", view_id=view.id, view=modal(section()))
    assert refused["error"] == "not_found"
