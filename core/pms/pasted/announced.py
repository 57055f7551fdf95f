"""Secrets that somebody announces: `the password is …`, `api_key=…`, `Client-Secret: "…"`."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

from core.pms.pasted.reading import folded
from core.pms.pasted.values import Look, bare, is_made_up, look
from core.pms.pasted.words import NO_PASSWORD, SIGNED, Hangs, Says, says

_WORD: Final = re.compile(
    r"[pP][@4a](?:[5s$]){2}w[0o]rd|[dDlL]'[A-Za-z]+|[A-Z]?[a-z]+|[A-Z]+(?![a-z])|[^\W\d_]+"
)
_SIGN: Final = r"(?:=>|->|→|:=|≔|[:=>])"
_VERB: Final = (
    r"(?:is|are|was|be|ist|lautet|lauten|war|est|sera|es|era|son|sono|e|sara|foi|zijn|luidt|ar|er|jest|to|on)"
)
_FILLER: Final = (
    r"(?:now|still|just|the|a|as|follows|following|this|one|set|to|currently|jetzt|noch|nun|folgendes|wie|folgt"
    r"|maintenant|toujours|le|la|suivant|ahora|el|siguiente|ora|adesso|il|seguente|agora|nu|nog)"
)
_BEHIND_SIGN: Final = re.compile(rf"""["'`*_~)\]]{{0,4}}\s*[^\n:=?!.;,>|]{{0,60}}?\s*{_SIGN}+\s*""", re.I)
_BEHIND_VERB: Final = re.compile(
    rf"""["'`*_~)\]]{{0,4}}(?:\s[^\n:=?!.;,]{{0,60}}?)?\s{_VERB}\s+(?:{_FILLER}\s+){{0,3}}[:=-]?\s*""", re.I
)
_BEHIND_NOTHING: Final = re.compile(r"""["'`*_~)\]]{0,4}[\s(-]*""")
_VALUE: Final = re.compile(
    r"""(?P<quote>["'`*]+)(?P<quoted>[^\s.,;:)][^"`\n]{2,119}?)(?P=quote)|(?P<bare>[^\s<"`]{1,400})"""
)
_REST: Final = re.compile(r"""["'`*_~)\]}>.,;!\s]*(?:$|\n|[,;&}/<]|\s(?:and|und|et|y|e|en|user|login)\b)""")
_IS: Final = re.compile(rf"{_VERB}|as|als|comme|como|come", re.I)
_READS: Final = re.compile(r"\b(?:lautet|luidt)\b")
"""Nobody says of a password that it reads wrong."""
_LEAD: Final = 5
"""How many words may stand between a value and the word for it: `… is our new API key`."""
_CHUNK: Final = re.compile(r"[^\s<>\"'`()\[\]{},;=|]{4,400}")
_REACH: Final = 90
_WINDOW: Final = 200


@dataclass(frozen=True, slots=True)
class _Label:
    start: int
    end: int
    says: Says
    signed: bool


def announced(text: str) -> str | None:
    """Return what a text without web addresses announces and then gives."""
    labels = _labels(text)
    for number, label in enumerate(labels):
        if label.says is Says.NUMBER:
            continue
        follows = labels[number + 1].start if number + 1 < len(labels) else len(text)
        if _gives(text, label, follows) or _was_given(text, label):
            return "a password" if label.says is Says.HUMAN else "a secret key or token"
    return None


def is_a_number_of(before: str) -> bool:
    """Whether the text before a token, up to 40 characters, announces a number that people may talk about."""
    near = re.split(r"[.;,?!\n]\s", before)[-1]
    labels = _labels(near)
    return (
        bool(labels)
        and labels[-1].says is Says.NUMBER
        and not re.search(r"\d|[A-Z]{2}", near[labels[-1].end :].lstrip("0123456789"))
    )


def _labels(text: str) -> list[_Label]:
    return list(_found([(found.start(), found.end(), found[0].casefold()) for found in _WORD.finditer(text)]))


def _found(words: list[tuple[int, int, str]]) -> Iterator[_Label]:
    for number, (start, end, word) in enumerate(words):
        meant = says(word)
        if isinstance(meant, Hangs):
            meant = meant.beside(
                other
                for begins, ends, other in words[max(number - 2, 0) : number + 3]
                if begins - end < 5 and start - ends < 5
            )
        if meant:
            yield _Label(start, end, meant, word in SIGNED)


def _gives(text: str, label: _Label, follows: int) -> bool:
    tail = text[label.end : label.end + _WINDOW]
    reach = max(follows - label.end, 0)
    for pattern, is_clear in ((_BEHIND_SIGN, True), (_BEHIND_VERB, True), (_BEHIND_NOTHING, False)):
        found = pattern.match(tail)
        if found and found.end() <= reach + 1 and (is_clear or not label.signed):
            value = _VALUE.match(text, label.end + found.end())
            if value and _counts(text, label, value, is_clear, pattern is _BEHIND_SIGN):
                return True
    return _stands_near(text, label, min(follows, label.end + _REACH))


def _counts(text: str, label: _Label, value: re.Match[str], is_clear: bool, has_sign: bool) -> bool:
    given = bare(value["quoted"] or value["bare"])
    seen = look(given)
    if " " in given and label.says is not Says.HUMAN:  # only people make up phrases
        return False
    rest = text[value.end() : value.end() + 12]
    if seen is Look.RANDOM:
        return label.says is not Says.VAGUE or len(given) >= 12
    if label.says is Says.VAGUE:
        return False
    if label.says is Says.MACHINE:
        long_enough = len(given) >= 8 and any(letter.isdigit() for letter in given)
        return is_clear and long_enough and seen in (Look.MIXED, Look.DIGITS)
    if seen is Look.MIXED:
        return is_clear or (len(given) >= 6 and given[-1].isalnum() + given[0].isalpha() > 0)
    is_last = bool(_REST.match(rest)) or rest == ""
    if seen is Look.DIGITS:
        return is_clear and is_last and len(given) >= 4
    if seen is Look.WORD and len(given) >= 5 and folded(given) not in NO_PASSWORD:
        says_so = (
            has_sign or (is_clear and bool(value["quoted"])) or _READS.search(text, label.end, value.start())
        )
        return is_last and bool(says_so) and not label.signed
    return False


def _stands_near(text: str, label: _Label, until: int) -> bool:
    """Whether something random, or made up for a password, stands behind the word in the same sentence."""
    near = re.split(r"[.?!]\s", text[label.end : until + _WINDOW], maxsplit=1)[0]
    for place, chunk in enumerate(_CHUNK.finditer(near)):
        if label.end + chunk.start() >= until:
            return False
        given = bare(chunk[0])
        if label.says is Says.HUMAN and (is_made_up(given) or (place < 2 and _is_mixed(label, given))):
            return True
        least = 16 if label.says is Says.VAGUE else 10
        if len(given) >= least and look(given) is Look.RANDOM and not is_a_number_of(near[: chunk.start()]):
            return True
    return False


def _is_mixed(label: _Label, given: str) -> bool:
    """Whether it can be a password right behind `new password` or its like."""
    return not label.signed and len(given) >= 8 and look(given) is Look.MIXED


def _was_given(text: str, label: _Label) -> bool:
    """Whether the value stands in front: `… is my password`."""
    before = text[max(label.start - 160, 0) : label.start].split()[-_LEAD - 1 :]
    verb = next((place for place in range(len(before) - 1, 0, -1) if _IS.fullmatch(before[place])), 0)
    if not verb:
        return False
    seen = look(bare(before[verb - 1]))
    return seen is Look.RANDOM or (label.says is Says.HUMAN and seen is Look.MIXED and not label.signed)
