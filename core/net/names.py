"""Host names: from what was typed to the one ASCII spelling that DNS and TLS are asked for."""

import re
import unicodedata
from typing import Final

import idna

MAX_NAME_LENGTH: Final = 253
"""RFC 1035, without the root's dot."""

_LABEL: Final = re.compile(r"[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?")
_NUMBER: Final = re.compile(r"[0-9]+|0x[0-9a-f]*")

_WRITTEN_TOGETHER: Final = (
    frozenset({"CJK", "IDEOGRAPHIC", "HIRAGANA", "KATAKANA"}),
    frozenset({"CJK", "HANGUL"}),
    frozenset({"CJK", "BOPOMOFO"}),
)
_OF_ANY_SCRIPT: Final = frozenset({"COMBINING", "DIGIT", "HYPHEN", "MIDDLE"})


def ends_in_number(host: str) -> bool:
    """Whether a lower-case host is some spelling of an IPv4 address.

    The C library reads `127.1`, `2130706433`, `0x7f.1` and `0177.0.0.1` without asking DNS; no top-level
    domain is a number, so the last label tells.
    """
    return _NUMBER.fullmatch(host.removesuffix(".").rpartition(".")[2]) is not None


def to_ascii(host: str) -> str | None:
    """Return the lower-case ASCII form of a host name, without the root's dot; None when it is not one.

    Nothing is folded but A-Z: a character that IDNA would map to another (a full-width digit, an
    ideographic full stop) is refused, so no reader of the name can see a different one.
    """
    host = host.removesuffix(".")
    if len(host) > MAX_NAME_LENGTH:
        return None
    try:
        name = ".".join(map(_label_to_ascii, host.split(".")))
    except UnicodeError:
        return None
    return name if len(name) <= MAX_NAME_LENGTH else None


def mixes_scripts(name: str) -> bool:
    """Whether a label of an ASCII name stands for letters of several scripts: a look-alike of another."""
    return any(
        len(scripts) > 1 and not any(scripts <= together for together in _WRITTEN_TOGETHER)
        for scripts in map(_scripts, name.split("."))
    )


def _label_to_ascii(label: str) -> str:
    """Return the label's ASCII form. Raises UnicodeError when it is no label (idna's own is one)."""
    if label.isascii():
        label = label.lower()
        if _LABEL.fullmatch(label) is None:
            raise UnicodeError("not a host name label")
        if label[2:4] != "--":
            return label
    return idna.alabel(idna.ulabel(label)).decode("ascii")


def _scripts(label: str) -> frozenset[str]:
    """Return the scripts of a label's characters, by the first word of each character's Unicode name."""
    first_words = (re.split(r"[ -]", unicodedata.name(char, "?"))[0] for char in idna.ulabel(label))
    return frozenset(first_words) - _OF_ANY_SCRIPT
