"""The few web pages of our own: plain, self-contained, safe for any text."""

from collections.abc import Sequence
from html import escape
from typing import Final

from starlette.responses import HTMLResponse

HEADERS: Final[dict[str, str | Sequence[str]]] = {
    "Content-Type": "text/html; charset=utf-8",
    "Cache-Control": "no-store",
    "Content-Security-Policy": "default-src 'none'; style-src 'unsafe-inline'",
    "Referrer-Policy": "no-referrer",
    "X-Content-Type-Options": "nosniff",
}

_STYLE: Final = (
    "body{font:16px/1.5 system-ui,sans-serif;background:#f6f2ea;color:#1d2b26;margin:0;"
    "display:grid;place-items:center;min-height:100vh}"
    "main{max-width:32rem;margin:1rem;padding:2rem;background:#fff;border-radius:12px;"
    "box-shadow:0 1px 3px #0002}h1{font-size:1.4rem;margin:0 0 .5rem}p{margin:0}"
)


def page(title: str, text: str) -> str:
    """Return a page that says one thing."""
    return (
        '<!doctype html><html lang="en"><head><meta charset="utf-8">'
        '<meta name="viewport" content="width=device-width, initial-scale=1">'
        f"<title>{escape(title)}</title><style>{_STYLE}</style></head>"
        f"<body><main><h1>{escape(title)}</h1><p>{escape(text)}</p></main></body></html>"
    )


def response(title: str, text: str, status: int = 200) -> HTMLResponse:
    """Return such a page as an answer."""
    return HTMLResponse(page(title, text), status, {name: str(value) for name, value in HEADERS.items()})
