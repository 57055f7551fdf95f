"""Makes token-like texts from a seed at run time, so that nothing that looks like a secret is stored."""

import base64
import random
import string
import uuid
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final


@dataclass(frozen=True, slots=True)
class Sample:
    """One text that a person might write, and whether it holds a secret; `kind` says where it comes from."""

    text: str
    is_secret: bool
    kind: str


WORDS: Final = ("Aurora", "Sommer", "Lobby", "Hafen", "Palma", "Fjord", "Tulipe", "Nonna", "Praia", "Molen")


class Maker:
    """Fills the blanks of templates."""

    def __init__(self, seed: int) -> None:
        self._random = random.Random(seed)  # noqa: S311 - figures that can be repeated, not secrets

    def samples(self, templates: Mapping[str, Sequence[str]], times: int, *, is_secret: bool) -> list[Sample]:
        """Return every template, filled in so many times; one without blanks comes once."""
        return [
            Sample(self._fill(template), is_secret, kind)
            for kind, group in templates.items()
            for template in group
            for _ in range(times if "{" in template else 1)
        ]

    def _fill(self, template: str) -> str:
        for name in (
            "mews",
            "cloudbeds",
            "base62",
            "base64",
            "hex32",
            "hex40",
            "uuid",
            "jwt",
            "password",
            "pair",
        ):
            while f"{{{name}}}" in template:
                template = template.replace(f"{{{name}}}", getattr(self, f"_{name}")(), 1)
        for name in ("short", "number", "day", "word", "code"):
            while f"{{{name}}}" in template:
                template = template.replace(f"{{{name}}}", getattr(self, f"_{name}")(), 1)
        return template

    def _of(self, alphabet: str, size: int) -> str:
        return "".join(self._random.choice(alphabet) for _ in range(size))

    def _mews(self) -> str:
        return f"{self._of('0123456789ABCDEF', 32)}-{self._of('0123456789ABCDEF', 31)}"

    def _cloudbeds(self) -> str:
        return f"cbat_{self._base(32)}"

    def _base(self, size: int) -> str:
        return self._of(string.ascii_letters + string.digits, size)

    def _base62(self) -> str:
        return self._base(self._random.randint(24, 44))

    def _base64(self) -> str:
        return base64.b64encode(self._random.randbytes(self._random.randint(20, 40))).decode()

    def _hex32(self) -> str:
        return self._of("0123456789abcdef", 32)

    def _hex40(self) -> str:
        return self._of("0123456789abcdef", 40)

    def _uuid(self) -> str:
        return str(uuid.UUID(bytes=self._random.randbytes(16), version=4))

    def _jwt(self) -> str:
        return f"eyJ{self._base(24)}.eyJ{self._base(60)}.{self._base(43)}"

    def _password(self) -> str:
        word, number = self._random.choice(WORDS), self._random.randint(10, 2030)
        return self._random.choice(
            (
                f"{word}{number}!",
                f"{word}#{number}",
                f"{word.lower()}{number}",
                f"{number}{word}$",
                self._base(10) + "7",
            )
        )

    def _pair(self) -> str:
        return base64.b64encode(f"innkeeper:{self._password()}".encode()).decode()

    def _short(self) -> str:
        return self._of(string.ascii_uppercase + string.digits, 8)

    def _number(self) -> str:
        return self._of("123456789", 7)

    def _day(self) -> str:
        return f"{self._random.randint(1, 28):02}.{self._random.randint(1, 12):02}.2026"

    def _word(self) -> str:
        return self._random.choice(WORDS)

    def _code(self) -> str:
        return self._random.choice(
            ("http.not_json", "401", "E4011", "auth.refused", "ECONNRESET", "0x80070005")
        )
