"""The original system's texts: everything it could have written is read, and nothing else."""

from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from hypothesis import given
from hypothesis import strategies as st

from core.credentials import legacy
from core.credentials.legacy import read_legacy
from core.domain.errors import UnreadableCredentialError
from tests.core.credentials.samples import as_printed_with_locals, refusal_of, write_legacy
from tests.shared import shared_json

MASTER = "a master key of the original system"
SECRET = "hotel-key-1"
TEXT = write_legacy(MASTER.encode(), SECRET.encode())
IV, CIPHERTEXT, TAG = TEXT.split(":")


def test_the_originals_own_texts() -> None:
    """Vectors that the original's writer made, and what was done to some of them, come out as stated."""
    reference = shared_json("security/legacy_vectors.json")
    cases: list[dict[str, Any]] = [
        case for kind in ("vectors", "tampered", "grey_zone") for case in reference[kind]
    ]
    expected = {case["id"]: stated(case) for case in cases}
    assert {case["id"]: reading(case["master_key"], case["encrypted"]) for case in cases} == expected
    assert len(expected) == 39


def stated(case: dict[str, Any]) -> str | None:
    """Return the plaintext that a case demands, None where it demands a refusal."""
    if case["expect"] == "reject":
        return None
    plaintext = case.get("plaintext", case.get("plaintext_if_accepted"))
    assert isinstance(plaintext, str)
    return plaintext


def reading(master_key: str, text: str) -> str | None:
    """Return what is read, None for a refusal."""
    try:
        return read_legacy(master_key, text)
    except UnreadableCredentialError:
        return None


@given(st.text(), st.binary(min_size=16, max_size=16))
def test_what_the_original_wrote_is_read(text: str, iv: bytes) -> None:
    """In upper case, too: its own reader did not mind, and it is the same bytes."""
    written = write_legacy(MASTER.encode(), text.encode(), iv)
    assert read_legacy(MASTER, written) == text
    assert read_legacy(MASTER, written.upper()) == text


def test_an_empty_plaintext_is_legal() -> None:
    written = write_legacy(MASTER.encode(), b"")
    assert written.split(":")[1] == ""
    assert read_legacy(MASTER, written) == ""


@pytest.mark.parametrize(
    ("master_key", "as_node_encoded"),
    [
        ("", b""),
        (" leading and trailing ", b" leading and trailing "),
        ("a:b:c\n", b"a:b:c\n"),
        ("schl\u00fcssel", b"schl\xc3\xbcssel"),
        ("schlu\u0308ssel", b"schlu\xcc\x88ssel"),
        ("\ufeffkey", b"\xef\xbb\xbfkey"),
        ("\U0001f511", b"\xf0\x9f\x94\x91"),
        ("\ud83d\udd11", b"\xf0\x9f\x94\x91"),
        ("a\ud800b", b"a\xef\xbf\xbdb"),
        ("\udce2\udc82", b"\xef\xbf\xbd\xef\xbf\xbd"),
        ("\ud800\ud800\udc00", b"\xef\xbf\xbd\xf0\x90\x80\x80"),
    ],
)
def test_a_master_key_is_taken_as_node_took_it(master_key: str, as_node_encoded: bytes) -> None:
    """Never stripped, never normalised; half a surrogate pair became U+FFFD (seen with node 20)."""
    assert read_legacy(master_key, write_legacy(as_node_encoded, b"x")) == "x"


@pytest.mark.parametrize(
    "text",
    [
        pytest.param("", id="empty"),
        pytest.param(SECRET, id="plaintext"),
        pytest.param(None, id="none"),
        pytest.param(TEXT.encode(), id="bytes"),
        pytest.param(f"{IV}:{CIPHERTEXT}", id="no-tag"),
        pytest.param(f"{TEXT}:00", id="fourth-part"),
        pytest.param(f"{TEXT}:", id="empty-fourth-part"),
        pytest.param(f"{TEXT}\n", id="newline-after"),
        pytest.param(f" {TEXT}", id="blank-before"),
        pytest.param(f"{IV}:{CIPHERTEXT[:2]} {CIPHERTEXT[2:]}:{TAG}", id="blank-inside"),
        pytest.param(f"{IV}:{CIPHERTEXT}zz:{TAG}", id="garbage-after-hex"),
        pytest.param(f"{IV}:{CIPHERTEXT}0:{TAG}", id="half-a-byte"),
        pytest.param(f"{IV}:{CIPHERTEXT}:{TAG[:8]}", id="tag-of-4-bytes"),
        pytest.param(f"{IV}:{CIPHERTEXT}:{TAG[:24]}", id="tag-of-12-bytes"),
        pytest.param(f"{IV}:{CIPHERTEXT}:{TAG}00", id="tag-of-17-bytes"),
        pytest.param(f"{IV}:{CIPHERTEXT}:", id="tag-of-no-bytes"),
        pytest.param(f"{IV}:{CIPHERTEXT}{TAG[:24]}:{TAG[24:]}", id="colon-moved-right"),
        pytest.param(f"{IV}:{CIPHERTEXT[:-2]}:{CIPHERTEXT[-2:]}{TAG}", id="colon-moved-left"),
        pytest.param(f"{IV[:24]}:{CIPHERTEXT}:{TAG}", id="iv-of-12-bytes"),
        pytest.param(f":{CIPHERTEXT}:{TAG}", id="iv-of-no-bytes"),
        pytest.param(f"{TAG}:{CIPHERTEXT}:{IV}", id="parts-exchanged"),
        pytest.param(f"{IV}:{CIPHERTEXT[:-2]}:{TAG}", id="cut"),
        pytest.param(f"{IV}::{TAG}", id="emptied"),
        pytest.param(f"{chr(0xFF10) * 32}:{CIPHERTEXT}:{TAG}", id="digits-not-ascii"),
        pytest.param(write_legacy(MASTER.encode(), b"x", b"twelve bytes"), id="written-with-12-bytes-of-iv"),
        pytest.param(write_legacy(b"another", b"x"), id="another-master-key"),
        pytest.param("c2.dek-1.AQ", id="our-own-format"),
    ],
)
def test_nothing_else_is_read(text: Any) -> None:
    refusal_of(read_legacy, MASTER, text)


@pytest.mark.parametrize("master_key", [None, MASTER.encode(), 7])
def test_a_master_key_is_text(master_key: Any) -> None:
    refusal_of(read_legacy, master_key, TEXT)


def test_every_altered_bit_is_noticed() -> None:
    for part in range(3):
        parts = TEXT.split(":")
        altered = bytearray.fromhex(parts[part])
        for bit in range(len(altered) * 8):
            altered[bit // 8] ^= 1 << bit % 8
            parts[part] = altered.hex()
            refusal_of(read_legacy, MASTER, ":".join(parts))
            altered[bit // 8] ^= 1 << bit % 8


def test_a_plaintext_that_is_no_text_is_refused_without_showing_it() -> None:
    refusal = refusal_of(read_legacy, MASTER, write_legacy(MASTER.encode(), b"hotel-key-\xff"))
    assert "hotel-key" not in as_printed_with_locals(refusal)


@pytest.fixture
def derivations(monkeypatch: pytest.MonkeyPatch) -> list[bytes]:
    """Begin with an empty cache of two and list what is derived."""
    derived: list[bytes] = []
    derive = legacy._derive

    def derive_and_list(material: bytes) -> AESGCM:
        derived.append(material)
        return derive(material)

    monkeypatch.setattr(legacy, "_derive", derive_and_list)
    monkeypatch.setattr(legacy, "_ciphers", legacy._Ciphers(size=2))
    return derived


def test_a_master_key_is_derived_once_for_many_texts_and_threads(derivations: list[bytes]) -> None:
    with ThreadPoolExecutor(4) as threads:
        read = list(threads.map(lambda _: read_legacy(MASTER, TEXT), range(200)))
    assert read == [SECRET] * 200
    assert derivations == [MASTER.encode()]


def test_a_malformed_text_derives_nothing(derivations: list[bytes]) -> None:
    refusal_of(read_legacy, MASTER, f"{TEXT}\n")
    assert derivations == []


def test_the_cache_is_bounded_and_keeps_what_was_used_last(derivations: list[bytes]) -> None:
    for master_key in ("a", "b", "a", "c", "a", "b"):
        reading(master_key, TEXT)
    assert derivations == [b"a", b"b", b"c", b"b"]


def test_the_cache_holds_no_master_key(derivations: list[bytes]) -> None:
    reading(MASTER, TEXT)
    kept = vars(legacy._ciphers)["_ciphers"]
    assert len(kept) == 1
    assert all(len(name) == 32 and name not in MASTER.encode() for name in kept)
