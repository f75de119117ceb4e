"""Themes of comments: counted by hand, found where they were planted, and not found where chance alone is."""

from __future__ import annotations

from math import log, sqrt
from random import Random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from data.themes import MINIMUM, PRIOR, Terms, apart, is_enough, themes

WORDS = [f"word{i}" for i in range(60)]


def comments(random: Random, count: int) -> list[Terms]:
    """Comments of eight words, some words said far more often than others."""
    weights = [1 / (i + 1) for i in range(len(WORDS))]
    return [frozenset(random.choices(WORDS, weights, k=8)) for _ in range(count)]


def test_the_distance_is_the_log_odds_ratio_with_its_prior_over_its_deviation() -> None:
    with_it = PRIOR * 12 / 200  # the share of both sides together, as many comments as the prior is worth
    odds = [(10 + with_it, 90 + PRIOR - with_it), (2 + with_it, 98 + PRIOR - with_it)]
    ratio = log(odds[0][0] / odds[0][1]) - log(odds[1][0] / odds[1][1])
    deviation = sqrt(sum(1 / cell for side in odds for cell in side))
    assert apart(10, 100, 2, 100) == pytest.approx(ratio / deviation)
    assert apart(2, 100, 10, 100) == pytest.approx(-ratio / deviation)


def test_what_all_or_none_say_sets_nobody_apart() -> None:
    assert apart(0, 10, 0, 10) == apart(10, 10, 10, 10) == 0.0
    assert apart(5, 100, 50, 1000) == pytest.approx(0)


def test_a_theme_says_how_many_comments_hold_it_on_either_side() -> None:
    some: list[Terms] = [frozenset({"invoice", "wrong"})] * 10 + [frozenset({"slow"})] * 20
    usual: list[Terms] = [frozenset({"slow"})] * 20 + [frozenset({"invoice"})] + [frozenset({"good"})] * 79
    found = themes(some, usual)
    assert [(one.term, one.also, one.hits, one.of, one.usual_hits, one.usual_of) for one in found] == [
        ("wrong", ("invoice",), 10, 30, 0, 100),
        # a fifth of both sides say "slow": that is how people talk here
    ]
    assert (found[0].share, found[0].usual_share) == (pytest.approx(1 / 3), 0.0)


def test_of_terms_that_say_the_same_the_longer_names_the_theme() -> None:
    some: list[Terms] = [frozenset({"shared", "drive", "shared drive"})] * 10 + [frozenset({"x"})] * 20
    found = themes(some, [frozenset({"y"})] * 100)
    assert [one.term for one in found if "drive" in one.term] == ["shared drive"]
    assert set(next(one for one in found if one.term == "shared drive").also) == {"shared", "drive"}


def test_two_comments_make_no_theme() -> None:
    some: list[Terms] = [frozenset({"fire"})] * 2 + [frozenset[str]()] * 28
    assert themes(some, [frozenset[str]()] * 5000) == ()


@pytest.mark.parametrize(("some", "usual"), [(MINIMUM - 1, 500), (500, MINIMUM - 1), (0, 0)])
def test_a_side_with_too_few_comments_tells_nothing(some: int, usual: int) -> None:
    mine, theirs = [frozenset({"a"})] * some, [frozenset({"b"})] * usual
    assert not is_enough(mine, theirs)
    assert themes(mine, theirs) == ()


@settings(max_examples=30, deadline=None)
@given(seed=st.integers(0, 10**6), share=st.floats(0.15, 0.6), size=st.integers(80, 300))
def test_a_term_that_was_planted_is_found(seed: int, share: float, size: int) -> None:
    random = Random(seed)
    some, usual = comments(random, size), comments(random, 400)
    hits = int(share * size)
    planted = [terms | {"planted"} for terms in some[:hits]] + some[hits:]
    found = {term: one for one in themes(planted, usual) for term in (one.term, *one.also)}
    assert "planted" in found


def test_labels_that_say_nothing_find_a_theme_no_oftener_than_the_stated_rate() -> None:
    """One in ten searches at most; 150 searches give at most 24 with a chance of 99.5 %."""
    random, searches, wrong = Random(7), 150, 0
    for some, usual in ((40, 400), (100, 100), (100, 1500)):
        for _ in range(searches // 3):
            mixed = comments(random, some + usual)
            wrong += bool(themes(mixed[:some], mixed[some:]))
    assert wrong <= 24
