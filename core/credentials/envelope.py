"""What a sealed text is: `c2.<dek_id>.<body>` for a secret, `w1.<kek_id>.<body>` for a wrapped key. Pure.

    body   = base64url, unpadded, of ( suite 0x01 | salt 32 | commit 32 | ciphertext | tag 16 )
    okm    = HKDF-SHA512(key, salt, info, 64)
    cipher = AES-256-GCM under okm[:32], which serves once, so its nonce is 12 zero bytes
    commit = okm[32:], compared before anything is decrypted
    AAD    = the purpose, the suite, the key's id and the bound words, each with its length before it

GCM alone lets one text open under two keys; `commit` names the only one. The bound words are no part of the
text: who opens it must know where it belongs, so a text that was moved or whose address was changed stays
shut. Every refusal is the same error, and no error, nor anything it leads to, holds a key or a plaintext.
"""

import base64
import hmac
import os
import re
from contextlib import suppress
from dataclasses import dataclass, field
from typing import Final

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA512
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

from core.domain.errors import UnreadableCredentialError
from core.domain.secret import Secret

KEY_BYTES: Final = 32
KEY_ID: Final = re.compile(r"[A-Za-z0-9_-]{1,32}")

_SHAPE: Final = re.compile(rf"([a-z][0-9])\.({KEY_ID.pattern})\.([A-Za-z0-9_-]+)")
_SUITE: Final = b"\x01"
_SALT_END: Final = 1 + 32
_COMMIT_END: Final = _SALT_END + 32
_TAG_BYTES: Final = 16
_NONCE: Final = bytes(12)


@dataclass(frozen=True, slots=True)
class Binding:
    """Where a secret belongs and who may receive it; the sealed text opens for exactly this.

    `origin` is scheme://host:port of the address the secret may be sent to; several are sorted and separated
    by one space.
    """

    hotel_id: str
    pms_type: str
    credential_id: str
    field: str
    origin: str


@dataclass(frozen=True, slots=True, eq=False)
class Key:
    """A 256-bit key and the name that texts sealed under it carry; only the name is ever shown."""

    id: str
    material: bytes = field(repr=False)

    def __post_init__(self) -> None:
        if not KEY_ID.fullmatch(self.id) or len(self.material) != KEY_BYTES:
            raise ValueError("a key is 32 bytes with a name of 1 to 32 letters, digits, - or _")


@dataclass(frozen=True, slots=True)
class _Parts:
    key_id: str
    salt: bytes
    commit: bytes
    box: bytes
    """Ciphertext and tag."""


@dataclass(frozen=True, slots=True)
class Envelope:
    """One family of sealed texts. `purpose` and `info` keep it apart from every other family."""

    prefix: str
    purpose: str
    info: bytes

    def seal(self, key: Key, words: tuple[str, ...], plaintext: bytes) -> str:
        """Return a text that opens under this key and these words only; each call's text is another one."""
        salt = os.urandom(_SALT_END - 1)
        cipher, commit = self._derive(key, salt)
        box = cipher.encrypt(_NONCE, plaintext, self._associated(key.id, words))
        return f"{self.prefix}.{key.id}.{_encode(_SUITE + salt + commit + box)}"

    def open(self, key: Key, words: tuple[str, ...], text: str) -> bytes:
        """Return what was sealed.

        Raises: UnreadableCredentialError, always with the same words, whatever the reason.
        """
        parts = self._parse(text)
        cipher, commit = self._derive(key, parts.salt)
        if parts.key_id == key.id and hmac.compare_digest(commit, parts.commit):
            with suppress(InvalidTag):
                return cipher.decrypt(_NONCE, parts.box, self._associated(key.id, words))
        raise unreadable()

    def key_id(self, text: str) -> str:
        """Return the id of the key that a well-formed text was sealed under; UnreadableCredentialError."""
        return self._parse(text).key_id

    def _parse(self, text: str) -> _Parts:
        shape = _SHAPE.fullmatch(text)
        if shape is None or shape[1] != self.prefix or len(shape[3]) % 4 == 1:
            raise unreadable()
        body = base64.urlsafe_b64decode(shape[3] + "=" * (-len(shape[3]) % 4))
        # Base64 spells some bytes in several ways; only one of them is ours.
        if _encode(body) != shape[3] or not body.startswith(_SUITE) or len(body) < _COMMIT_END + _TAG_BYTES:
            raise unreadable()
        return _Parts(shape[2], body[1:_SALT_END], body[_SALT_END:_COMMIT_END], body[_COMMIT_END:])

    def _derive(self, key: Key, salt: bytes) -> tuple[AESGCM, bytes]:
        okm = HKDF(algorithm=SHA512(), length=64, salt=salt, info=self.info).derive(key.material)
        return AESGCM(okm[:32]), okm[32:]

    def _associated(self, key_id: str, words: tuple[str, ...]) -> bytes:
        bound = (word.encode("utf-8", "surrogatepass") for word in (key_id, *words))
        parts = (self.purpose.encode(), _SUITE, *bound)
        return b"".join(len(part).to_bytes(4, "big") + part for part in parts)


CREDENTIAL: Final = Envelope("c2", "pms-cred", b"pms-cred/c2/enc+commit")
WRAPPED_KEY: Final = Envelope("w1", "pms-key", b"pms-cred/w1/wrap+commit")


def seal_credential(key: Key, binding: Binding, secret: Secret) -> str:
    """Return the secret as a c2 text.

    Raises: ValueError when the secret has lone surrogates, which no vendor could be sent.
    """
    plaintext = _to_utf8(secret)
    if plaintext is None:
        raise ValueError("the secret is not valid Unicode text")
    return CREDENTIAL.seal(key, _words(binding), plaintext)


def open_credential(key: Key, binding: Binding, sealed: str) -> Secret:
    """Return the secret of a c2 text; UnreadableCredentialError unless key and binding are its own."""
    text = from_utf8(CREDENTIAL.open(key, _words(binding), sealed))
    if text is None:
        raise unreadable()
    return Secret(text)


def wrap_key(kek: Key, key: Key, hotel_id: str) -> str:
    """Return a hotel's data key as a w1 text, bound to the hotel and to the data key's id."""
    return WRAPPED_KEY.seal(kek, (hotel_id, key.id), key.material)


def unwrap_key(kek: Key, wrapped: str, hotel_id: str, dek_id: str) -> Key:
    """Return the data key of a w1 text; UnreadableCredentialError unless it is this hotel's, by this id."""
    return Key(dek_id, WRAPPED_KEY.open(kek, (hotel_id, dek_id), wrapped))


def unreadable() -> UnreadableCredentialError:
    """Return the one refusal. Raise it outside of any `except`, so that it leads to no other error."""
    return UnreadableCredentialError("a sealed credential cannot be opened")


def from_utf8(plaintext: bytes) -> str | None:
    """Return the text, or None where the bytes are none: Python's own error would hold the plaintext."""
    with suppress(UnicodeDecodeError):
        return plaintext.decode()
    return None


def _to_utf8(secret: Secret) -> bytes | None:
    with suppress(UnicodeEncodeError):
        return secret.reveal().encode()
    return None


def _words(binding: Binding) -> tuple[str, ...]:
    return (
        binding.hotel_id,
        binding.pms_type,
        binding.credential_id,
        binding.field,
        binding.origin,
    )


def _encode(body: bytes) -> str:
    return base64.urlsafe_b64encode(body).rstrip(b"=").decode()
