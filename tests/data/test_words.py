"""The terms of a comment, in any language that puts spaces between words."""

from __future__ import annotations

import pytest

from data.words import normal_term, terms, without_addresses
from tests.dashboard.readings import HOSTILE


@pytest.mark.parametrize(
    ("comment", "expected"),
    [
        ("The Shared Drive was slow.", {"shared", "drive", "shared drive", "slow"}),
        ("Slow. Drive", {"slow", "drive"}),  # a pair ends with its sentence
        ("slow, drive", {"slow", "drive"}),
        ("It is NOT fixed", {"fixed", "not fixed"}),
        ("Didn’t answer; didn't call", {"answer", "didn't answer", "call", "didn't call"}),
        ("Straße STRASSE", {"strasse", "strasse strasse"}),
        ("très déçu", {"très", "déçu", "très déçu"}),
        ("tre\u0300s", {"très"}),  # however the accent was typed
        ("очень медленно", {"очень", "медленно", "очень медленно"}),
        ("हिन्दी", {"हिन्दी"}),
        ("123 4,5 👍 _", set()),
        ("", set()),
        ("a" * 41, set()),
        ("ask bob@acme.test about printers", {"ask", "printers"}),
    ],
)
def test_terms_of_a_comment(comment: str, expected: set[str]) -> None:
    assert terms(comment) == expected


def test_of_an_endless_comment_the_beginning_is_looked_at() -> None:
    assert "late" not in terms("word " * 2000 + "late")
    assert terms(HOSTILE)  # and nothing is raised


@pytest.mark.parametrize(
    ("text", "term"),
    [("Shared  Drive", "shared drive"), ("slow", "slow"), ("one two three", ""), ("123", ""), ("", "")],
)
def test_a_term_as_it_was_typed_becomes_one_as_it_is_counted(text: str, term: str) -> None:
    assert normal_term(text) == term


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("write to bob.o+x@acme.co.uk!", "write to [address]"),
        ("<bob@acme.test>", "<[address]>"),
        ("no address @ all", "no address @ all"),
        ("plain", "plain"),
    ],
)
def test_no_address_is_left_in_a_text(text: str, shown: str) -> None:
    assert without_addresses(text) == shown
