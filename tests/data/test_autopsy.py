"""The split of a month's difference: exact whatever the rows are, and right where the cause is planted."""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction

from hypothesis import given
from hypothesis import strategies as st

from data.autopsy import Alike, Autopsy, Count, Part, Why, autopsy
from data.autopsy_drags import Drags

DIMS = ("team", "priority")
CELLS = st.tuples(st.sampled_from(["a", "b", None]), st.sampled_from(["high", "low", None]))


@st.composite
def counts(draw: st.DrawFn) -> Count:
    n = draw(st.integers(1, 300))
    return Count(n, draw(st.integers(0, n)))


@st.composite
def alike(draw: st.DrawFn) -> Alike:
    """Some rows; of some of them it is known how often they were handed on and came back."""
    count = draw(counts())
    known = draw(st.integers(0, count.n))
    agents = draw(st.lists(st.integers(1, 5), min_size=known, max_size=known))
    kept = draw(st.lists(st.booleans(), min_size=known, max_size=known))
    back = draw(st.lists(st.booleans(), min_size=known, max_size=known))
    rows = list(zip(agents, kept, back, strict=True))
    drags = Drags(
        known, sum(kept), sum(agents), sum(each**2 for each in agents), sum(a * k for a, k, _ in rows),
        sum(back), sum(k * b for _, k, b in rows), sum(a * b for a, _, b in rows),
    )  # fmt: skip
    account = draw(st.sampled_from(["harbour", "quill", None]))
    return Alike(draw(CELLS), account, count, drags if known else None)


FRACTIONS = st.none() | st.fractions(0, 3, max_denominator=50)


@given(st.dictionaries(CELLS, counts()), st.lists(alike(), max_size=12), FRACTIONS, FRACTIONS)
def test_the_parts_sum_to_the_difference_to_the_last_digit(
    usual: dict[tuple[str | None, ...], Count],
    month: list[Alike],
    handoffs: Fraction | None,
    reopened: Fraction | None,
) -> None:
    found = autopsy(usual, month, DIMS, handoffs=handoffs, reopened=reopened)
    if found is None:
        assert not usual or not month
        return
    n, total = (sum(each) for each in zip(*(rows.count for rows in month), strict=True))
    before, kept = (sum(each) for each in zip(*usual.values(), strict=True))
    assert found.difference == Fraction(total, n) - Fraction(kept, before)
    assert sum((part.size for part in found.parts), Fraction(0)) == found.difference
    groups = [part for part in found.parts if part.why in (Why.GROUP, Why.REST)]
    assert sum(part.n for part in groups) == n


def test_a_month_without_rows_or_without_months_before_is_not_split() -> None:
    rows = [Alike(("a", "high"), None, Count(10, 5))]
    assert autopsy({}, rows, DIMS) is None
    assert autopsy({("a", "high"): Count(10, 5)}, [], DIMS) is None


USUAL = {("a", "high"): Count(100, 80), ("a", "low"): Count(100, 100), ("b", "high"): Count(100, 80)}


def part(found: Autopsy | None, why: Why, by: str = "") -> Part:
    assert found is not None
    return next(item for item in found.parts if item.why is why and item.by == by)


def sizes(found: Autopsy | None) -> list[tuple[str, str, str | None, Fraction]]:
    assert found is not None
    return [(item.why.value, item.by, item.group, item.size) for item in found.parts]


def test_more_of_what_always_does_worse_is_a_mix() -> None:
    """Usually 260 of 300 are kept. All of the month are high ones, each kept as often as usual."""
    month = [Alike(("a", "high"), None, Count(50, 40)), Alike(("b", "high"), None, Count(50, 40))]
    found = autopsy(USUAL, month, DIMS)
    assert found is not None
    assert found.difference == Fraction(8, 10) - Fraction(260, 300)
    assert sum(item.size for item in found.parts if item.why is Why.MIX) == found.difference
    assert found.parts[0].by == "priority"
    assert part(found, Why.REST).size == 0


def month_of(slow: Sequence[Count]) -> list[Alike]:
    """Team b's high ones by account; everything else is as usual."""
    accounts = ("harbour", "quill")
    fine = [Alike(("a", "high"), "quill", Count(100, 80)), Alike(("a", "low"), "quill", Count(100, 100))]
    return fine + [Alike(("b", "high"), name, count) for name, count in zip(accounts, slow, strict=True)]


def test_a_planted_slow_team_comes_first_with_all_of_the_difference() -> None:
    found = autopsy(USUAL, month_of([Count(60, 10), Count(40, 20)]), DIMS)
    assert sizes(found)[0] == ("group", "team", "b", Fraction(30 - 80, 300))
    assert part(found, Why.REST).size == 0
    assert part(found, Why.GROUP, "team").usual_n == 100
    share = part(found, Why.GROUP, "team").within[0]
    assert (share.by, share.group, share.size) == ("account", "harbour", Fraction(10 - 48, 300))


def test_a_planted_account_is_named_where_its_team_did_well_otherwise() -> None:
    found = autopsy(USUAL, month_of([Count(30, 2), Count(70, 56)]), DIMS)
    assert sizes(found)[0] == ("group", "account", "harbour", Fraction(2 - 24, 300))


def test_what_happened_to_everybody_has_no_group() -> None:
    """A tenth less in every cell."""
    month = [Alike(cell, None, Count(100, count.total - 10)) for cell, count in USUAL.items()]
    found = autopsy(USUAL, month, DIMS)
    assert sizes(found) == [("rest", "", None, Fraction(-1, 10))]


def test_what_chance_gives_is_not_named() -> None:
    found = autopsy(USUAL, month_of([Count(60, 46), Count(40, 31)]), DIMS)
    assert [why for why, *_ in sizes(found)] == ["rest"]


def test_a_handful_of_rows_is_no_cause() -> None:
    found = autopsy(USUAL, month_of([Count(9, 0), Count(91, 73)]), DIMS)
    assert [why for why, *_ in sizes(found)] == ["rest"]


def test_handoffs_cost_what_they_cost_within_the_team() -> None:
    """Of 100 tickets 50 went to a second agent, and 30 of those were late; no other one was.

    One more agent costs 0.6 of a kept promise. Usually 1.2 agents have a ticket, now 1.5: 0.6 × 0.3 = 0.18.
    """
    drags = Drags(100, 70, 150, 250, 50 + 2 * 20, 0, 0, 0)
    month = [Alike(("a", "low"), None, Count(100, 70), drags)]
    found = autopsy({("a", "low"): Count(100, 88)}, month, DIMS, handoffs=Fraction(12, 10))
    handed = part(found, Why.HANDOFFS)
    assert (handed.size, handed.now, handed.usual) == (Fraction(-18, 100), Fraction(3, 2), Fraction(6, 5))
    assert part(found, Why.REST).size == 0


def test_too_few_usual_rows_of_a_cell_are_held_against_the_wider_one() -> None:
    """Of team b's low ones there were 2 before, so they are held against all of team b."""
    usual = USUAL | {("b", "low"): Count(2, 0)}
    month = [Alike(("b", "low"), None, Count(102, 80))]
    found = autopsy(usual, month, DIMS)
    assert part(found, Why.REST).size == 0


def test_scores_of_three_classes_split_as_well() -> None:
    usual = {("a", None): Count(100, 40), ("b", None): Count(100, 40)}
    month = [Alike(("a", None), None, Count(50, 20)), Alike(("b", None), None, Count(50, -40))]
    found = autopsy(usual, month, DIMS)
    assert sizes(found)[0] == ("group", "team", "b", Fraction(-60, 100))
