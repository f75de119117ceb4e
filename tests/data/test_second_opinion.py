"""Statistics of our own beside those of SciPy, and what was handed over to it: the figures did not move."""

from __future__ import annotations

import subprocess
import sys
from collections import Counter
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import stats

from data.isotonic import dose_response, gain_of
from data.multiple import adjusted_p_values
from data.statistics import wilson
from data.survival import survival

ROOT = Path(__file__).parents[2]
SEVERAL = settings(deadline=None, max_examples=40)


@given(st.integers(1, 400), st.data())
@SEVERAL
def test_the_interval_of_a_share_is_that_of_scipy(n, data):
    hits = data.draw(st.integers(0, n))
    ours, theirs = wilson(hits, n), stats.binomtest(hits, n).proportion_ci(method="wilson")
    assert ours is not None
    assert (ours.low, ours.high) == pytest.approx((theirs.low, theirs.high), abs=1e-12)


@given(st.lists(st.tuples(st.integers(1, 9), st.booleans()), min_size=1, max_size=30))
@SEVERAL
@pytest.mark.filterwarnings("ignore:The confidence interval is undefined")
def test_the_survival_curve_and_its_band_are_those_of_scipy(seen):
    ended = Counter(duration for duration, has_ended in seen if has_ended)
    still_open = Counter(duration for duration, has_ended in seen if not has_ended)
    ours = survival(ended, still_open)
    if not ended:
        assert ours == []
        return
    known = stats.CensoredData(uncensored=[*ended.elements()], right=[*still_open.elements()])
    curve = stats.ecdf(known).sf
    assert [step.still_open for step in ours] == pytest.approx(curve.evaluate([s.duration for s in ours]))
    band = curve.confidence_interval(method="log-log")
    for step in ours:
        if step.interval is not None:
            low, high = (float(end.evaluate(step.duration)) for end in (band.low, band.high))
            assert (step.interval.low, step.interval.high) == pytest.approx((low, high))


@given(st.lists(st.floats(0, 1), max_size=30))
@SEVERAL
def test_adjusted_p_values_are_those_of_the_step_up_written_out(p_values):
    smallest, adjusted, m = 1.0, [0.0] * len(p_values), len(p_values)
    for rank in range(m, 0, -1):
        index = sorted(range(m), key=lambda i: p_values[i])[rank - 1]
        smallest = min(smallest, p_values[index] * m / rank)
        adjusted[index] = smallest
    assert adjusted_p_values(p_values) == pytest.approx(adjusted)


def nps(counts: dict[float, tuple[int, int, int]]) -> Counter[tuple[float, float]]:
    """(promoters, passives, detractors) at each dose."""
    return Counter(
        {
            (dose, response): n
            for dose, three in counts.items()
            for response, n in zip((100.0, 0.0, -100.0), three, strict=True)
        }
    )


# As they were while the fit was written out here: (dose, fitted, low, high).
BANDS = {
    "falling": (
        nps({0.5: (60, 30, 10), 1.0: (40, 40, 20), 2.0: (20, 30, 50)}),
        [
            (0.5, 50.0, 34.279384590984705, 62.582793752306024),
            (1.0, 20.0, 5.939901559741681, 33.48527058941484),
            (2.0, -30.0, -42.67622334024274, -12.538213665352893),
        ],
        (26.666666666666668, 18.151743499689502, 33.09924437350585),
    ),
    "pooled": (
        nps({0.25: (5, 3, 4), 0.5: (9, 2, 1), 1.0: (12, 8, 9), 2.0: (4, 9, 3), 4.0: (1, 2, 7)}),
        [
            (0.25, 37.5, 7.896260991592238, 59.91463988781977),
            (0.5, 37.5, 7.737638866448896, 57.24004670159649),
            (1.0, 10.344827586206897, -9.600803471995567, 33.89601646805893),
            (2.0, 6.25, -23.033739171382877, 24.9745044609463),
            (4.0, -60.0, -78.36456520539548, 2.010690078723133),
        ],
        (19.183762549105193, 4.016416274966287, 28.21797192947254),
    ),
}


@pytest.mark.parametrize("name", BANDS)
def test_the_bands_did_not_move_when_the_fit_became_that_of_scipy(name):
    answers, bands, worth = BANDS[name]
    found = [
        (level.dose, level.fitted, level.interval.low, level.interval.high)
        for level in dose_response(answers, is_rising=False)
    ]
    assert [pytest.approx(band) for band in bands] == found
    gain = gain_of(answers, 0.5, is_rising=False)
    assert gain is not None
    assert (gain.value, gain.interval.low, gain.interval.high) == pytest.approx(worth)


def test_scipy_is_not_loaded_before_somebody_asks_for_it():
    asked = "import sys, app, data.metrics, data.boards; sys.exit('scipy' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", asked], cwd=ROOT, check=False).returncode == 0
