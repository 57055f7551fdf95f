"""Keys, places and independent writers: the formats written a second time, from their description alone."""

import base64
import hashlib
import hmac
import traceback
from collections.abc import Callable
from dataclasses import replace
from functools import cache
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa
from cryptography.hazmat.primitives.ciphers import Cipher
from cryptography.hazmat.primitives.ciphers.algorithms import AES
from cryptography.hazmat.primitives.ciphers.modes import GCM

from core.credentials import envelope
from core.credentials.envelope import Binding, Key
from core.credentials.keyset import LocalKeyset
from core.domain.errors import UnreadableCredentialError
from core.domain.secret import Secret
from core.store import hotels
from core.store.database import Database, metadata
from core.store.hotels import Hotel
from tests.clock import START

KEY = Key("dek-1", bytes(range(32)))
OTHER_KEY = Key("dek-1", bytes(range(1, 33)))
"""Goes by the same name and is another key."""
OUR_CODE = Path(envelope.__file__).parent
SALT = bytes(range(100, 132))
BINDING = Binding("hotel-1", "Mews", "cred-1", "access_token", "https://api.mews.com:443")


def changed(field: str, value: str) -> Binding:
    """Return the sample binding with one field changed."""
    return replace(BINDING, **{field: value})


def b64url(body: bytes) -> str:
    """Return base64url without padding."""
    return base64.b64encode(body, altchars=b"-_").decode().replace("=", "")


def words_of(binding: Binding) -> tuple[str, ...]:
    """Return the bound words in the order of the format."""
    return (
        binding.hotel_id,
        binding.pms_type,
        binding.credential_id,
        binding.field,
        binding.origin,
    )


def associated(purpose: str, key_id: str, words: tuple[str, ...]) -> bytes:
    """Return the associated data as the format describes it."""
    parts = [purpose.encode(), b"\x01", key_id.encode(), *(word.encode() for word in words)]
    return b"".join(len(part).to_bytes(4, "big") + part for part in parts)


def derive(key: bytes, salt: bytes, info: bytes) -> tuple[bytes, bytes]:
    """Return encryption key and commitment: HKDF-SHA512 of 64 bytes is a single block."""
    okm = hmac.digest(hmac.digest(salt, key, "sha512"), info + b"\x01", "sha512")
    return okm[:32], okm[32:]


def gcm(key: bytes, nonce: bytes, plaintext: bytes, aad: bytes = b"") -> bytes:
    """Return ciphertext and tag, by another interface than the one under test."""
    encryptor = Cipher(AES(key), GCM(nonce)).encryptor()
    encryptor.authenticate_additional_data(aad)
    return encryptor.update(plaintext) + encryptor.finalize() + encryptor.tag


def write_c2(
    plaintext: bytes,
    *,
    key: Key = KEY,
    binding: Binding = BINDING,
    salt: bytes = SALT,
    suite: bytes = b"\x01",
) -> str:
    """Return a c2 text, written independently."""
    enc_key, commit = derive(key.material, salt, b"pms-cred/c2/enc+commit")
    box = gcm(enc_key, bytes(12), plaintext, associated("pms-cred", key.id, words_of(binding)))
    return f"c2.{key.id}.{b64url(suite + salt + commit + box)}"


def write_legacy(master_key: bytes, plaintext: bytes, iv: bytes = bytes(range(16))) -> str:
    """Return an `iv:ciphertext:tag` text, written independently."""
    box = gcm(legacy_key(master_key), iv, plaintext)
    return f"{iv.hex()}:{box[:-16].hex()}:{box[-16:].hex()}"


@cache
def legacy_key(master_key: bytes) -> bytes:
    """Return the original's key for a master key."""
    return hashlib.scrypt(master_key, salt=b"salt", n=16384, r=8, p=1, dklen=32)


def refusal_of(call: Callable[..., object], *arguments: object) -> UnreadableCredentialError:
    """Return the refusal that the call ends in, after checking that it is the one bare refusal."""
    with pytest.raises(UnreadableCredentialError) as caught:
        call(*arguments)
    error = caught.value
    assert error.args == ("a sealed credential cannot be opened",)
    assert error.__cause__ is None
    assert error.__context__ is None
    return error


def as_printed_with_locals(error: BaseException) -> str:
    """Return the traceback with our own code's local variables, the worst that a crash report can show."""
    report = traceback.TracebackException.from_exception(error, capture_locals=True)
    ours = [frame for frame in report.stack if Path(frame.filename).parent == OUR_CODE]
    assert ours, "the traceback leads through our code"
    report.stack = traceback.StackSummary.from_list(ours)
    return "".join(report.format())


class CountingProvider:
    """A working keyset that counts how often it is asked."""

    def __init__(self, keyset: LocalKeyset) -> None:
        self.keyset = keyset
        self.wraps = 0
        self.unwraps = 0

    @property
    def current_key_id(self) -> str:
        return self.keyset.current_key_id

    @property
    def key_ids(self) -> frozenset[str]:
        return self.keyset.key_ids

    def fingerprint(self, text: Secret) -> str:
        return self.keyset.fingerprint(text)

    async def wrap(self, key: Key, hotel_id: str) -> str:
        self.wraps += 1
        return await self.keyset.wrap(key, hotel_id)

    async def unwrap(self, wrapped: str, hotel_id: str, dek_id: str) -> Key:
        self.unwraps += 1
        return await self.keyset.unwrap(wrapped, hotel_id, dek_id)


async def add_hotels(database: Database, *hotel_ids: str) -> None:
    """Add hotels, each with a workspace of its own."""
    async with database.system() as unit:
        for hotel_id in hotel_ids:
            hotel = Hotel(hotel_id, "Hotel Sample", "Europe/Berlin")
            await hotels.add_hotel(unit, hotel, f"T-{hotel_id}", START)


async def dump(database: Database) -> dict[str, list[tuple[Any, ...]]]:
    """Return every row of every table that is ours."""
    dialect = database.engine.dialect.name
    tables = [table for table in metadata.sorted_tables if table.info.get("only", dialect) == dialect]
    async with database.system() as unit:
        return {
            table.name: sorted(
                (tuple(row) for row in await unit.connection.execute(sa.select(table))), key=repr
            )
            for table in tables
        }
