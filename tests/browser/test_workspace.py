"""The playground's page as a person uses it, over a made-up server."""

import re
from collections.abc import AsyncIterator

import pytest
import pytest_asyncio
from playwright.async_api import Browser, expect

from tests.browser.chromium import ORIGIN, opened
from tests.browser.gallery import NEXT, actions, section
from tests.browser.workspace import NOW, ROOT, Workspace, message

pytestmark = [pytest.mark.browser, pytest.mark.asyncio(loop_scope="session")]


@pytest_asyncio.fixture(loop_scope="session")
async def workspace(browser: Browser) -> AsyncIterator[Workspace]:
    """The page, wide, at the app's Messages tab."""
    async with opened(browser) as page:
        yield await Workspace.open(page)


async def test_an_address_leads_to_its_place_and_survives_a_reload(browser: Browser) -> None:
    """A channel in the address opens, and again after a reload; an unknown one leads to the app."""
    async with opened(browser) as page:
        workspace = await Workspace.open(page, "C0GEN")
        heading = page.get_by_role("heading", level=1)
        await expect(heading).to_have_text("general")
        await page.reload()
        await expect(heading).to_have_text("general")
        await page.goto("/#/T0INN/U0ADA/C0NOWHERE")
        await expect(heading).to_contain_text("Innkeeper")
        await workspace.until_posted("home", [{"tab": "messages"}])


async def test_commands_and_people_are_offered_and_enter_sends(workspace: Workspace) -> None:
    """`/` offers the app's command, `@` people; a whole word needs no offer; Shift+Enter breaks the line."""
    page = workspace.page
    box = page.get_by_label("Message Innkeeper")
    await box.press_sequentially("/p")
    await expect(page.get_by_role("option").locator("strong")).to_have_text(["/pms"])
    await box.press("Enter")
    await expect(box).to_have_value("/pms ")
    await box.press_sequentially("connect")
    await box.press("Enter")
    await box.press_sequentially("Hi @ben")
    await page.get_by_role("option", name="@Ben Okafor").click()
    await box.press("Shift+Enter")
    await box.press_sequentially("bye")
    await box.press("Enter")
    await expect(box).to_have_value("")
    assert workspace.posted("say") == [
        {"channel": "D0ADA", "text": "/pms connect"},
        {"channel": "D0ADA", "text": "Hi @Ben Okafor \nbye"},
    ]


async def test_what_was_not_sent_comes_back(workspace: Workspace) -> None:
    """When the server refuses, the text is in the box again and the reason is said."""
    page = workspace.page
    workspace.answers["say"] = (404, {"error": "You are not in this channel."})
    box = page.get_by_label("Message Innkeeper")
    await box.fill("important")
    await box.press("Enter")
    await expect(page.get_by_role("alert")).to_contain_text("You are not in this channel.")
    await expect(box).to_have_value("important")


async def test_live_messages_leave_typing_scrolling_and_neighbours_alone(workspace: Workspace) -> None:
    """A new message and a changed one arrive while a person types: nothing of theirs moves or is lost."""
    page = workspace.page
    box = page.get_by_label("Message Innkeeper")
    await box.fill("half a sent")
    await box.evaluate("(node) => node.setSelectionRange(4, 4)")
    first = page.get_by_test_id("message").first
    await first.evaluate("(node) => (node.known = true)")
    workspace.tell_message("D0ADA", message(1, "U0APP", "*New* one"))
    workspace.tell_message("D0ADA", message(ROOT, "U0ADA", "/pms connect now", edited=True))
    await expect(first).to_contain_text("/pms connect now")
    await expect(first).to_contain_text("edited")
    await expect(page.get_by_test_id("message").last.locator("strong", has_text="New")).to_be_visible()
    assert await first.evaluate("(node) => node.known") is True
    await expect(box).to_be_focused()
    assert await box.evaluate("(node) => [node.value, node.selectionStart]") == ["half a sent", 4]


async def test_ephemeral_messages_say_so_and_deleted_ones_go(workspace: Workspace) -> None:
    """An ephemeral message is marked and offers no thread."""
    page = workspace.page
    private = message(1, "U0APP", "Between us", ephemeral=True, only_for="U0ADA")
    workspace.tell_message("D0ADA", private)
    shown = page.get_by_test_id("message").filter(has_text="Between us")
    await expect(shown).to_contain_text("Only visible to you")
    await expect(shown.get_by_role("button", name="Reply in thread")).to_have_count(0)
    workspace.tell(type="message_deleted", channel="D0ADA", ts=private["ts"])
    await expect(shown).to_have_count(0)


async def test_a_thread_opens_beside_and_takes_replies(workspace: Workspace) -> None:
    """The summary opens the pane with root and replies; a reply goes into the thread; Escape goes back."""
    page = workspace.page
    await page.get_by_role("button", name="1 reply").click()
    thread = page.get_by_role("region", name="Thread")
    await expect(thread.get_by_test_id("message")).to_have_count(2)
    await expect(page).to_have_url(re.compile(re.escape(ROOT)))
    box = thread.get_by_label("Reply in this thread")
    await expect(box).to_be_focused()
    await box.fill("we use Mews")
    await box.press("Enter")
    workspace.tell_message("D0ADA", message(1, "U0APP", "Mews it is", thread_ts=ROOT))
    await expect(thread.get_by_test_id("message")).to_have_count(3)
    await box.press("Escape")
    await expect(thread).to_be_hidden()
    await expect(page.get_by_role("button", name="2 replies")).to_be_focused()
    await workspace.until_posted("say", [{"channel": "D0ADA", "text": "we use Mews", "thread_ts": ROOT}])


async def test_permalinks_lead_to_their_message(workspace: Workspace) -> None:
    """A link or a button that names a message of this workspace goes there instead of opening a window."""
    page = workspace.page
    address = f"{ORIGIN}/archives/D0ADA/p{ROOT.replace('.', '')}"
    blocks = [section(f"See <{address}|the start>", "l"), actions({**NEXT, "url": address}, block_id="a")]
    workspace.tell_message("D0ADA", message(1, "U0APP", "Look", blocks=blocks))
    thread = page.get_by_role("region", name="Thread")
    for opener in (page.get_by_role("link", name="the start"), page.get_by_role("button", name="Next")):
        await opener.click()
        await expect(thread.get_by_test_id("message")).to_have_count(2)
        await thread.get_by_role("button", name="Leave thread").click()
        await expect(thread).to_be_hidden()
    assert len(page.context.pages) == 1


async def test_a_click_tells_where_it_was(workspace: Workspace) -> None:
    """A button in a message names message, block and action; a stale one is explained."""
    page = workspace.page
    await page.get_by_role("button", name="1 reply").click()
    workspace.answers["act"] = (409, {"error": "This message has changed."})
    await page.get_by_role("button", name="Next").click()
    await expect(page.get_by_role("alert")).to_contain_text("This message has changed.")
    ts = f"{NOW - 299:.6f}"
    container = {"type": "message", "channel": "D0ADA", "ts": ts}
    assert workspace.posted("act") == [
        {"container": container, "block_id": "s2", "action_id": "go", "value": {}}
    ]


async def test_the_server_turns_the_spinner(workspace: Workspace) -> None:
    """A control spins from when the app is asked until it has answered."""
    page = workspace.page
    await page.get_by_role("button", name="1 reply").click()
    button = page.get_by_role("button", name="Next")
    what = {
        "type": "message",
        "channel": "D0ADA",
        "ts": f"{NOW - 299:.6f}",
        "block_id": "s2",
        "action_id": "go",
    }
    workspace.tell(type="busy", what=what, busy=True)
    await expect(button).to_have_attribute("aria-busy", "true")
    workspace.tell(type="busy", what=what, busy=False)
    await expect(button).not_to_have_attribute("aria-busy", "true")


async def test_unread_marks_come_and_go(workspace: Workspace) -> None:
    """What arrives elsewhere is counted at its place and read aloud; looking there reads it."""
    page = workspace.page
    place = page.get_by_role("link", name="general")
    await expect(place).to_have_accessible_name("general")
    workspace.tell_message("C0GEN", message(-5, "U0BEN", "Lift is broken"))
    await expect(place).to_have_accessible_name("general 1 new")
    await expect(page.get_by_text("New message in #general")).to_be_attached()
    await place.click()
    await expect(place).to_have_accessible_name("general")


async def test_home_and_messages_are_told_to_the_app(workspace: Workspace) -> None:
    """Opening a tab tells the server; Home shows what the app publishes, in place."""
    page = workspace.page
    await page.get_by_role("tab", name="Home").click()
    await expect(page.get_by_role("heading", name="Good day, Ada")).to_be_visible()
    workspace.tell(type="home", blocks=[section("17 arrivals"), actions(NEXT, block_id="a")])
    await expect(page.get_by_test_id("home")).to_contain_text("17 arrivals")
    await page.get_by_role("button", name="Next").click()
    await page.get_by_role("tab", name="Home").press("ArrowRight")
    await expect(page.get_by_label("Message Innkeeper")).to_be_visible()
    await workspace.until_posted("home", [{"tab": "messages"}, {"tab": "home"}, {"tab": "messages"}])
    assert workspace.posted("act")[0]["container"] == {"type": "home"}


async def test_one_becomes_another_person(workspace: Workspace) -> None:
    """The switcher names everybody with their role; choosing one loads the page anew as them."""
    page = workspace.page
    switcher = page.get_by_test_id("person-switcher")
    await expect(switcher).to_have_accessible_name(
        re.compile("You are: Ada Lindqvist ?General manager ?Owner")
    )
    await switcher.click()
    names = await page.get_by_role("menuitem").locator(".member-name").all_inner_texts()
    assert [name.split("\n")[0] for name in names] == ["Ada Lindqvist", "Ben Okafor", "Dev Patel"]
    await expect(page.get_by_role("menuitem", name="Dev Patel")).to_contain_text("Single-channel guest")
    await page.keyboard.press("ArrowDown")
    await page.keyboard.press("Enter")
    await expect(page).to_have_url(re.compile("#/T0INN/U0BEN/messages$"))
    await expect(switcher).to_contain_text("Ben Okafor")
    assert workspace.seen == ["U0ADA", "U0BEN"]


async def test_the_app_and_others_are_added_to_a_channel(workspace: Workspace) -> None:
    """A channel without the app offers to add it; /invite brings anybody."""
    page = workspace.page
    await page.get_by_role("link", name="managers").click()
    await page.get_by_role("button", name="Add Innkeeper").click()
    box = page.get_by_label("Message #managers")
    await box.fill("/invite @Dev Patel")
    await box.press("Enter")
    await expect(box).to_have_value("")
    await box.fill("/invite @Nobody")
    await box.press("Enter")
    await expect(page.get_by_role("alert")).to_contain_text("nobody called Nobody")
    assert workspace.posted("invite") == [
        {"channel": "C0MAN", "member": "app"},
        {"channel": "C0MAN", "member": "U0DEV"},
    ]
