"""Made-up people: common first and last names by country, and contact data that reaches nobody.

E-mail ends in the domains that RFC 2606 reserves for examples; telephone numbers come from the ranges that
the United States (555-01xx) and the United Kingdom (Ofcom, 01632 960xxx) keep for fiction.
"""

import random
import unicodedata
from dataclasses import dataclass
from typing import Final


@dataclass(frozen=True, slots=True)
class Origin:
    """A country guests come from: its code, the language they book in, and common names there."""

    country: str
    language: str
    first_names: tuple[str, ...]
    last_names: tuple[str, ...]


ORIGINS: Final = (
    Origin(
        "AT",
        "de",
        ("Anna", "Lukas", "Marie", "Jakob", "Eva", "Florian"),
        ("Gruber", "Wagner", "Steiner", "Moser"),
    ),
    Origin(
        "DE",
        "de",
        ("Jürgen", "Sabine", "Leon", "Mia", "Katrin", "Uwe"),
        ("Schäfer", "Becker", "Krüger", "Vogel"),
    ),
    Origin(
        "GB",
        "en",
        ("Oliver", "Grace", "Harry", "Poppy", "Alice", "George"),
        ("Taylor", "Hughes", "O'Neill", "Clarke"),
    ),
    Origin(
        "US",
        "en",
        ("Emily", "Jackson", "Madison", "Ethan", "Chloe", "Tyler"),
        ("Carter", "Nguyen", "Brooks", "Ramirez"),
    ),
    Origin(
        "FR",
        "fr",
        ("Chloé", "Hugo", "Léa", "Étienne", "Manon", "Luc"),
        ("Lefèvre", "Moreau", "Girard", "Petit"),
    ),
    Origin(
        "IT",
        "it",
        ("Giulia", "Marco", "Chiara", "Paolo", "Sofia", "Luca"),
        ("Ricci", "Conti", "De Luca", "Esposito"),
    ),
    Origin("ES", "es", ("Lucía", "Álvaro", "Carmen", "Iñigo"), ("García Ruiz", "Muñoz", "Ortega", "Vidal")),
    Origin("PL", "pl", ("Zofia", "Łukasz", "Agnieszka", "Paweł"), ("Kowalska", "Wiśniewski", "Zając")),
    Origin("JP", "ja", ("Yuki", "Haruto", "Aoi", "Ren"), ("Tanaka", "Suzuki", "Yamamoto")),
    Origin("SE", "sv", ("Astrid", "Björn", "Elsa", "Nils"), ("Lindqvist", "Åberg", "Holm")),
)

WEIGHTS: Final = (20, 26, 14, 10, 8, 10, 5, 4, 3, 3)
"""How many of a hundred guests come from each origin."""


@dataclass(frozen=True, slots=True)
class Person:
    """Somebody who may stay; a walk-in leaves no e-mail, a careful one no telephone number."""

    first_name: str
    last_name: str
    email: str | None
    phone: str | None
    nationality: str
    language: str


def person(number: int, chance: random.Random) -> Person:
    """Return the guest with this number; the number keeps e-mail addresses apart."""
    origin = chance.choices(ORIGINS, WEIGHTS)[0]
    first, last = chance.choice(origin.first_names), chance.choice(origin.last_names)
    domain = chance.choice(("example.com", "example.net", "example.org"))
    email = f"{_plain(first)}.{_plain(last)}{number}@{domain}" if chance.random() < 0.92 else None
    line = (
        f"+1 202 555 01{number % 100:02d}" if origin.country == "US" else f"+44 1632 960{number % 1000:03d}"
    )
    phone = line if chance.random() < 0.8 else None
    return Person(first, last, email, phone, origin.country, origin.language)


def _plain(name: str) -> str:
    decomposed = unicodedata.normalize("NFKD", name.replace("Ł", "L").replace("ł", "l"))
    return "".join(letter for letter in decomposed.lower() if letter.isascii() and letter.isalnum())
