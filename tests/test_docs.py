"""What the documents say can be checked: settings, links, commands, generated pages, addresses."""

import importlib.util
import re
import shlex
from collections.abc import Iterator
from pathlib import Path
from typing import Any, Final
from urllib.parse import unquote, urlsplit

import pytest
import typer

from bot.__main__ import app
from bot.settings import Settings
from core.pms import guide_pages
from core.pms.registry import VENDORS
from core.pms.vendor import Vendor

ROOT: Final = Path(__file__).resolve().parent.parent
FOLDERS: Final = ("bot", "core", "docs", "prompts", "tests")
DOCUMENTS: Final = sorted(
    [*ROOT.glob("*.md"), *(page for name in FOLDERS for page in (ROOT / name).rglob("*.md"))]
)
BY_HAND: Final = [page for page in DOCUMENTS if page.parent != guide_pages.FOLDER]

OUR_HOSTS: Final = {
    "api.openai.com",  # where a language model is asked, unless settings say otherwise
    "127.0.0.1",
    "identity.apaleo.com",
    "innkeeper.example",
    "webhook.apaleo.com",
    "api.apaleo.com",
    "api.cloudbeds.com",
    "api.mews.com",
    "jmespath.org",
    "keepachangelog.com",
    "plain.example.com",
    "pms.example.com",
    "semver.org",
    "slack.com",
    "www.standardwebhooks.com",
    "your.address",
}
"""Hosts that README, CHANGELOG, CONTRIBUTING and docs/ may name; a vendor's own folder cites its sources."""

LARGEST_PICTURE: Final = 200_000


def named(page: Path) -> str:
    """Return a page's name from the root, as a test's id."""
    return page.relative_to(ROOT).as_posix()


each_page: Final = pytest.mark.parametrize("page", DOCUMENTS, ids=named)


def links(text: str) -> Iterator[str]:
    """Yield the target of every link and picture; code is not read for them."""
    prose = re.sub(r"```.*?```|`[^`\n]*`", "", text, flags=re.DOTALL)
    yield from re.findall(r"\]\(([^()\s]+)\)", prose)


def anchors(text: str) -> set[str]:
    """Return the names under which headings can be linked to."""
    headings = re.findall(r"^#+ (.+)$", re.sub(r"```.*?```", "", text, flags=re.DOTALL), re.MULTILINE)
    return {re.sub(r"[^\w\- ]", "", heading.lower()).replace(" ", "-") for heading in headings}


def code(text: str) -> Iterator[str]:
    """Yield every piece of code that could be a command: short ones in the text, and lines of blocks."""
    for block in re.findall(r"```\w*\n(.*?)```", text, re.DOTALL):
        yield from block.splitlines()
    yield from re.findall(r"`([^`\n]+)`", re.sub(r"```.*?```", "", text, flags=re.DOTALL))


def settings_table() -> list[tuple[str, str]]:
    """Return name and default of every setting in the document, in its order."""
    text = (ROOT / "docs" / "settings.md").read_text(encoding="utf-8")
    return re.findall(r"^\| `([A-Z_]+)` \| (.+?) \| .{10,} \|$", text, re.MULTILINE)


def default_of(name: str) -> str:
    """Return how the document shows a setting's default."""
    field = Settings.model_fields[name.lower()]
    if field.is_required():
        return "**required**"
    value: Any = field.default
    shown = value.get_secret_value() if hasattr(value, "get_secret_value") else value
    return f"`{shown}`" if shown else "–"


def test_every_setting_is_explained_once_with_its_default() -> None:
    told = settings_table()

    assert sorted(name for name, _ in told) == sorted(name.upper() for name in Settings.model_fields)
    assert told == [(name, default_of(name)) for name, _ in told]


@each_page
def test_links_lead_somewhere(page: Path) -> None:
    """To a file in the repository, and to a heading that is there."""
    lost = []
    for link in links(page.read_text(encoding="utf-8")):
        parts = urlsplit(link)
        if parts.scheme:
            continue
        target = (page.parent / unquote(parts.path)).resolve() if parts.path else page
        is_there = target.exists() and target.is_relative_to(ROOT)
        if not is_there or (
            parts.fragment and parts.fragment not in anchors(target.read_text(encoding="utf-8"))
        ):
            lost.append(link)

    assert lost == []


def test_pictures_are_small() -> None:
    pictures = sorted((ROOT / "docs").rglob("*.png"))

    assert pictures
    assert [picture.name for picture in pictures if picture.stat().st_size > LARGEST_PICTURE] == []


@each_page
def test_commands_are_there(page: Path) -> None:
    """`make` with a target, `innkeeper` with a command and its options, `python -m` with a module."""
    commands = [
        trouble for piece in code(page.read_text(encoding="utf-8")) if (trouble := _trouble_with(piece))
    ]

    assert commands == []


@pytest.mark.parametrize(
    "piece",
    [
        "make coffee",
        "innkeeper fly",
        "innkeeper keys burn",
        ".venv/bin/innkeeper run --cook dinner",
        "innkeeper audit --guest 7",
        "python -m bot.nowhere",
    ],
)
def test_a_command_that_is_not_there_is_noticed(piece: str) -> None:
    """The control of the test above."""
    assert _trouble_with(piece)


@each_page
def test_a_page_names_no_path_of_one_machine(page: Path) -> None:
    places = {str(place) for place in (ROOT, ROOT.parent, Path.home())} - {"/"}
    text = page.read_text(encoding="utf-8")

    assert [place for place in places if f"{place}/" in text] == []


def test_documents_name_only_hosts_that_we_know() -> None:
    """A new one is added to the list on purpose."""
    documents = [page for page in BY_HAND if page.parent == ROOT or page.is_relative_to(ROOT / "docs")]
    found = {
        urlsplit(address).hostname
        for page in documents
        for address in re.findall(r"https?://[\w.\-]+", page.read_text(encoding="utf-8"))
    }

    assert found - OUR_HOSTS == set()


def test_the_guides_are_what_the_vendors_declare() -> None:
    """`make docs` brings them up to date."""
    committed = {page.name: page.read_text(encoding="utf-8") for page in guide_pages.FOLDER.glob("*.md")}

    assert committed == guide_pages.pages()


def test_writing_the_guides_replaces_them_all(tmp_path: Path) -> None:
    """Twice is once, and the page of a vendor that is gone goes too."""
    (tmp_path / "gone.md").write_text("# Gone\n", encoding="utf-8")
    guide_pages.write(tmp_path)
    guide_pages.write(tmp_path)

    assert {page.name: page.read_text(encoding="utf-8") for page in tmp_path.iterdir()} == guide_pages.pages()


@pytest.mark.parametrize("vendor", VENDORS, ids=lambda vendor: str(vendor.key))
def test_a_guide_page_says_all_of_the_guide(vendor: Vendor) -> None:
    """Every text that the wizard can show of this vendor, as plain words; blanks are named, not left."""
    page = re.sub(r"\\([\\`*_<>\[\]|])", r"\1", guide_pages.page(vendor))
    guide = vendor.guide
    texts = [
        guide.summary,
        guide.cost,
        *(text for part in (guide.you_need, guide.where_to_find, guide.permissions) for text in part),
        *(text for part in (guide.limits, guide.next_steps, guide.unverified) for text in part),
        *(text for issue in guide.issues for text in (issue.problem, issue.cure)),
        *(text for field in vendor.fields for text in (field.label, field.where)),
        *(link.url for link in guide.links),
    ]

    assert [text for text in texts if text not in page] == []
    assert re.findall(r"\{\w+\}", page) == []


def test_decisions_are_numbered_and_say_what_they_cost() -> None:
    pages = sorted((ROOT / "docs" / "decisions").glob("*.md"))
    heads = [page.read_text(encoding="utf-8").partition(". ")[0] for page in pages]

    assert heads == [f"# {number}" for number in range(1, len(pages) + 1)]
    assert [page.name[:4] for page in pages] == [f"{number:04}" for number in range(1, len(pages) + 1)]
    for page in pages:
        text = page.read_text(encoding="utf-8")
        assert [
            part for part in ("**Context.**", "**Choice.**", "**What we gave up.**") if part not in text
        ] == []


def test_the_glossary_has_one_line_for_each_word() -> None:
    text = (ROOT / "docs" / "glossary.md").read_text(encoding="utf-8")
    cells = re.findall(r"^\| ([^|]+?) \| .+ \|$", text, re.MULTILINE)[1:]
    words = [word for cell in cells for word in cell.split(", ")]

    assert words
    assert sorted(words) == sorted(set(words))


def _trouble_with(piece: str) -> str | None:
    """Return a command that does not exist; None for one that does, and for what is no command of ours."""
    try:
        words = shlex.split(piece, comments=True)
    except ValueError:
        return None
    match words:
        case ["make", target, *_] if target not in _targets():
            return piece
        case [program, "-m", module, *_] if program.endswith("python") and not _is_module(module):
            return piece
        case [program, *rest] if Path(program).name == "innkeeper" and rest and rest != ["…"]:
            return None if _is_command(typer.main.get_command(app), rest) else piece
    return None


def _targets() -> set[str]:
    return set(re.findall(r"^([a-z]+):", (ROOT / "Makefile").read_text(encoding="utf-8"), re.MULTILINE))


def _is_module(name: str) -> bool:
    try:
        return importlib.util.find_spec(name) is not None
    except ModuleNotFoundError:
        return False


def _is_command(command: Any, words: list[str]) -> bool:
    """Whether the words lead to a command that knows every option among them.

    `command` is of typer's own copy of click, whose types it does not show.
    """
    while words and (commands := getattr(command, "commands", None)) is not None:
        if words[0] not in commands:
            return False
        command, words = commands[words[0]], words[1:]
    known = {name for parameter in command.params for name in parameter.opts} | {"--help"}
    return {word for word in words if word.startswith("--")} <= known
