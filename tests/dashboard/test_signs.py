"""The four signs, in each state."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import pytest

from dashboard.signs.audiences import audiences_card
from dashboard.signs.backlog import backlog_card
from dashboard.signs.nps import nps_card
from dashboard.signs.sla import sla_card
from data.board import Age
from data.metrics.definition import Change
from data.statistics import Verdict as Realness
from tests.dashboard import boards
from tests.dashboard.pages import Page, page_of
from tests.dashboard.readings import AT


def nps(build: boards.Build = boards.full) -> Page:
    return page_of(nps_card(build(AT), AT))


def backlog(build: boards.Build = boards.full) -> Page:
    return page_of(backlog_card(build(AT), AT))


def sla(build: boards.Build = boards.full) -> Page:
    return page_of(sla_card(build(AT), AT))


def audiences(build: boards.Build = boards.full) -> Page:
    return page_of(audiences_card(build(AT), AT))


def test_nps_shows_score_interval_sample_window_groups_and_the_window_before() -> None:
    page = nps()
    assert page.figures[0]["text"] == "+42"
    assert "90 days" in page.text
    assert "between 35 and 49 · 412 answers" in page.text
    assert "57 detractors125 passives230 promoters" in page.text
    assert "+36 in the 90 days before" in page.text
    assert "6 within noise" in page.text


def test_too_few_answers_give_words_instead_of_a_score() -> None:
    page = nps(boards.thin)
    assert page.figures[0]["text"] == "too few to say"
    assert page.figures[0]["data-thin"] == "true"
    assert "4 answers of the 10 it takes" in page.text
    assert "1 detractor0 passives3 promoters" in page.text
    assert "+42" not in page.text


@pytest.mark.parametrize(
    ("build", "headline", "hint"),
    [
        (boards.empty, "no data yet", "no survey tool is connected: name one in barometer.toml"),
        (boards.loading, "loading", "first sync under way · 12\u202f400 records so far"),
        (boards.quiet, "no data", "no answers in this window (90 days)"),
    ],
)
def test_a_missing_score_says_why_and_what_to_do(build: boards.Build, headline: str, hint: str) -> None:
    page = nps(build)
    assert page.figures[0]["text"] == headline
    assert page.figures[0]["data-value"] == ""
    assert hint in page.text


def test_the_backlog_shows_who_is_waited_for_ages_flow_and_the_oldest() -> None:
    page = backlog()
    assert page.figures[0]["data-value"] == "137"
    assert "89 wait on us · 41 on customer · 7 elsewhere" in page.text
    assert "61 < 1 d38 1–3 d24 3–7 d14 > 7 d" in page.text
    assert "today 46 in, 34 out · oldest waits 19\u202fdays" in page.text
    assert "12 since yesterday" in page.text


def test_an_empty_backlog_is_zero_and_not_missing() -> None:
    page = backlog(boards.quiet)
    assert (page.figures[0]["data-value"], page.figures[0]["text"]) == ("0", "0")
    assert "as many as yesterday" in page.text
    assert "oldest" not in page.text


def test_the_ages_may_be_cut_into_any_number_of_classes() -> None:
    board = boards.full()
    ages = (Age(0, 1, 5), Age(1, None, 2))
    page = page_of(backlog_card(replace(board, backlog=replace(board.backlog, ages=ages)), AT))
    assert "5 < 1 d2 > 1 d" in page.text


def test_the_sla_shows_attainment_gap_what_is_late_and_what_falls_due() -> None:
    page = sla()
    assert page.figure("sla_attainment")["text"] == "92%"
    assert page.figure("sla_gap")["text"] == "−2.8h"
    assert page.figure("breached_now")["data-value"] == "3"
    assert page.figure("due_soon")["data-value"] == "12"
    assert "1\u202f204 tickets" in page.text


def test_each_priority_shows_its_median_its_target_its_share_and_its_sample() -> None:
    page = sla()
    assert "High5.4\u202fh of 8\u202fh88\u202f% of 212" in page.text
    shares = [f for f in page.figures if f["data-metric"] == "sla_attainment" and f.get("data-group")]
    assert [figure["data-group"] for figure in shares] == ["urgent", "high", "normal", "low"]
    bullets = [label for label in page.values("aria-label") if label.startswith("high")]
    assert bullets == ["high: median 5.4\u202fh of 8\u202fh, nine in ten within 9.1\u202fh"]


def test_a_priority_without_tickets_or_target_says_so() -> None:
    board = boards.full()
    resolution = {key: value for key, value in board.sla.resolution_by_priority.items() if key != "low"}
    sign = replace(
        board.sla,
        resolution_by_priority=resolution,
        target_by_priority={**board.sla.target_by_priority, "high": None},
    )
    page = page_of(sla_card(replace(board, sla=sign), AT))
    assert "5.4\u202fh · no target" in page.text
    assert "Lowno tickets solved" in page.text


def test_nothing_breached_is_good_news() -> None:
    page = sla(boards.thin)
    assert "none breached" in page.text
    assert page.figure("breached_now")["data-value"] == "0"


def test_the_split_has_end_users_left_and_decision_makers_right_with_both_samples() -> None:
    page = audiences()
    assert page.values("data-audience") == ["end_user", "decision_maker"]
    scores = [f for f in page.figures if f["data-metric"] == "nps"]
    assert [(f["text"], f["data-n"]) for f in scores] == [("+48", "288"), ("+28", "124")]
    assert "288 answers" in page.text
    assert "124 answers" in page.text
    assert "20 points apart: real" in page.text
    assert "38 answers without a known role" in page.text


def test_the_sla_of_each_audience_rests_on_tickets_and_on_answers() -> None:
    board = replace(boards.full(), ticket_as_of=None)
    figures = page_of(audiences_card(board, AT)).figures
    assert {f["data-as-of"] for f in figures if f["data-metric"] == "sla_attainment"} == {""}
    assert {f["data-as-of"] for f in figures if f["data-metric"] == "nps"} == {"2026-11-18T13:31:16Z"}


@pytest.mark.parametrize(
    ("verdict", "text"),
    [(Realness.NOISE, "20 points apart: within noise"), (Realness.TOO_FEW, "too few to compare")],
)
def test_a_difference_that_may_be_noise_is_called_so(verdict: Realness, text: str) -> None:
    board = boards.full()
    split = replace(board.audiences, apart=Change(-20.0, verdict))
    assert text in page_of(audiences_card(replace(board, audiences=split), AT)).text


def test_what_somebody_said_is_quoted_in_their_column() -> None:
    text = audiences().text
    assert text.index("“fast and friendly”") < text.index("Decision-makers") < text.index("“answers fast")


@pytest.mark.parametrize("card", [nps, backlog, sla, audiences])
def test_an_old_sign_keeps_its_value_for_scripts_and_is_marked(card: Callable[[boards.Build], Page]) -> None:
    page = card(boards.failing)
    assert "" not in {figure["data-value"] for figure in page.figures}
    assert page.figures
    assert {figure.get("data-stale") for figure in page.figures} == {"true"}
    assert len(page.with_class("old-note")) == 1
