"""The building blocks against Wycheproof's cases (C2SP): the library we stand on does what we assume."""

from collections.abc import Iterator
from typing import Any

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA512
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

from tests.shared import shared_json


def test_aes_gcm() -> None:
    """Every case comes out as it should, but that the library refuses IVs outside of 8 to 128 bytes."""
    right = refused_for_iv = 0
    for case in cases("aes_gcm_test"):
        opened = decrypt(case)
        if opened == (case["msg"] if case["result"] == "valid" else None):
            right += 1
        else:
            assert opened is None, case["tcId"]
            assert not 8 <= len(case["iv"]) // 2 <= 128, case["tcId"]
            refused_for_iv += 1
    assert (right, refused_for_iv) == (289, 27)


def test_hkdf_sha512() -> None:
    """Valid cases derive the expected bytes; a size that HKDF cannot give is refused."""
    right = 0
    for case in cases("hkdf_sha512_test"):
        assert derived(case) == (case["okm"] if case["result"] == "valid" else None), case["tcId"]
        right += 1
    assert right == 83


def cases(name: str) -> Iterator[dict[str, Any]]:
    for group in shared_json(f"security/wycheproof/{name}.json")["testGroups"]:
        yield from group["tests"]


def decrypt(case: dict[str, Any]) -> str | None:
    key, iv, aad = (bytes.fromhex(case[part]) for part in ("key", "iv", "aad"))
    try:
        return AESGCM(key).decrypt(iv, bytes.fromhex(case["ct"] + case["tag"]), aad).hex()
    except (InvalidTag, ValueError):
        return None


def derived(case: dict[str, Any]) -> str | None:
    salt, info = bytes.fromhex(case["salt"]), bytes.fromhex(case["info"])
    try:
        hkdf = HKDF(algorithm=SHA512(), length=case["size"], salt=salt, info=info)
        return hkdf.derive(bytes.fromhex(case["ikm"])).hex()
    except ValueError:
        return None
