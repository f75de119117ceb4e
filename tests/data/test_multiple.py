"""False discoveries and shrunken ranking, by hand and by simulation."""

from __future__ import annotations

from random import Random

import pytest

from data.control import Side
from data.multiple import (
    Sample,
    adjusted_p_values,
    discoveries,
    shrink,
    shrink_means,
    shrink_scores,
    shrink_shares,
    worst_first,
)
from data.statistics import NpsCounts

# The fifteen p-values of the example in Benjamini and Hochberg (1995), section 4; at 5 % the first four.
PUBLISHED = [
    0.0001, 0.0004, 0.0019, 0.0095, 0.0201, 0.0278, 0.0298, 0.0344, 0.0459, 0.3240, 0.4262, 0.5719, 0.6528,
    0.7590, 1.0000,
]  # fmt: skip


def test_discoveries_are_those_that_benjamini_and_hochberg_published():
    assert discoveries(PUBLISHED, rate=0.05) == [True] * 4 + [False] * 11


def test_adjusted_p_values_by_hand():
    assert adjusted_p_values([0.01, 0.04, 0.03, 0.5]) == pytest.approx([0.04, 0.16 / 3, 0.16 / 3, 0.5])
    assert adjusted_p_values([]) == []


def test_discoveries_do_not_depend_on_the_order():
    shuffled = PUBLISHED[::-1]
    assert discoveries(shuffled, rate=0.05) == discoveries(PUBLISHED, rate=0.05)[::-1]


@pytest.mark.parametrize("p", [-0.1, 1.1, float("nan")])
def test_what_is_no_p_value_is_refused(p):
    with pytest.raises(ValueError, match="p-value"):
        adjusted_p_values([0.5, p])


def test_where_nothing_differs_something_is_discovered_in_one_family_of_ten():
    rng = Random(3)
    families = sum(any(discoveries([rng.random() for _ in range(20)])) for _ in range(3000))
    assert 0.08 <= families / 3000 <= 0.12


def test_shrinking_by_hand():
    groups = [(60.0, 100), (40.0, 100), (50.0, 100)]  # Q/n: 100 · (100 + 100) = 20 000
    between = (20_000 - 2 * 1000) / (300 - 100)
    found = shrink(groups, 1000)
    weight = between / (between + 1000 / 100)
    assert [each.weight for each in found] == pytest.approx([weight] * 3)
    assert [each.shrunken for each in found] == pytest.approx([50 + 10 * weight, 50 - 10 * weight, 50])


def test_a_group_is_pulled_the_more_the_fewer_rows_it_rests_on():
    found = shrink_shares([(600, 1000), (900, 1000), (2, 2), (30, 50)])
    weights = [each.weight for each in found]
    assert weights[0] == weights[1] > weights[3] > weights[2] > 0
    assert found[0].value < found[0].shrunken < found[1].shrunken < found[1].value


def test_groups_that_differ_only_by_chance_lie_on_the_overall_value():
    found = shrink_shares([(18, 20), (19, 20), (17, 20), (37, 40)])
    assert {round(each.shrunken, 12) for each in found} == {0.91}
    assert {each.weight for each in found} == {0}


def test_a_month_with_four_answers_does_not_lead_the_list():
    months = [NpsCounts(52, 32, 16)] * 5 + [NpsCounts(20, 40, 40), NpsCounts(0, 0, 4)]
    found = shrink_scores(months)
    assert found[6].value == -100 < found[5].value
    assert found[5].shrunken < found[6].shrunken  # by shrinking alone, before the minimum
    assert worst_first(found, Side.LOW)[0] == 5
    assert worst_first(found, Side.LOW)[-1] == 6
    assert worst_first(found, Side.LOW, minimum=1)[0] == 5


def test_however_bad_four_answers_are_they_stand_below_the_others():
    months = [NpsCounts(100, 0, 0), NpsCounts(0, 0, 100), NpsCounts(90, 10, 0), NpsCounts(0, 0, 4)]
    assert worst_first(shrink_scores(months), Side.LOW) == [1, 2, 0, 3]


def test_where_all_lie_on_the_overall_value_evidence_ranks():
    found = shrink_shares([(10, 12), (165, 200), (86, 100)])  # 0.0, -2.3 and +2.3 hits from the expected
    assert {each.weight for each in found} == {0}
    assert worst_first(found, Side.LOW) == [1, 0, 2]
    assert worst_first(found, Side.HIGH) == [2, 0, 1]


def test_means_are_shrunk_with_the_variance_of_all_groups():
    groups = [Sample(10, 11, 4.0), Sample(20, 11, 6.0), Sample(15, 1)]
    overall, variance = (10 * 11 + 20 * 11 + 15) / 23, 5.0
    spread = 23 - (121 + 121 + 1) / 23
    squares = 11 * (10 - overall) ** 2 + 11 * (20 - overall) ** 2 + (15 - overall) ** 2
    between = (squares - 2 * variance) / spread
    found = shrink_means(groups)
    assert found[0].weight == pytest.approx(between / (between + variance / 11))
    assert found[2].weight == pytest.approx(between / (between + variance / 1))


def test_one_group_or_none_cannot_be_shrunk():
    assert shrink_shares([]) == shrink_scores([]) == shrink_means([]) == []
    assert shrink_shares([(3, 10)])[0].shrunken == 0.3


def test_shrunken_shares_lie_nearer_to_the_truth_than_observed_ones():
    rng = Random(5)
    observed = shrunken = 0.0
    for _ in range(60):
        truth = [rng.betavariate(45, 5) for _ in range(12)]
        sizes = [rng.choice((4, 10, 30, 100)) for _ in truth]
        groups = [(sum(rng.random() < p for _ in range(n)), n) for p, n in zip(truth, sizes, strict=True)]
        for p, each in zip(truth, shrink_shares(groups), strict=True):
            observed += (each.value - p) ** 2
            shrunken += (each.shrunken - p) ** 2
    assert shrunken < 0.6 * observed
