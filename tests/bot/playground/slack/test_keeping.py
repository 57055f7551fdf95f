"""A playground that is started again goes on where it was."""

from pathlib import Path

import aiohttp

from bot.playground.slack.server import create_standin, standin_of
from bot.playground.slack.serving import serve
from tests.bot.playground.slack.block_samples import entry, modal, section
from tests.bot.playground.slack.tiny_bot import client_for
from tests.scenarios.people import meeting

DESK = "C0FRONTDESK"


async def test_everything_but_the_fleeting_is_there_again(tmp_path: Path) -> None:
    """Messages, homes, open modals, memberships and tokens stay; ephemeral messages and typed text do not."""
    file = tmp_path / "kept" / "playground.json"
    async with serve(app := create_standin(persist=file)) as base_url:
        standin, client = standin_of(app), client_for(base_url)
        await client.chat_postMessage(channel=DESK, text="kept")
        await client.chat_postEphemeral(channel=DESK, user="U0ADA", text="gone")
        await client.views_publish(user_id="U0ADA", view={"type": "home", "blocks": [section("Home")]})
        trigger_id = standin.tickets.trigger("T0INN", "U0ADA")
        await client.views_open(trigger_id=trigger_id, view=modal(entry(block_id="b")))
        standin.world.people["U0BEN"].deleted = True
        standin.uninstall("T0SEA")
        before = standin.world.save()
    async with serve(app := create_standin(persist=file)) as base_url, meeting(base_url) as meet:
        assert standin_of(app).world.save() == before
        ada = await meet("Ada")
        assert ada.can_see("kept")
        assert ada.can_see("Home")
        assert not ada.can_see("gone")
        assert (await ada.modal())["title"] == "Title"
        assert standin_of(app).world.installation("T0SEA") is None


async def test_changes_are_written_while_it_runs(tmp_path: Path) -> None:
    """A crash loses a moment, not a day."""
    file = tmp_path / "playground.json"
    async with (
        serve(app := create_standin(persist=file)) as base_url,
        aiohttp.ClientSession(base_url) as session,
    ):
        body = {"team": "T0INN", "user": "U0ADA", "channel": DESK, "text": "written soon"}
        async with session.post("/ui/api/say", json=body, headers={"X-Playground": "1"}) as answer:
            assert answer.status == 200
        await standin_of(app).wait_until(lambda: file.exists() and "written soon" in file.read_text())
    assert [path.name for path in tmp_path.iterdir()] == ["playground.json"]


async def test_an_unreadable_file_is_a_fresh_start(tmp_path: Path) -> None:
    """What cannot be understood is not guessed at."""
    for text in ("{", '{"version": 99}'):
        file = tmp_path / "playground.json"
        file.write_text(text)
        async with serve(app := create_standin(persist=file)):
            assert standin_of(app).world.messages == {}
