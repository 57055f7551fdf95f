"""Modals: drawn, refused, replaced, closed; what was typed is kept for the person and for nobody else."""

import re
from collections.abc import AsyncIterator

import pytest
import pytest_asyncio
from playwright.async_api import Browser, Locator, expect

from tests.browser.chromium import opened
from tests.browser.gallery import NEXT, actions, section
from tests.browser.gallery import field as input_block
from tests.browser.workspace import Workspace, message, modal

pytestmark = [pytest.mark.browser, pytest.mark.asyncio(loop_scope="session")]


@pytest_asyncio.fixture(loop_scope="session")
async def workspace(browser: Browser) -> AsyncIterator[Workspace]:
    """The page with an open modal, whose opener had the focus."""
    async with opened(browser) as page:
        workspace = await Workspace.open(page)
        await page.get_by_role("button", name="1 reply").focus()
        workspace.tell_modal(modal())
        await expect(_dialog(workspace)).to_be_visible()
        yield workspace


def _dialog(workspace: Workspace) -> Locator:
    return workspace.page.get_by_test_id("modal")


async def test_focus_goes_in_stays_in_and_comes_back(workspace: Workspace) -> None:
    """The first field has the focus, Tab never leaves the dialog, and closing returns to the opener."""
    page, dialog = workspace.page, _dialog(workspace)
    await expect(dialog).to_have_accessible_name("Credentials")
    await expect(dialog.get_by_label("API key")).to_be_focused()
    for _ in range(12):
        await page.keyboard.press("Tab")
        inside = (
            "() => document.activeElement === document.body || !!document.activeElement.closest('dialog')"
        )
        assert await page.evaluate(inside)
    workspace.tell_modal(None)
    await expect(dialog).to_have_count(0)
    await expect(page.get_by_role("button", name="1 reply")).to_be_focused()


async def test_refusals_stand_under_their_fields_and_typing_stays(workspace: Workspace) -> None:
    """The server's errors mark the field and take the focus there; nothing typed is lost."""
    page, dialog = workspace.page, _dialog(workspace)
    await dialog.get_by_label("Version").fill("v2")
    workspace.answers["submit"] = (422, {"errors": {"API key": "Please fill in this field."}})
    await dialog.get_by_label("Version").press("Enter")
    box = dialog.get_by_label("API key")
    await expect(box).to_have_accessible_description("Please fill in this field.")
    await expect(box).to_be_focused()
    await expect(dialog.get_by_label("Version")).to_have_value("v2")
    await box.fill("secret")
    await dialog.get_by_role("button", name="Save").click()
    await expect(box).to_have_accessible_description("")
    assert [body["state"] for body in workspace.posted("submit")] == [
        {"API key": {"v": ""}, "Version": {"v": "v2"}},
        {"API key": {"v": "secret"}, "Version": {"v": "v2"}},
    ]
    await expect(page.get_by_role("alert")).to_have_count(0)


async def test_an_app_that_does_not_answer_is_told_inside(workspace: Workspace) -> None:
    """A 504 becomes a red line that stays whatever else happens, and the modal can be sent again."""
    dialog = _dialog(workspace)
    workspace.answers["submit"] = (504, {"error": "Innkeeper did not answer in time."})
    await dialog.get_by_role("button", name="Save").click()
    await expect(dialog.get_by_role("alert")).to_contain_text("did not answer in time")
    workspace.tell_message("C0GEN", message(-5, "U0BEN", "Something else"))
    await expect(workspace.page.locator(".place.unread")).to_have_count(1)
    await expect(dialog.get_by_role("alert")).to_contain_text("did not answer in time")
    await expect(dialog.get_by_role("button", name="Save")).not_to_have_attribute("aria-busy", "true")


async def test_escape_asks_before_it_throws_away_what_was_typed(workspace: Workspace) -> None:
    """Untouched, Escape closes; touched, it asks; Cancel closes at once."""
    page, dialog = workspace.page, _dialog(workspace)
    await dialog.get_by_label("API key").fill("secret")
    await page.keyboard.press("Escape")
    question = page.get_by_role("alertdialog", name="Throw away what you typed?")
    await question.get_by_role("button", name="Keep typing").click()
    await expect(dialog.get_by_label("API key")).to_have_value("secret")
    assert workspace.posted("close") == []
    await page.keyboard.press("Escape")
    await question.get_by_role("button", name="Throw away").click()
    await expect(question).to_have_count(0)
    await dialog.get_by_role("button", name="Cancel").click()
    await workspace.until_posted("close", [{"view_id": "V1"}, {"view_id": "V1"}])


async def test_a_pushed_view_gives_back_what_lay_under_it(workspace: Workspace) -> None:
    """Typing in the lower view is there again after the upper one closed; the upper one's is forgotten."""
    dialog = _dialog(workspace)
    await dialog.get_by_label("API key").fill("lower")
    workspace.tell_modal(modal("V2", title="Details"), depth=2)
    await expect(dialog.get_by_role("heading", name="Details")).to_be_visible()
    await expect(dialog.get_by_label("API key")).to_have_value("")
    await dialog.get_by_label("API key").fill("upper")
    workspace.tell_modal(modal(), depth=1)
    await expect(dialog.get_by_role("heading", name="Credentials")).to_be_visible()
    await expect(dialog.get_by_label("API key")).to_have_value("lower")
    workspace.tell_modal(modal("V2", title="Details"), depth=2)
    await expect(dialog.get_by_role("heading", name="Details")).to_be_visible()
    await expect(dialog.get_by_label("API key")).to_have_value("")


async def test_an_update_changes_the_view_in_place(workspace: Workspace) -> None:
    """New blocks come in around the field a person types in; a secret whose field went does not return."""
    dialog = _dialog(workspace)
    box = dialog.get_by_label("API key")
    await box.fill("secret")
    key = modal()["blocks"][0]
    workspace.tell_modal(modal(hash="2", blocks=[section("Checking…", "c"), key]))
    await expect(dialog.get_by_text("Checking…")).to_be_visible()
    await expect(box).to_be_focused()
    await expect(box).to_have_value("secret")
    workspace.tell_modal(modal(hash="3", blocks=[section("Checking…", "c")], submit=None))
    await expect(box).to_have_count(0)
    await expect(dialog.get_by_role("button", name="Save")).to_have_count(0)
    workspace.tell_modal(modal(hash="4"))
    await expect(box).to_have_value("")


async def test_controls_in_a_modal_send_the_whole_state(workspace: Workspace) -> None:
    """A click inside tells which view, and what is typed so far."""
    dialog = _dialog(workspace)
    blocks = [input_block("API key", {"type": "plain_text_input"}), actions(NEXT)]
    workspace.tell_modal(modal(hash="2", blocks=blocks))
    await dialog.get_by_label("API key").fill("abc")
    await dialog.get_by_role("button", name="Next").click()
    await expect(dialog.get_by_role("button", name="Next")).not_to_have_attribute("aria-busy", "true")
    (act,) = workspace.posted("act")
    assert act["container"] == {"type": "view", "view_id": "V1"}
    assert act["state"] == {"API key": {"v": "abc"}}


async def test_the_red_line_of_a_silent_app_stands_in_the_modal(workspace: Workspace) -> None:
    """A problem with the view is shown in it, not in a corner behind it."""
    workspace.tell(type="problem", where="view", text="Innkeeper did not answer in time.")
    await expect(_dialog(workspace).get_by_role("alert")).to_have_text(re.compile("did not answer"))
