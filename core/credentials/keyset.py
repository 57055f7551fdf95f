"""The keys that the operator holds in PMS_ENCRYPTION_KEY: they wrap the hotels' keys and nothing else.

The setting is one of
- 64 hex characters, or base64 or base64url of 32 bytes: a key (`generate` makes one);
- `{"primary": "b", "keys": {"a": "…", "b": "…"}}`: several such keys; the primary wraps, all unwrap. Where
  a passphrase must be one of them, it stands as `{"passphrase": "…"}`;
- any other text of at least 32 characters: a passphrase, as installations of the original system used. It
  is taken as it is, neither stripped nor normalised: a blank or an accent more is another key.

A key without a name is named by a fingerprint, so that the database can say which key it needs. Whoever
goes on to several keys names the old one by that fingerprint. No error here shows any part of the setting.
"""

import base64
import hmac
import json
import re
import secrets
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final

from cryptography.hazmat.primitives.kdf.scrypt import Scrypt

from core.credentials import envelope
from core.credentials.envelope import KEY_BYTES, KEY_ID, Key
from core.domain.secret import Secret

MIN_PASSPHRASE: Final = 32
"""Characters."""

_ADVICE: Final = "make a key with `innkeeper keys new`"
_HEX: Final = re.compile(r"[0-9a-fA-F]{64}")
_BASE64: Final = re.compile(r"[A-Za-z0-9+/]{43}=?|[A-Za-z0-9_-]{43}=?")
# One salt for every installation, because there is nowhere to keep another one before the database is open:
# equal passphrases give equal keys. A generated key has no such weakness.
_SALT: Final = b"innkeeper/pms-cred/passphrase/1"


@dataclass(frozen=True, slots=True)
class PassphraseCost:
    """What scrypt spends on a passphrase (RFC 7914). Frozen: other figures would be another key."""

    n: int
    r: int
    p: int


PASSPHRASE_COST: Final = PassphraseCost(n=2**15, r=8, p=3)
"""32 MiB and a quarter of a second, once at start; as strong as N=2^17, p=1 (OWASP Password Storage)."""

CHEAP_ONLY_FOR_TESTS: Final = PassphraseCost(n=2, r=1, p=1)


class LocalKeyset:
    """Wraps and unwraps hotels' keys with the keys of the setting; a KeyProvider."""

    def __init__(self, keys: Mapping[str, Key], primary: str) -> None:
        self._keys = dict(keys)
        self._primary = self._keys[primary]

    @classmethod
    def parse(cls, text: str, *, cost: PassphraseCost = PASSPHRASE_COST) -> "LocalKeyset":
        """Return the keyset that the setting describes; ValueError says what is wrong with it."""
        if text.lstrip().startswith("{"):
            return cls(*_read_document(text, cost))
        material = _read_key(text) or _derive(text, cost)
        key = Key(_fingerprint(material), material)
        return cls({key.id: key}, key.id)

    @property
    def current_key_id(self) -> str:
        """The key that wraps from now on."""
        return self._primary.id

    @property
    def key_ids(self) -> frozenset[str]:
        """Every key that can unwrap."""
        return frozenset(self._keys)

    async def wrap(self, key: Key, hotel_id: str) -> str:
        """Return the hotel's data key, wrapped under the primary."""
        return envelope.wrap_key(self._primary, key, hotel_id)

    async def unwrap(self, wrapped: str, hotel_id: str, dek_id: str) -> Key:
        """Return the data key; UnreadableCredentialError unless one of our keys wrapped it for this hotel."""
        kek = self._keys.get(envelope.WRAPPED_KEY.key_id(wrapped))
        if kek is None:
            raise envelope.unreadable()
        return envelope.unwrap_key(kek, wrapped, hotel_id, dek_id)

    def fingerprint(self, text: Secret) -> str:
        """Return 32 hex characters that name a secret; without the key nobody can guess its way back."""
        data = text.reveal().encode("utf-8", "surrogatepass")
        return hmac.new(self._primary.material, b"innkeeper/fingerprint/1\0" + data, "sha256").hexdigest()[
            :32
        ]


def generate() -> str:
    """Return a new key as text for the setting; in hex, which every shell and editor leaves alone."""
    return secrets.token_hex(KEY_BYTES)


def _read_key(text: str) -> bytes | None:
    """Return the 32 bytes that hex or canonical base64 spells, None for any other text."""
    if _HEX.fullmatch(text):
        material = bytes.fromhex(text)
    elif _BASE64.fullmatch(text):
        plain = text.rstrip("=").translate(str.maketrans("-_", "+/"))
        material = base64.b64decode(plain + "=")
        if base64.b64encode(material).decode() != plain + "=":
            return None
    else:
        return None
    if len(set(material)) == 1:
        raise ValueError(f"it is a placeholder, one byte repeated; {_ADVICE}")
    return material


def _derive(passphrase: str, cost: PassphraseCost) -> bytes:
    """Return the key of a passphrase."""
    if not passphrase:
        raise ValueError(f"it is empty; {_ADVICE}")
    if len(passphrase) < MIN_PASSPHRASE:
        raise ValueError(
            f"it is neither a key nor a passphrase of at least {MIN_PASSPHRASE} characters; {_ADVICE}"
        )
    if len(set(passphrase)) == 1:
        raise ValueError(f"it is a placeholder, one character repeated; {_ADVICE}")
    if any("\ud800" <= character <= "\udfff" for character in passphrase):
        raise ValueError("it holds bytes that are not UTF-8")
    scrypt = Scrypt(salt=_SALT, length=KEY_BYTES, n=cost.n, r=cost.r, p=cost.p)
    return scrypt.derive(passphrase.encode())


def _read_document(text: str, cost: PassphraseCost) -> tuple[dict[str, Key], str]:
    """Return the named keys of a JSON setting and the name of the primary."""
    match _read_json(text):
        case {"primary": str(primary), "keys": dict(entries), **rest} if not rest and primary in entries:
            keys = {name: _read_entry(name, value, cost) for name, value in entries.items()}
        case _:
            raise ValueError(
                'it is not of the form {"primary": "name", "keys": {"name": "key"}}, each name once'
            )
    if len({key.material for key in keys.values()}) < len(keys):
        raise ValueError("it holds the same key under two names")
    return keys, primary


def _read_entry(name: str, value: object, cost: PassphraseCost) -> Key:
    if not KEY_ID.fullmatch(name):
        raise ValueError("a key's name has 1 to 32 letters, digits, - or _")
    match value:
        case str(text) if material := _read_key(text):
            return Key(name, material)
        case {"passphrase": str(passphrase), **rest} if not rest:
            return Key(name, _derive(passphrase, cost))
        case _:
            raise ValueError("one of its keys is neither 64 hex characters nor base64 of 32 bytes")


def _read_json(text: str) -> Any:
    """Return the parsed setting, None where it is malformed: the parser's own error quotes all of it."""
    try:
        return json.loads(text, object_pairs_hook=_each_name_once)
    except (ValueError, RecursionError):
        return None


def _each_name_once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    members = dict(pairs)
    if len(members) < len(pairs):
        raise ValueError
    return members


def _fingerprint(material: bytes) -> str:
    return "k" + hmac.digest(material, b"pms-cred/key-id", "sha256").hex()[:8]
