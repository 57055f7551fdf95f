"""Writes docs/vendors/*.md from what the vendors declare: one page for each PMS, and an index of them.

`python -m core.pms.guide_pages` rewrites the pages; a test holds them equal to what it would write.
"""

import re
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Final

from core.pms.guide import Guide, Party, Suggestion
from core.pms.registry import VENDORS
from core.pms.vendor import CredentialField, Vendor

FOLDER: Final = Path(__file__).resolve().parents[2] / "docs" / "vendors"
INDEX: Final = "README.md"
NOTE: Final = "<!-- Written by `make docs` from core/pms/vendors; change it there. -->"

_MARKUP: Final = re.compile(r"([\\`*_<>\[\]|])")
_BLANK: Final = re.compile(r"\{(\w+)\}")


def pages() -> dict[str, str]:
    """Return every page by its file name."""
    return {INDEX: _index(), **{file_name(vendor): page(vendor) for vendor in VENDORS}}


def file_name(vendor: Vendor) -> str:
    """Return under which name a vendor's page is kept."""
    return f"{vendor.key.value.lower()}.md"


def page(vendor: Vendor) -> str:
    """Return a vendor's page as Markdown."""
    guide = vendor.guide
    parts = [
        f"# Connect {vendor.display_name}\n\n{NOTE}",
        f"*{_safe(vendor.tagline)}*",
        _safe(guide.summary),
        f"Takes about {guide.minutes} minutes. Innkeeper can read {_reads(vendor)}. {_safe(guide.cost)}",
        f"Level of trust: *{_safe(vendor.quality.in_short)}* ([all levels](../connectors.md)).",
        _section("What you need", _bullets(guide.you_need)),
        _section("Where to find it", _numbered(guide.where_to_find)),
        _section("What the form asks for", _form(vendor)),
        _section("What it must be allowed to do", _bullets(guide.permissions)),
        _section("What to know", _bullets(guide.limits)),
        _section("Common problems", _issues(guide)),
        _section("When the test fails", _failures(vendor)),
        _section("Once it is connected", _bullets(guide.next_steps)),
        _section("What could not be checked", _bullets(guide.unverified)),
        _section("Read on", "\n".join(f"- [{_safe(link.text)}]({link.url})" for link in guide.links)),
    ]
    return "\n\n".join(part for part in parts if part) + "\n"


def write(folder: Path) -> None:
    """Write every page, and remove those of vendors that are gone."""
    folder.mkdir(parents=True, exist_ok=True)
    wanted = pages()
    for stale in folder.glob("*.md"):
        if stale.name not in wanted:
            stale.unlink()
    for name, text in wanted.items():
        (folder / name).write_text(text, encoding="utf-8")


def _index() -> str:
    rows = [
        f"| [{vendor.display_name}]({file_name(vendor)}) | {_safe(vendor.guide.in_short)} "
        f"| {'by hand, or at the vendor' if vendor.authorization else 'by hand'} "
        f"| {_reads(vendor)} | {vendor.guide.minutes} |"
        for vendor in VENDORS
    ]
    head = ("| PMS | you will need | signing in | can be read | minutes |", "|---|---|---|---|---:|")
    intro = (
        "What a hotel's manager needs for each PMS: where the credentials are found, what they must allow, "
        "what commonly goes wrong. The wizard in Slack says the same, at the moment when it is needed. "
        "[Connectors](../connectors.md) tells how far each can be trusted."
    )
    return "\n\n".join(("# Guides", NOTE, intro, "\n".join((*head, *rows)))) + "\n"


def _form(vendor: Vendor) -> str:
    rows = [
        f"| **{_safe(field.label)}** | {_kind(field)} | {_safe(field.where)} |" for field in vendor.fields
    ]
    table = "\n".join(("| field | | where it comes from |", "|---|---|---|", *rows))
    if vendor.authorization is None:
        return table
    settings = _listed([f"`{name}`" for name in (*vendor.authorization.app_settings, "PUBLIC_URL")])
    kept = [field.label for field in vendor.fields if field.after_consent]
    asked = f" Only the {_listed(kept)} may then be asked for." if kept else ""
    return (
        f"{table}\n\nWhere the operator has set {settings}, people can press *Authorize with "
        f"{vendor.display_name}* instead of typing credentials.{asked}"
    )


def _kind(field: CredentialField) -> str:
    words = ["sealed" if field.secret else "shown", *([] if field.required else ["may be empty"])]
    return ", ".join(words)


def _issues(guide: Guide) -> str:
    return "\n".join(f"- **{_safe(issue.problem)}**: {_safe(issue.cure)}" for issue in guide.issues)


def _failures(vendor: Vendor) -> str:
    """Return what this vendor's own guide says; common failures (DNS, TLS, …) are alike everywhere."""
    return "\n\n".join(_failure(code, said) for code, said in vendor.guide.suggestions.items())


def _failure(code: str, said: Suggestion) -> str:
    party = "whoever runs Innkeeper" if said.party is Party.US else said.party.value
    parts = [
        f"### {_safe(_filled(said.title))}",
        f"{_safe(_filled(said.explanation))} Who must act: {party}. Code `{code}`.",
        _numbered(_filled(action) for action in said.actions),
        f"> {_safe(_filled(said.message))}" if said.message else "",
    ]
    return "\n\n".join(part for part in parts if part)


def _filled(text: str) -> str:
    """Return a text with its blanks named, since nothing has failed yet: `{request_id}` is `[request id]`."""
    return _BLANK.sub(lambda blank: f"[{blank[1].replace('_', ' ')}]", text)


def _reads(vendor: Vendor) -> str:
    return _listed([entity.value for entity in sorted(vendor.entities)])


def _listed(words: list[str]) -> str:
    *first, last = words
    return f"{', '.join(first)} and {last}" if first else last


def _section(title: str, text: str) -> str:
    return f"## {title}\n\n{text}" if text else ""


def _bullets(texts: Iterable[str]) -> str:
    return "\n".join(f"- {_safe(text)}" for text in texts)


def _numbered(texts: Iterable[str]) -> str:
    return "\n".join(f"{number}. {_safe(text)}" for number, text in enumerate(texts, start=1))


def _safe(text: str) -> str:
    """Return plain text as Markdown that reads the same; an address stays as it is, to be followed."""
    return "".join(_escaped(text))


def _escaped(text: str) -> Iterator[str]:
    for part in re.split(r"(https?://\S+)", text):
        yield part if part.startswith("http") else _MARKUP.sub(r"\\\1", part)


if __name__ == "__main__":
    write(FOLDER)
