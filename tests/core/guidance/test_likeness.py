"""Sayings are found by what they share with a question: letters, words, ideas."""

import pytest

from core.guidance.likeness import Likeness, Pieces, letters, meanings

ROWS = (
    ("where is the key", "how do I get the key"),
    ("what does it cost", "do we have to pay"),
    ("the certificate has expired", "das Zertifikat ist abgelaufen"),
)


def test_letters_are_groups_of_four_and_pairs_of_words() -> None:
    assert letters("Schlüssel im Ei") == [
        "schlussel im",
        "im ei",
        " sch",
        "schl",
        "chlu",
        "hlus",
        "luss",
        "usse",
        "ssel",
        "sel ",
        " im ",
        " ei ",
    ]


def test_meanings_are_ideas_and_beginnings_of_words() -> None:
    assert meanings("Der Schlüssel") == ["der*", "schlus*", "key"]


def test_names_of_pms_are_no_pieces() -> None:
    assert letters("Mews") == meanings("Mews") == []


@pytest.mark.parametrize("pieces", [letters, meanings])
def test_a_saying_itself_is_the_nearest(pieces: Pieces) -> None:
    nearest = Likeness(ROWS, pieces).nearest("What does it cost?")
    assert nearest[1] == pytest.approx(1.0)
    assert max(nearest[0], nearest[2]) < 0.7


@pytest.mark.parametrize("pieces", [letters, meanings])
def test_evidence_speaks_for_the_row_whose_words_these_are(pieces: Pieces) -> None:
    evidence = Likeness(ROWS, pieces).evidence("certificate expired, what now")
    assert evidence.index(max(evidence)) == 2


def test_slips_do_not_hide_a_saying() -> None:
    nearest = Likeness(ROWS, letters).nearest("the certifcate has exipred")
    assert nearest.index(max(nearest)) == 2


def test_another_language_means_the_same() -> None:
    nearest = Likeness(ROWS, meanings).nearest("Le certificat a expiré")
    assert nearest.index(max(nearest)) == 2


@pytest.mark.parametrize("pieces", [letters, meanings])
@pytest.mark.parametrize("question", ["", "???", "xyzzy"])
def test_what_shares_nothing_is_like_nothing(pieces: Pieces, question: str) -> None:
    house = Likeness(ROWS, pieces)
    assert house.nearest(question) == house.evidence(question) == [0.0, 0.0, 0.0]
