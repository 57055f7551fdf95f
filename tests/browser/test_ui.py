"""How blocks are drawn: each type, the markup, and what nobody should send."""

import re

import pytest
from playwright.async_api import expect

from tests.browser.gallery import NEXT, Gallery, actions, field, option, plain, section

pytestmark = [pytest.mark.browser, pytest.mark.asyncio(loop_scope="session")]


async def test_every_sample_draws_but_for_the_unknown_and_the_broken_block(gallery: Gallery) -> None:
    """Each block type has its own look; what cannot be drawn says so and leaves its neighbours alone."""
    drawn = await gallery.page.evaluate(
        "[...new Set([...document.querySelectorAll('.block')].flatMap((node) => [...node.classList]))].sort()"
    )
    types = (
        "actions alert card carousel container context context_actions divider header image input "
        "markdown plan rich_text section table task_card"
    )
    # The cards of a carousel and the tasks of a plan are drawn as parts of it.
    assert {f"block-{name}" for name in types.split()} - {"block-card"} <= set(drawn)
    assert await gallery.page.locator(".unsupported").all_inner_texts() == [
        "Unsupported block: hologram",
        "This section block could not be drawn",
    ]
    await expect(gallery.page.get_by_text("The block above is broken; this one is not.")).to_be_visible()


async def test_a_card_stands_alone_too(gallery: Gallery) -> None:
    """A card outside a carousel draws with its buttons."""
    card = {"type": "card", "block_id": "c", "title": {"type": "mrkdwn", "text": "*Mews*"}, "actions": [NEXT]}
    frame = await gallery.draw(card)
    await frame.get_by_role("article", name="Mews").get_by_role("button", name="Next").click()
    assert await gallery.acts() == [{"block_id": "c", "action_id": "go", "value": {}}]


HOSTILE = (
    "<script>window.harmed=1</script>",
    "<img src=x onerror='window.harmed=1'>",
    "<javascript:window.harmed=1|click me>",
    "<JaVaScRiPt:window.harmed=1|click me>",
    "<data:text/html;base64,PHNjcmlwdD4=|click me>",
    "<vbscript:x|click me>",
    "[click me](javascript:window.harmed=1)",
    "<!channel> <!here> <!everyone>",
    "a \u202egnp.exe\u202c b",
    "&lt;script&gt;window.harmed=1&lt;/script&gt;",
    '<https://good.example/"onmouseover="window.harmed=1|x>',
    "*" * 400 + "_" * 400 + "`" * 401,
    ">" * 4000,
    "<" * 2000,
)


@pytest.mark.parametrize("text", HOSTILE)
async def test_hostile_text_stays_text(gallery: Gallery, text: str) -> None:
    """Nothing runs, nothing links to a script, nothing turns its neighbours around, nothing notifies."""
    words = {"type": "mrkdwn", "text": text}
    frame = await gallery.draw(
        section(text, "1"),
        {"type": "section", "block_id": "2", "text": plain(text), "fields": [words, plain(text)]},
        {"type": "markdown", "block_id": "3", "text": text},
        {"type": "header", "block_id": "4", "text": plain(text)},
        {"type": "image", "block_id": "5", "image_url": text, "alt_text": text},
        {"type": "rich_text", "block_id": "6", "elements": [{"type": "link", "url": text, "text": text}]},
        {"type": "table", "block_id": "7", "rows": [[{"type": "raw_text", "text": text}]]},
        actions({**NEXT, "text": plain(text), "url": text}, block_id="8"),
        field(text, {"type": "static_select", "options": [option(text, text)]}),
    )
    assert await gallery.page.evaluate("window.harmed") is None
    assert await frame.locator("script, iframe, object, embed").count() == 0
    schemes = await frame.locator("a").evaluate_all("(links) => links.map((link) => link.protocol)")
    assert set(schemes) <= {"https:", "http:", "mailto:"}
    assert not re.search("[\u202a-\u202e\u2066-\u2069]", await frame.inner_text())
    assert await frame.locator("a[onmouseover], img[onerror]").count() == 0


def item(mark: str, words: str) -> str:
    """Return the markup of a line that begins with a bullet or a number."""
    return f'<span class="line-item"><span>{mark} </span><span>{words}</span></span>'


MRKDWN = [
    ("*b* _i_ ~s~ `c`", "<strong>b</strong> <em>i</em> <s>s</s> <code>c</code>"),
    ("*_both_*", "<strong><em>both</em></strong>"),
    ("snake_case_name and 2*3*4", "snake_case_name and 2*3*4"),
    ("* not * bold*", "* not * bold*"),
    ("`*raw* &amp; <https://a.example|x>`", "<code>*raw* &amp; x</code>"),
    ("a\n\nb", "a<br><br>b"),
    ("&gt; q\n&gt; r\ns", "<blockquote>q<br>r</blockquote>s"),
    ("```\na  <b>\n```", '<pre tabindex="0"><code>a  &lt;b&gt;</code></pre>'),
    ("a\n• one\n2. two", f"a{item('•', 'one')}{item('2.', 'two')}"),
    ("a\n\n• one\n\nb", f"a<br><br>{item('•', 'one')}<br>b"),
    ("a\n&gt; q", "a<blockquote>q</blockquote>"),
    ("<@U0BEN> <@U9|Zoe>", '<span class="mention">@Ben Okafor</span> <span class="mention">@Zoe</span>'),
    ("<#C0GENERAL>", '<span class="mention">#general</span>'),
    ("<!here>", '<span class="mention everyone">@here</span>'),
    ("<!subteam^S1|@desk>", '<span class="mention">@desk</span>'),
    (":tada: :no_such:", '<span class="emoji">🎉</span> :no_such:'),
    ("1 &lt; 2 &amp;&amp; 3", "1 &lt; 2 &amp;&amp; 3"),
    ("<unclosed", "&lt;unclosed"),
]


@pytest.mark.parametrize(("text", "markup"), MRKDWN)
async def test_message_markup(gallery: Gallery, text: str, markup: str) -> None:
    """The tokenizer knows what the markup means and leaves everything else as it stands."""
    frame = await gallery.draw(section(text))
    assert await frame.locator(".text").inner_html() == markup


async def test_links_and_dates(gallery: Gallery) -> None:
    """Links open elsewhere without a referrer; a date shows in the reader's zone, its fallback on hover."""
    frame = await gallery.draw(
        section("<https://a.example/?x=1&amp;y=2|here> <!date^0^{date_num} {time} {odd}|then>")
    )
    link = frame.get_by_role("link", name="here")
    await expect(link).to_have_attribute("href", "https://a.example/?x=1&y=2")
    await expect(link).to_have_attribute("rel", "noopener noreferrer")
    date = frame.locator("time")
    await expect(date).to_have_text("1970-01-01 01:00 {odd}")
    await expect(date).to_have_attribute("title", "then")


async def test_markdown(gallery: Gallery) -> None:
    """The subset that language models write: headings, lists within lists, code, quotations, links."""
    text = "# T\n\n1. **a**\n   - `b`\n2. ~~c~~ *d*\n\n> q\n\n---\n[x](https://a.example) \\*no\\*"
    frame = await gallery.draw({"type": "markdown", "block_id": "m", "text": text})
    link = '<a href="https://a.example/" target="_blank" rel="noopener noreferrer" title="https://a.example/">x</a>'
    assert await frame.locator(".prose").inner_html() == (
        '<h4>T</h4><ol start="1"><li><strong>a</strong><ul><li><code>b</code></li></ul></li>'
        "<li><s>c</s> <em>d</em></li></ol><blockquote><p>q</p></blockquote><hr>"
        f"<p>{link} *no*</p>"
    )
