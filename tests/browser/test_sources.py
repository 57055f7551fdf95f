"""What the playground's pages may not contain, whatever they do."""

import re
from pathlib import Path

import pytest

from tests.browser.chromium import UI

SCRIPTS = sorted(UI.rglob("*.js"))
PAGES = sorted(UI.glob("*.html"))
STYLES = sorted(UI.rglob("*.css"))

WRITES_MARKUP = re.compile(
    r"innerHTML|outerHTML|insertAdjacentHTML|document\.write|createContextualFragment|DOMParser|srcdoc|setHTML"
    r"|\beval\(|new Function|setAttribute\(.on|javascript:"
)
REACHES_OUT = re.compile(r"(?:src|href)=\"(?:https?:)?//|url\(|@import|<script>|<style|\sstyle=|\son\w+=")
HOSTILE_ON_PURPOSE = {"samples.js"}


@pytest.mark.parametrize("path", [path for path in SCRIPTS if path.name not in HOSTILE_ON_PURPOSE], ids=str)
def test_scripts_write_text_and_never_markup(path: Path) -> None:
    """Text reaches the page through text nodes only; there is no second way in."""
    assert WRITES_MARKUP.findall(path.read_text(encoding="utf-8")) == []


@pytest.mark.parametrize("path", SCRIPTS, ids=str)
def test_scripts_stay_short_and_say_what_they_are(path: Path) -> None:
    """A module has at most 300 lines and begins with what it is for."""
    source = path.read_text(encoding="utf-8")
    assert len(source.splitlines()) <= 300
    assert source.startswith("/**")


@pytest.mark.parametrize("path", [*PAGES, *STYLES], ids=lambda path: path.name)
def test_pages_load_nothing_from_elsewhere_and_run_nothing_inline(path: Path) -> None:
    """Styles, scripts and icons are files of this folder."""
    assert REACHES_OUT.findall(path.read_text(encoding="utf-8")) == []


@pytest.mark.parametrize("path", PAGES, ids=lambda path: path.name)
def test_pages_forbid_what_they_do_not_need(path: Path) -> None:
    """Each page brings its own content security policy."""
    assert (
        "default-src 'none'; script-src 'self'; style-src 'self'; connect-src 'self'; img-src 'self'; "
        "base-uri 'none'; form-action 'none'"
    ) in path.read_text(encoding="utf-8")
