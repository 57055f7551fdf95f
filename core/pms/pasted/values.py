"""How much a piece of text looks like a secret, judged by its letters alone."""

import re
from enum import IntEnum
from typing import Final


class Look(IntEnum):
    """From nothing to certainly made by a machine."""

    NOTHING = 0
    WORD = 1
    DIGITS = 2
    MIXED = 3
    """Letters with digits or signs: what people make up for a password."""
    RANDOM = 4


UUID: Final = re.compile(r"[0-9a-fA-F]{8}(?:-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}")
EMAIL: Final = re.compile(r"[\w.+-]{1,64}@[\w-]{1,63}(?:\.[\w-]{1,63}){1,8}")
_HARMLESS: Final = re.compile(
    r"""
    \+?[\d\s().-]{3,20}\d                                   # phones, dates
    | \d{1,4}[-./]\d{1,2}[-./]\d{1,4}(?:[T ]?\d\S{0,24})?   # dates with a time
    | \d{1,2}[:h]\d{2}(?:[:-]\d{1,2})*\w{0,3}               # times
    | [vV]?\d{1,3}(?:\.\d{1,4}){1,3}\S{0,12}                # versions, amounts, network addresses
    | \w{1,3}[-/]?\d{1,4}                                   # room 204b, Q3/2026
    | [\w.%() -]{1,80}\.(?:pdf|docx?|xlsx?|csv|json|xml|ya?ml|png|jpe?g|gif|heic|zip|txt|log|py|md|html?|eml)
    | [A-Za-z]+(?:[-./_:'][A-Za-z]+)+                       # words joined by signs
    | \w+\(.*                                               # code
    | [$%{<\[(].*                                           # blanks to fill in
    """,
    re.X,
)
_BLANK: Final = re.compile(
    r"[x*•.?_#-]{3}|x{3}|your|dein|ihr_|votre|tuo|vuestr|example|placeholder|beispiel|exempl|dummy|redacted"
    r"|changeme|^(?:null|none|nil|true|false|string|undefined|n/a|oauth2?|sha-?\d+|md5|base64|utf-?8)$",
    re.I,
)
_RUN: Final = re.compile(r"[A-Z]?[a-z]+|[A-Z]+|[0-9]+")
_PIECE: Final = re.compile(r"[A-Za-z0-9]+")
_SIGN: Final = re.compile(r"[!@#$%^&*+=~?|€£§]")
_WRAPPING: Final = "\"'`*_~()[]{}<>,;:"
LONGEST: Final = 400
"""How much of a value is looked at; more would say the same."""


def bare(value: str) -> str:
    """Return a value without quotes, brackets and what ends a sentence."""
    return value.strip(_WRAPPING).rstrip(".,;:?)")


def look(value: str) -> Look:
    """Return what a bare value looks like."""
    if not value or _BLANK.search(value[:200]):
        return Look.NOTHING
    if UUID.fullmatch(value):
        return Look.RANDOM
    if value.isdigit():
        return Look.DIGITS
    short = value[:200]
    if _HARMLESS.fullmatch(short) or EMAIL.fullmatch(short) or "://" in short:
        return Look.NOTHING if not value.isalpha() else Look.WORD
    if is_random(value, least=8):
        return Look.RANDOM
    has_letter = any(letter.isalpha() for letter in short)
    has_more = any(letter.isdigit() for letter in short) or _SIGN.search(short.rstrip("!")) is not None
    if has_letter and has_more and len(value) >= 5:
        return Look.MIXED
    return Look.WORD if has_letter else Look.NOTHING


def is_made_up(value: str) -> bool:
    """Whether it has all that rules for passwords ask for: a letter, a digit, a sign, eight in all."""
    return (
        len(value) >= 8
        and any(letter.isalpha() for letter in value)
        and any(letter.isdigit() for letter in value)
        and _SIGN.search(value) is not None
        and not EMAIL.fullmatch(value[:200])
        and "://" not in value
    )


def is_random(value: str, *, least: int) -> bool:
    """Whether letters and digits change so often that nobody wrote it by hand."""
    value = value[:LONGEST]
    pieces = _PIECE.findall(value)
    size = sum(map(len, pieces))
    letters = "".join(pieces)
    if size < least or len(set(letters.casefold())) < min(size // 2, 7):
        return False
    runs = len(_RUN.findall(value))
    has_digit = any(letter.isdigit() for letter in letters)
    if letters.isdigit():
        return False
    if has_digit:
        return size / runs <= (4.0 if size >= 20 else 3.4 if size >= 16 else 2.7)
    if letters.islower() or letters.isupper():
        vowels = sum(letter in "aeiouyAEIOUY" for letter in letters)
        return size >= 24 and len(pieces) == 1 and vowels / size < 0.27
    return size >= 16 and size / runs <= 2.6


def is_long_token(value: str) -> bool:
    """Whether it needs no announcement: long, in one piece, random."""
    longest = max(map(len, _PIECE.findall(value[:LONGEST])), default=0)
    return longest >= 12 and not _HARMLESS.fullmatch(value[:200]) and is_random(value, least=20)
