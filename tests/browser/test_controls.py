"""What people do with blocks: press, choose, type, be asked; and what stays when blocks change."""

import pytest
from playwright.async_api import expect

from tests.browser.gallery import CITIES, NEXT, Gallery, Json, actions, field, option, plain, section

pytestmark = [pytest.mark.browser, pytest.mark.asyncio(loop_scope="session")]


async def test_controls_say_what_was_chosen(gallery: Gallery) -> None:
    """Every kind of control sends its own form of value, with the ids it was given."""
    kinds: list[Json] = [
        {"type": "static_select", "action_id": "city", "placeholder": plain("City"), "options": CITIES},
        {"type": "users_select", "action_id": "who", "placeholder": plain("Who")},
        {"type": "channels_select", "action_id": "where", "placeholder": plain("Where")},
        {"type": "radio_buttons", "action_id": "one", "options": CITIES},
        {"type": "overflow", "action_id": "more", "options": [option("Copy", "copy")]},
        {"type": "datepicker", "action_id": "day"},
    ]
    frame = await gallery.draw(actions(NEXT, *kinds))
    await frame.get_by_role("button", name="Next").click()
    await frame.get_by_label("City").select_option(label="Rome")
    await frame.get_by_label("Who").select_option(label="Ben Okafor")
    await frame.get_by_label("Where").select_option(label="#managers")
    await frame.get_by_role("radio", name="Oslo").check()
    await frame.get_by_role("button", name="More actions").click()
    await gallery.page.get_by_role("menuitem", name="Copy").click()
    await frame.locator("input[type=date]").fill("2026-11-22")
    sent = [(act["action_id"], act["value"]) for act in await gallery.acts()]
    assert sent == [
        ("go", {}),
        ("city", {"selected": "r"}),
        ("who", {"selected": "U0BEN"}),
        ("where", {"selected": "C0MANAGERS"}),
        ("one", {"selected": "o"}),
        ("more", {"selected": "copy"}),
        ("day", {"selected": "2026-11-22"}),
    ]


async def test_several_choices_travel_together(gallery: Gallery) -> None:
    """Checkboxes and multi-selects send all that is chosen now."""
    several = {
        "type": "multi_static_select",
        "action_id": "many",
        "placeholder": plain("Cities"),
        "options": CITIES,
    }
    frame = await gallery.draw(
        actions({"type": "checkboxes", "action_id": "sure", "options": CITIES}),
        section("x", "c") | {"accessory": several},
    )
    await frame.get_by_role("checkbox", name="Rome").check()
    await frame.locator("summary").click()
    await frame.locator("details").get_by_role("checkbox", name="Oslo").check()
    await frame.locator("details").get_by_role("checkbox", name="Rome").check()
    values = [act["value"]["selected"] for act in await gallery.acts()]
    assert values == [["r"], ["o"], ["o", "r"]]


async def test_a_confirm_dialog_stands_before_the_act(gallery: Gallery) -> None:
    """Denying and Escape send nothing and bring the focus back; agreeing sends."""
    confirm = {
        "title": plain("Disconnect?"),
        "text": plain("Sync stops."),
        "confirm": plain("Disconnect now"),
        "deny": plain("Keep it"),
        "style": "danger",
    }
    frame = await gallery.draw(actions({**NEXT, "confirm": confirm}))
    button = frame.get_by_role("button", name="Next")
    for leave in ("click", "escape"):
        await button.click()
        dialog = gallery.page.get_by_role("alertdialog", name="Disconnect?")
        await (
            dialog.get_by_role("button", name="Keep it").click()
            if leave == "click"
            else gallery.page.keyboard.press("Escape")
        )
        await expect(dialog).to_have_count(0)
        await expect(button).to_be_focused()
    assert await gallery.acts() == []
    await button.click()
    await gallery.page.get_by_role("button", name="Disconnect now").click()
    assert [act["action_id"] for act in await gallery.acts()] == ["go"]


async def test_an_address_opens_and_is_told(gallery: Gallery) -> None:
    """A button with an address opens it and tells the app; one with a script's address only tells."""
    await gallery.page.evaluate(
        "() => { window.opened = []; window.open = (...given) => window.opened.push(given[0]); }"
    )
    good, bad = (
        {**NEXT, "url": "https://a.example/x"},
        {**NEXT, "action_id": "bad", "text": plain("Bad"), "url": "javascript:1"},
    )
    frame = await gallery.draw(actions(good, bad))
    await frame.get_by_role("button", name="Next").click()
    await frame.get_by_role("button", name="Bad").click()
    assert [act["action_id"] for act in await gallery.acts()] == ["go", "bad"]
    assert await gallery.page.evaluate("window.opened") == ["https://a.example/x"]


async def test_feedback_stays_pressed(gallery: Gallery) -> None:
    """The chosen feedback button shows that it was chosen."""
    pair = {
        "type": "feedback_buttons",
        "action_id": "f",
        "positive_button": {"text": plain("Good"), "value": "+"},
        "negative_button": {"text": plain("Bad"), "value": "-"},
    }
    frame = await gallery.draw({"type": "context_actions", "block_id": "b", "elements": [pair]})
    await frame.get_by_role("button", name="Bad").click()
    await expect(frame.get_by_role("button", name="Bad")).to_have_attribute("aria-pressed", "true")
    assert [act["value"] for act in await gallery.acts()] == [{"selected": "-"}]


async def test_a_form_reads_back_what_was_typed(gallery: Gallery) -> None:
    """Labels find their fields by their exact words; empty choices are left out, empty texts are empty."""
    frame = await gallery.draw(
        field("API key", {"type": "plain_text_input"}),
        field(
            "Endpoint URL", {"type": "url_text_input", "initial_value": "https://a.example"}, optional=True
        ),
        field("Rooms", {"type": "number_input", "is_decimal_allowed": False}),
        field("City", {"type": "static_select", "options": CITIES, "initial_option": CITIES[0]}),
        field("Colleague", {"type": "users_select"}),
        field("Cities", {"type": "checkboxes", "options": CITIES}),
        field("Speed", {"type": "radio_buttons", "options": [option("Fast", "f")]}),
    )
    await frame.get_by_label("API key", exact=True).fill("abc")
    await frame.get_by_label("Rooms", exact=True).fill("many")
    await frame.get_by_role("group", name="Cities").get_by_label("Rome").check()
    await frame.get_by_role("radiogroup", name="Speed").get_by_label("Fast").check()
    assert await gallery.state() == {
        "API key": {"v": "abc"},
        "Endpoint URL": {"v": "https://a.example"},
        "Rooms": {"v": "many"},
        "City": {"v": "o"},
        "Cities": {"v": ["r"]},
        "Speed": {"v": "f"},
    }
    assert await gallery.acts() == []


async def test_inputs_tell_at_once_only_where_they_are_asked_to(gallery: Gallery) -> None:
    """dispatch_action sends on Enter, and a choice when it is made."""
    frame = await gallery.draw(
        field("Search", {"type": "plain_text_input"}, dispatch_action=True),
        field("City", {"type": "static_select", "options": CITIES}, dispatch_action=True),
    )
    await frame.get_by_label("Search").fill("mews")
    await frame.get_by_label("Search").press("Enter")
    await frame.get_by_label("City").select_option("r")
    assert [(act["block_id"], act["value"]) for act in await gallery.acts()] == [
        ("Search", {"text": "mews"}),
        ("City", {"selected": "r"}),
    ]


async def test_errors_stand_under_their_fields(gallery: Gallery) -> None:
    """An error is tied to its field and goes when it is mended; one without a field is handed back."""
    frame = await gallery.draw(field("API key", {"type": "plain_text_input"}, hint=plain("Settings")))
    show = """(errors) => {
        const frame = document.querySelector("[data-title=mine] .sample-frame");
        return gallery.showErrors(frame, errors).homeless;
    }"""
    assert await gallery.page.evaluate(show, {"API key": "Too short.", "elsewhere": "Broken."}) == ["Broken."]
    box = frame.get_by_label("API key")
    await expect(box).to_have_attribute("aria-invalid", "true")
    await expect(box).to_have_accessible_description("Settings Too short.")
    await gallery.page.evaluate(show, {})
    await expect(box).to_have_accessible_description("Settings")
    assert await box.get_attribute("aria-invalid") is None


async def test_a_change_keeps_focus_caret_and_typed_text(gallery: Gallery) -> None:
    """Blocks that stay are not touched at all; a changed one keeps what the person was typing."""
    form: Json = field("API key", {"type": "plain_text_input"})
    frame = await gallery.draw(section("before", "1"), form, section("same", "3"))
    box = frame.get_by_label("API key")
    await box.fill("abcdef")
    await box.evaluate("(node) => node.setSelectionRange(2, 4)")
    await frame.get_by_text("same").evaluate("(node) => (node.known = true)")
    await gallery.draw(section("new", "0"), {**form, "hint": plain("A hint")}, section("same", "3"))
    await expect(frame.get_by_text("A hint")).to_be_visible()
    await expect(frame.get_by_text("before")).to_have_count(0)
    await expect(box).to_be_focused()
    assert await box.evaluate("(node) => [node.value, node.selectionStart, node.selectionEnd]") == [
        "abcdef",
        2,
        4,
    ]
    assert await frame.get_by_text("same").evaluate("(node) => node.known") is True


async def test_the_focus_stays_near_when_its_control_is_gone(gallery: Gallery) -> None:
    """After a click that replaces the controls, Tab goes on from there and not from the top of the page."""
    frame = await gallery.draw(section("Sure?", "1"), actions(NEXT))
    await frame.get_by_role("button", name="Next").click()
    await gallery.draw(
        section("Done", "2"), actions({**NEXT, "action_id": "other", "text": plain("Back")}, block_id="c")
    )
    assert await frame.evaluate("(node) => node === document.activeElement")
    await gallery.page.keyboard.press("Tab")
    await expect(frame.get_by_role("button", name="Back")).to_be_focused()


async def test_a_busy_control_is_not_pressed_twice(gallery: Gallery) -> None:
    """While the app has not answered, the control spins and further clicks do nothing."""
    frame = await gallery.draw(actions(NEXT))
    button = frame.get_by_role("button", name="Next")
    await button.evaluate("(node) => node.setAttribute('aria-busy', 'true')")
    await button.click()
    assert await gallery.acts() == []
