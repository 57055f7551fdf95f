"""One text, two keys: what GCM alone would allow and the commitment forbids."""

import base64

from cryptography.hazmat.primitives.ciphers import Cipher
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.ciphers.algorithms import AES
from cryptography.hazmat.primitives.ciphers.modes import ECB

from core.credentials.envelope import CREDENTIAL
from tests.core.credentials.samples import (
    BINDING,
    KEY,
    OTHER_KEY,
    SALT,
    associated,
    b64url,
    derive,
    refusal_of,
    words_of,
)

NONCE = bytes(12)
WORDS = words_of(BINDING)
AAD = associated("pms-cred", KEY.id, WORDS)


def test_a_text_crafted_for_two_keys_opens_under_the_committed_one_only() -> None:
    """Without the commitment both keys would read it, each something else: that is what an attacker wants."""
    enc_key, commit = derive(KEY.material, SALT, CREDENTIAL.info)
    other_enc_key, other_commit = derive(OTHER_KEY.material, SALT, CREDENTIAL.info)
    box = craft(enc_key, b"key of hotel one", other_enc_key, b"key of hotel two")

    first = AESGCM(enc_key).decrypt(NONCE, box, AAD)
    second = AESGCM(other_enc_key).decrypt(NONCE, box, AAD)
    assert (first[:16], second[16:32]) == (b"key of hotel one", b"key of hotel two")

    committed = f"c2.{KEY.id}." + b64url(b"\x01" + SALT + commit + box)
    assert CREDENTIAL.open(KEY, WORDS, committed) == first
    refusal_of(CREDENTIAL.open, OTHER_KEY, WORDS, committed)

    committed_to_the_other = f"c2.{KEY.id}." + b64url(b"\x01" + SALT + other_commit + box)
    assert CREDENTIAL.open(OTHER_KEY, WORDS, committed_to_the_other) == second
    refusal_of(CREDENTIAL.open, KEY, WORDS, committed_to_the_other)


def test_the_commitment_is_compared_as_a_whole() -> None:
    sealed = CREDENTIAL.seal(KEY, WORDS, b"x")
    body = bytearray(base64.urlsafe_b64decode(sealed.split(".")[2] + "=="))
    for position in range(33, 65):
        body[position] ^= 1
        refusal_of(CREDENTIAL.open, KEY, WORDS, f"c2.{KEY.id}." + b64url(bytes(body)))
        body[position] ^= 1
    assert CREDENTIAL.open(KEY, WORDS, f"c2.{KEY.id}." + b64url(bytes(body))) == b"x"


def craft(key: bytes, text: bytes, other_key: bytes, other_text: bytes) -> bytes:
    """Return ciphertext and tag that GCM accepts under both keys, with a block of each one's choice.

    The tag is a polynomial in the hash key, so the third block is found by one division in GF(2^128).
    """
    ours = xor(text, encrypt_block(key, counter(2)))
    theirs = xor(other_text, encrypt_block(other_key, counter(3)))
    fixed = ours + theirs
    # Third block from the front is second from the end (the lengths follow it): its factor is H squared.
    wanted = tag(key, fixed + bytes(16)) ^ tag(other_key, fixed + bytes(16))
    factor = power(hash_key(key), 2) ^ power(hash_key(other_key), 2)
    free = times(wanted, power(factor, 2**128 - 2)).to_bytes(16, "big")
    assert tag(key, fixed + free) == tag(other_key, fixed + free)
    return fixed + free + tag(key, fixed + free).to_bytes(16, "big")


def encrypt_block(key: bytes, block: bytes) -> bytes:
    return Cipher(AES(key), ECB()).encryptor().update(block)


def counter(number: int) -> bytes:
    return NONCE + number.to_bytes(4, "big")


def hash_key(key: bytes) -> int:
    return int.from_bytes(encrypt_block(key, bytes(16)), "big")


def tag(key: bytes, ciphertext: bytes) -> int:
    """Return GCM's tag of a ciphertext of whole blocks (NIST SP 800-38D, 7.1)."""
    padded = AAD + bytes(-len(AAD) % 16)
    lengths = (len(AAD) * 8).to_bytes(8, "big") + (len(ciphertext) * 8).to_bytes(8, "big")
    message = padded + ciphertext + lengths
    total = 0
    for start in range(0, len(message), 16):
        total = times(total ^ int.from_bytes(message[start : start + 16], "big"), hash_key(key))
    return total ^ int.from_bytes(encrypt_block(key, counter(1)), "big")


def times(x: int, y: int) -> int:
    """Multiply in GF(2^128) as GCM writes it: the leftmost bit is the constant term (6.3)."""
    product = 0
    for bit in range(127, -1, -1):
        if x >> bit & 1:
            product ^= y
        y = (y >> 1) ^ (0xE1 << 120 if y & 1 else 0)
    return product


def power(x: int, exponent: int) -> int:
    result = 1 << 127
    while exponent:
        if exponent & 1:
            result = times(result, x)
        x = times(x, x)
        exponent >>= 1
    return result


def xor(left: bytes, right: bytes) -> bytes:
    return bytes(a ^ b for a, b in zip(left, right, strict=True))
