"""The pieces of every card: what scripts read, and what a change means."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest

from dashboard import cards
from dashboard.stamp import Stamp
from data.metrics.definition import Change, Direction, Unit
from data.statistics import Verdict as Realness
from tests.dashboard.pages import page_of
from tests.dashboard.readings import AT, BACKLOG, GAP, NPS, metric, read

FRESH = Stamp(as_of=AT - timedelta(seconds=8), deadline_s=180, at=AT)
OLD = Stamp(as_of=AT - timedelta(minutes=26), deadline_s=180, at=AT, blame="Promoter.io does not answer")
NEVER = Stamp(as_of=None, deadline_s=180, at=AT)


def test_a_figure_carries_the_contract_with_scripts() -> None:
    figure = page_of(cards.figure(read(GAP, -168.25, 1204), FRESH, is_signed=True)).figures[0]
    assert figure["data-metric"] == "sla_gap"
    assert figure["data-value"] == "-168.25"
    assert figure["data-as-of"] == "2026-11-18T13:31:52Z"
    assert figure["data-deadline-s"] == "180"
    assert figure["data-n"] == "1204"
    assert "data-stale" not in figure
    assert figure["text"] == "−2.8h"


def test_a_figure_past_its_deadline_is_stale_from_the_first_paint() -> None:
    assert page_of(cards.figure(read(NPS, 42.0), OLD)).figures[0]["data-stale"] == "true"


def test_a_figure_on_its_deadline_is_not_stale_yet() -> None:
    stamp = Stamp(as_of=AT - timedelta(seconds=180), deadline_s=180, at=AT)
    assert not stamp.is_stale


def test_a_figure_without_a_source_has_no_moment_and_no_value() -> None:
    figure = page_of(cards.blank(read(NPS, None, 0), NEVER, "no data yet")).figures[0]
    assert (figure["data-value"], figure["data-as-of"], figure["text"]) == ("", "", "no data yet")


def test_a_figure_is_armed_so_that_the_style_sheet_can_strike_it_without_scripts() -> None:
    component = cards.figure(read(NPS, 42.0), FRESH)
    assert component.style == {"--left": "172s"}
    assert component.key == "armed 172"


def test_a_figure_of_a_split_says_whose_it_is() -> None:
    figure = page_of(cards.figure(read(NPS, 1.0, by="priority", group="high"), FRESH)).figures[0]
    assert (figure["data-by"], figure["data-group"]) == ("priority", "high")


def test_a_part_of_a_reading_has_a_key_of_its_own() -> None:
    reading = read(BACKLOG, 137.0, counts={"us": 89.0})
    figure = page_of(cards.part(reading, "us", FRESH)).figures[0]
    assert (figure["data-metric"], figure["data-value"], figure["text"]) == ("backlog.us", "89", "89")


@pytest.mark.parametrize(
    ("difference", "verdict", "tone", "text"),
    [
        (6.0, Realness.NOISE, "plain", "▲up 6 within noise"),
        (12.0, Realness.REAL, "good", "▲up 12 real"),
        (-12.0, Realness.REAL, "bad", "▼down 12 real"),
        (50.0, Realness.TOO_FEW, "plain", "too few to compare"),
    ],
)
def test_only_a_real_change_is_good_or_bad(
    difference: float, verdict: Realness, tone: str, text: str
) -> None:
    page = page_of(cards.change_pill(read(NPS, 42.0, change=Change(difference, verdict))))
    assert page.text == text
    assert len(page.with_class(f"tone-{tone}")) == 1


def test_more_is_worse_where_lower_is_better() -> None:
    slower = read(
        metric("wait", Unit.MINUTES, Direction.LOWER_IS_BETTER), 90.0, change=Change(30.0, Realness.REAL)
    )
    assert cards.change_tone(slower) == "bad"
    assert cards.change_tone(replace(slower, change=Change(-30.0, Realness.REAL))) == "good"


def test_a_metric_without_a_direction_is_never_judged() -> None:
    flow = metric("created", Unit.TICKETS, Direction.NEITHER)
    assert cards.change_tone(read(flow, 9.0, change=Change(9.0, Realness.REAL))) == "plain"
    assert cards.level_tone(read(flow, 9.0, previous=1.0)) == "plain"


@pytest.mark.parametrize(
    ("before", "tone"), [(125.0, "watch"), (150.0, "good"), (137.0, "plain"), (None, "plain")]
)
def test_a_grown_backlog_is_something_to_watch(before: float | None, tone: str) -> None:
    assert cards.level_tone(read(BACKLOG, 137.0, previous=before)) == tone


def test_an_old_figure_says_its_age_and_who_does_not_answer() -> None:
    page = page_of(cards.old_note(OLD))
    assert page.text.startswith("26\u202fmin old · Promoter.io does not answer")
    assert page.values("data-age-of") == ["2026-11-18T13:06:00Z"]


def test_a_sample_says_what_it_counts() -> None:
    assert cards.sample(read(NPS, 25.0, 4)) == "4 answers"
    assert cards.sample(read(GAP, 25.0, 1)) == "1 ticket"
    heard = metric("value_at_risk", Unit.VALUE, counted_as="account")
    assert cards.sample(read(heard, 86_000.0, 12)) == "12 accounts"
