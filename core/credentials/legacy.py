"""Read what the original system encrypted: `iv:ciphertext:tag` in hex, AES-256-GCM under a scrypt key.

It wrote a 16-byte IV, a 16-byte tag and no associated data, so its texts name neither their hotel nor their
key: read one only to seal it anew. Its own way of reading was lax (tags cut to 4 bytes, a fourth part,
anything after the hex); this one accepts exactly what its writer could have written, and upper-case hex.
"""

import hashlib
import re
import threading
from collections import OrderedDict
from contextlib import suppress
from typing import Final

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.kdf.scrypt import Scrypt

from core.credentials.envelope import from_utf8, unreadable

_SHAPE: Final = re.compile(r"([0-9a-fA-F]{32}):((?:[0-9a-fA-F]{2})*):([0-9a-fA-F]{32})")


class _Ciphers:
    """The last few master keys' ciphers: one derivation costs 16 MiB and far more than a decryption.

    Filed under a digest, so that no master key stays in memory for the cache's sake. Whoever comes while a
    key is derived waits for it: an import on several threads derives it once.
    """

    def __init__(self, size: int) -> None:
        self._size = size
        self._ciphers: OrderedDict[bytes, AESGCM] = OrderedDict()
        self._lock = threading.Lock()

    def of(self, master_key: str) -> AESGCM:
        """Return the cipher of a master key."""
        material = _as_node_encodes(master_key)
        digest = hashlib.sha256(material).digest()
        with self._lock:
            cipher = self._ciphers.pop(digest, None) or _derive(material)
            self._ciphers[digest] = cipher
            if len(self._ciphers) > self._size:
                self._ciphers.popitem(last=False)
        return cipher


_ciphers: Final = _Ciphers(size=8)


def read_legacy(master_key: str, text: str) -> str:
    """Return what the original system encrypted under this master key, taken as it is.

    Raises: UnreadableCredentialError on everything else, arguments that are no text included.
    """
    shape = _SHAPE.fullmatch(text) if _are_texts(master_key, text) else None
    if shape is None:
        raise unreadable()
    iv, ciphertext, tag = (bytes.fromhex(part) for part in shape.groups())
    with suppress(InvalidTag):
        plaintext = from_utf8(_ciphers.of(master_key).decrypt(iv, ciphertext + tag, None))
        if plaintext is not None:
            return plaintext
    raise unreadable()


def _are_texts(*values: object) -> bool:
    return all(isinstance(value, str) for value in values)


def _as_node_encodes(master_key: str) -> bytes:
    """Return the key's UTF-8 as node made it: a lone surrogate became U+FFFD, two halves their character.

    Seen with node 20. Bytes in the environment that were no UTF-8 reached node as U+FFFD, too; such a key
    must be given with U+FFFD in their place.
    """
    return master_key.encode("utf-16-le", "surrogatepass").decode("utf-16-le", "replace").encode()


def _derive(material: bytes) -> AESGCM:
    return AESGCM(Scrypt(salt=b"salt", length=32, n=16384, r=8, p=1).derive(material))
