"""The rich_text block: sections, lists, quotes and code made of styled pieces."""

from typing import Final

from bot.playground.slack.shapes import Shape, anything, boolean, integer, items, one_of, string, typed, url

STYLE: Final = Shape(
    optional=dict.fromkeys(("bold", "italic", "strike", "code", "underline", "highlight"), boolean)
)
PIECE: Final = typed(
    {
        "text": Shape({"text": string(3000)}, {"style": STYLE}),
        "link": Shape({"url": string(3000)}, {"text": string(3000), "unsafe": boolean, "style": STYLE}),
        "emoji": Shape({"name": string(100)}, {"unicode": string(100), "url": url(), "style": STYLE}),
        "user": Shape({"user_id": string(20)}, {"style": STYLE}),
        "usergroup": Shape({"usergroup_id": string(20)}, {"style": STYLE}),
        "channel": Shape({"channel_id": string(20)}, {"style": STYLE}),
        "team": Shape({"team_id": string(20)}, {"style": STYLE}),
        "broadcast": Shape({"range": one_of("here", "channel", "everyone")}, {"style": STYLE}),
        "color": Shape({"value": string(20)}, {"style": STYLE}),
        "date": Shape(
            {"timestamp": anything, "format": string(200)},
            {"url": url(), "fallback": string(200), "style": STYLE},
        ),
    }
)
PIECES: Final = {"elements": items(PIECE, 1000, least=0)}
BORDER: Final = {"border": integer(0, 1)}
SECTION: Final = Shape(PIECES)

RICH_TEXT: Final = Shape(
    {
        "elements": items(
            typed(
                {
                    "rich_text_section": SECTION,
                    "rich_text_quote": Shape(PIECES, BORDER),
                    "rich_text_preformatted": Shape(PIECES, {**BORDER, "language": string(50)}),
                    "rich_text_list": Shape(
                        {
                            "elements": items(typed({"rich_text_section": SECTION}), 500),
                            "style": one_of("bullet", "ordered"),
                        },
                        {**BORDER, "indent": integer(0, 8), "offset": integer(0, 10_000)},
                    ),
                }
            ),
            1000,
        )
    }
)
