"""The c2 text: what it is, that it opens for its own key and place, and for nothing else."""

import base64
import string
import subprocess
import sys
from dataclasses import fields

import pytest
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from hypothesis import given
from hypothesis import strategies as st

from core.credentials import envelope
from core.credentials.envelope import (
    CREDENTIAL,
    WRAPPED_KEY,
    Binding,
    Key,
    open_credential,
    seal_credential,
    unwrap_key,
    wrap_key,
)
from core.domain.secret import Secret
from tests.core.credentials.samples import (
    BINDING,
    KEY,
    OTHER_KEY,
    as_printed_with_locals,
    associated,
    b64url,
    changed,
    derive,
    gcm,
    refusal_of,
    words_of,
    write_c2,
)

FROZEN = (
    "c2.dek-1."
    "AWRlZmdoaWprbG1ub3BxcnN0dXZ3eHl6e3x9fn-AgYKDLlDRMNLOTBBuwDRE0QOpdu_CzjA064YlKInTi_RL5mhyg_"
    "EEZopRkgC8sMkEQh6sdTEpfY-RifZWjQ"
)
"""Written once, by the independent writer: a change of the format would make stored secrets unreadable."""

bindings = st.builds(Binding, *[st.text()] * 5)


@given(st.text(), bindings, st.binary(min_size=32, max_size=32))
def test_what_was_sealed_opens(text: str, binding: Binding, material: bytes) -> None:
    key = Key("dek-2", material)
    assert open_credential(key, binding, seal_credential(key, binding, Secret(text))) == Secret(text)


def test_a_frozen_text_stays_readable() -> None:
    assert write_c2("schlüssel".encode()) == FROZEN
    assert open_credential(KEY, BINDING, FROZEN).reveal() == "schlüssel"


@given(st.text())
def test_a_sealed_text_is_what_the_format_says(text: str) -> None:
    """An independent writer, given the salt that was drawn, writes the very same text."""
    sealed = seal_credential(KEY, BINDING, Secret(text))
    body = base64.urlsafe_b64decode(sealed.split(".")[2] + "==")
    assert sealed == write_c2(text.encode(), salt=body[1:33])


def test_each_text_has_a_salt_of_its_own() -> None:
    assert len({_salt_of_a_new_text() for _ in range(20_000)}) == 20_000


def test_forked_processes_draw_different_salts() -> None:
    """In a process of its own: one with other threads, as this may be, must not be forked."""
    code = (
        "import multiprocessing\n"
        "from tests.core.credentials.test_envelope import salts_in_hex\n"
        "with multiprocessing.get_context('fork').Pool(4) as pool:\n"
        "    print(*(salt for some in pool.map(salts_in_hex, [500] * 8, chunksize=1) for salt in some))\n"
    )
    salts = subprocess.check_output([sys.executable, "-c", code], text=True, timeout=60).split()
    assert len(set(salts)) == 4_000


@pytest.mark.parametrize("field", [field.name for field in fields(Binding)])
def test_a_text_opens_in_its_own_place_only(field: str) -> None:
    sealed = seal_credential(KEY, BINDING, Secret("s3cret"))
    refusal_of(open_credential, KEY, changed(field, "another"), sealed)
    refusal_of(open_credential, KEY, changed(field, ""), sealed)


def test_no_place_can_be_spelled_as_another() -> None:
    """Each word carries its length, so a letter cannot move from one word to its neighbour."""
    sealed = seal_credential(KEY, Binding("h", "ab", "c", "d", "e"), Secret("s3cret"))
    for binding in (
        Binding("ha", "b", "c", "d", "e"),
        Binding("h", "a", "bc", "d", "e"),
        Binding("h", "ab", "cd", "", "e"),
        Binding("", "h", "ab", "c", "de"),
    ):
        refusal_of(open_credential, KEY, binding, sealed)


def test_a_place_may_be_spelled_with_anything() -> None:
    """An address that somebody typed may hold half a surrogate pair; it is no reason to fail."""
    place = changed("origin", "https://\ud800")
    sealed = seal_credential(KEY, place, Secret("s3cret"))
    assert open_credential(KEY, place, sealed) == Secret("s3cret")
    refusal_of(open_credential, KEY, changed("origin", "https://?"), sealed)


def test_another_key_is_refused_before_anything_is_decrypted(monkeypatch: pytest.MonkeyPatch) -> None:
    """The commitment differs, so the cipher is never asked; with the right key it is asked once."""
    decrypted: list[bytes] = []

    class CountingCipher:
        def __init__(self, key: bytes) -> None:
            self._cipher = AESGCM(key)

        def decrypt(self, nonce: bytes, data: bytes, associated_data: bytes) -> bytes:
            decrypted.append(data)
            return self._cipher.decrypt(nonce, data, associated_data)

    sealed = seal_credential(KEY, BINDING, Secret("s3cret"))
    monkeypatch.setattr(envelope, "AESGCM", CountingCipher)
    refusal_of(open_credential, OTHER_KEY, BINDING, sealed)
    assert len(decrypted) == 0
    open_credential(KEY, BINDING, sealed)
    assert len(decrypted) == 1


def test_the_key_must_go_by_the_name_in_the_text() -> None:
    renamed = Key("dek-2", KEY.material)
    sealed = seal_credential(KEY, BINDING, Secret("s3cret"))
    refusal_of(open_credential, renamed, BINDING, sealed)
    refusal_of(open_credential, KEY, BINDING, sealed.replace("dek-1", "dek-2"))
    refusal_of(open_credential, renamed, BINDING, sealed.replace("dek-1", "dek-2"))


HEAD, BODY = FROZEN.rsplit(".", 1)


@pytest.mark.parametrize(
    "text",
    [
        pytest.param("", id="empty"),
        pytest.param("s3cret", id="plaintext"),
        pytest.param(f"c1.dek-1.{BODY}", id="another-version"),
        pytest.param(f"C2.dek-1.{BODY}", id="upper-case-version"),
        pytest.param(f"w1.dek-1.{BODY}", id="another-family"),
        pytest.param(f"c2..{BODY}", id="no-key"),
        pytest.param(f"c2.{'d' * 33}.{BODY}", id="long-key"),
        pytest.param(f"c2.dek_¹.{BODY}", id="key-not-ascii"),
        pytest.param(f"c2.dek-1.{BODY}.", id="fourth-part"),
        pytest.param("c2.dek-1.", id="no-body"),
        pytest.param(f"c2.dek-1.{BODY}\n", id="newline-after"),
        pytest.param(f" c2.dek-1.{BODY}", id="blank-before"),
        pytest.param(f"{FROZEN[:40]} {FROZEN[40:]}", id="blank-inside"),
        pytest.param(f"{FROZEN}=", id="padding"),
        pytest.param(f"{FROZEN}AA==", id="padding-and-more"),
        pytest.param(f"{FROZEN[:-1]}+", id="standard-alphabet"),
        pytest.param(f"{HEAD}.{BODY[:-1]}²", id="digit-not-ascii"),
        pytest.param(f"{HEAD}.{BODY[: len(BODY) // 4 * 4]}A", id="length-no-base64-has"),
        pytest.param(f"{HEAD}.{b64url(bytes([1]) + bytes(79))}", id="one-byte-short-of-a-tag"),
        pytest.param(write_c2("schlüssel".encode(), suite=b"\x02"), id="unknown-suite"),
        pytest.param(write_c2("schlüssel".encode(), suite=b""), id="no-suite"),
    ],
)
def test_a_malformed_text_is_refused(text: str) -> None:
    refusal_of(CREDENTIAL.key_id, text)
    refusal_of(open_credential, KEY, BINDING, text)


@pytest.mark.parametrize("length", range(6))
def test_bytes_have_one_spelling_only(length: int) -> None:
    """The unused bits of the last character are zero; every other spelling of the same bytes is refused."""
    sealed = write_c2(b"x" * length)
    body = sealed.rsplit(".", 1)[1]
    decoded = base64.urlsafe_b64decode(body + "==")
    spellings = [
        sealed[:-1] + last
        for last in string.ascii_letters + string.digits + "-_"
        if base64.urlsafe_b64decode(body[:-1] + last + "==") == decoded
    ]
    assert len(spellings) == {0: 1, 2: 16, 3: 4}[len(body) % 4]
    for spelling in spellings:
        if spelling != sealed:
            refusal_of(open_credential, KEY, BINDING, spelling)
    assert open_credential(KEY, BINDING, sealed) == Secret("x" * length)


def test_a_plaintext_that_is_no_text_is_refused_without_showing_it() -> None:
    """Python's own decoding error carries the whole plaintext; ours carries nothing."""
    sealed = write_c2(b"hotel-key-\xff")
    refusal = refusal_of(open_credential, KEY, BINDING, sealed)
    assert "hotel-key" not in as_printed_with_locals(refusal)


def test_a_secret_that_is_no_text_is_not_sealed_and_not_shown() -> None:
    with pytest.raises(ValueError, match=r"^the secret is not valid Unicode text$") as caught:
        seal_credential(KEY, BINDING, Secret("hotel-key-\ud800"))
    assert caught.value.__cause__ is None
    assert caught.value.__context__ is None
    assert "hotel-key" not in as_printed_with_locals(caught.value)


def test_a_refusal_shows_no_key_even_with_local_variables() -> None:
    sealed = seal_credential(KEY, BINDING, Secret("s3cret"))
    for key, binding in ((OTHER_KEY, BINDING), (KEY, changed("field", "other"))):
        printed = as_printed_with_locals(refusal_of(open_credential, key, binding, sealed))
        assert "dek-1" in printed
        for key in (KEY, OTHER_KEY):
            assert repr(key.material) not in printed
            assert key.material.hex() not in printed
            enc_key, _ = derive(
                key.material, base64.urlsafe_b64decode(sealed[9:] + "==")[1:33], CREDENTIAL.info
            )
            assert repr(enc_key) not in printed


def test_a_key_shows_its_name_alone() -> None:
    assert repr(KEY) == "Key(id='dek-1')"


@pytest.mark.parametrize(
    ("key_id", "material"),
    [
        ("", bytes(32)),
        ("d" * 33, bytes(32)),
        ("a.b", bytes(32)),
        ("é", bytes(32)),
        ("a", bytes(31)),
        ("a", b""),
    ],
)
def test_a_key_has_32_bytes_and_a_plain_name(key_id: str, material: bytes) -> None:
    with pytest.raises(ValueError, match=r"^a key is 32 bytes"):
        Key(key_id, material)


KEK = Key("kek-1", bytes(range(200, 232)))


def test_a_wrapped_key_opens_for_its_hotel_and_name_only() -> None:
    wrapped = wrap_key(KEK, KEY, "hotel-1")
    opened = unwrap_key(KEK, wrapped, "hotel-1", "dek-1")
    assert (opened.id, opened.material) == (KEY.id, KEY.material)
    refusal_of(unwrap_key, KEK, wrapped, "hotel-2", "dek-1")
    refusal_of(unwrap_key, KEK, wrapped, "hotel-1", "dek-2")
    refusal_of(unwrap_key, Key("kek-1", KEY.material), wrapped, "hotel-1", "dek-1")
    refusal_of(unwrap_key, Key("kek-2", KEK.material), wrapped, "hotel-1", "dek-1")


def test_a_wrapped_key_is_what_the_format_says() -> None:
    wrapped = wrap_key(KEK, KEY, "hotel-1")
    body = base64.urlsafe_b64decode(wrapped.split(".")[2] + "==")
    enc_key, commit = derive(KEK.material, body[1:33], b"pms-cred/w1/wrap+commit")
    box = gcm(enc_key, bytes(12), KEY.material, associated("pms-key", "kek-1", ("hotel-1", "dek-1")))
    assert wrapped == "w1.kek-1." + b64url(b"\x01" + body[1:33] + commit + box)


def test_the_families_do_not_open_each_other() -> None:
    """Under one key and with the same words, a text of one family is none of the other."""
    words = words_of(BINDING)
    secret = CREDENTIAL.seal(KEY, words, b"x")
    wrapped = WRAPPED_KEY.seal(KEY, words, b"x")
    refusal_of(WRAPPED_KEY.open, KEY, words, secret)
    refusal_of(WRAPPED_KEY.open, KEY, words, "w1" + secret[2:])
    refusal_of(CREDENTIAL.open, KEY, words, wrapped)
    refusal_of(CREDENTIAL.open, KEY, words, "c2" + wrapped[2:])


def _salt_of_a_new_text() -> bytes:
    sealed = seal_credential(KEY, BINDING, Secret("s3cret"))
    return base64.urlsafe_b64decode(sealed.split(".")[2] + "==")[1:33]


def salts_in_hex(count: int) -> list[str]:
    """Return the salts of so many new texts."""
    return [_salt_of_a_new_text().hex() for _ in range(count)]
