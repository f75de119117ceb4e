"""The grid of months by hand: what is usual, how far from it, thin and unfinished months, and the ranking."""

from __future__ import annotations

import csv
import io
from collections.abc import Sequence
from dataclasses import replace
from typing import Any

import pytest
from sqlalchemy import Engine

from data import month_grid
from data.control import Side
from data.export_months import COLUMNS, grid_as_csv
from data.month_cells import MonthCell, Step, cells_of
from data.month_grid import SIGNS, MonthGrid, MonthsAsked, SignRow
from data.readings import Readings
from data.records import Priority, State
from data.study import answer as study_answer
from data.tally import BacklogTally, MeanTally, ShareTally
from data.window import Filters
from tests.clock import StandingClock
from tests.data.small_world import answer, at, change, settings_of, store_of, survey, target, ticket, write
from tests.data.test_months import USUAL, read

NOW = at("2026-11-18T14:30")
LONDON = 'time_zone = "Europe/London"'


def grid_of(engine: Engine, **how: Any) -> MonthGrid:
    where = {name: how.pop(name) for name in ("team", "priority", "channel", "source") if name in how}
    asked = MonthsAsked(filters=Filters.of(where), **how)
    return study_answer(engine, settings_of(LONDON), asked, clock=StandingClock(NOW))


def row(grid: MonthGrid, key: str) -> SignRow:
    return next(row for row in grid.rows if row.metric.key == key)


def cell(grid: MonthGrid, key: str, label: str) -> MonthCell:
    return next(cell for cell in row(grid, key).cells if cell.label == label)


def shares(months: Sequence[tuple[int, int]], count: int, *, runs: bool = False) -> list[MonthCell]:
    found = read("sla_attainment", [ShareTally(*month) for month in months])
    return cells_of([str(n) for n in range(count)], found, Side.LOW, runs=runs)


@pytest.fixture
def desk(engine: Engine) -> Engine:
    """Answers from July on (August has four), and a few tickets with promises around the turns of months."""
    say: list[Any] = []
    for month, scores in (("07", [9] * 12), ("08", [0] * 4), ("09", [9] * 6 + [3] * 6), ("11", [0] * 20)):
        say += [answer(f"{month} {i}", f"2026-{month}-03T09:00", score) for i, score in enumerate(scores)]
    high = Priority.HIGH
    write(
        store_of(engine, LONDON), "desk", survey(), *say,
        # solved on 1 September at 00:30 in London, which is August in UTC
        ticket("turn", "08-20 09:00", State.SOLVED, team_id="1", channel="mail"),
        change("turn", "08-20 09:00", State.OPEN), change("turn", "08-31 23:30", State.SOLVED),
        target("turn", "08-20 09:00", 60),
        ticket("stays", "09-10 09:00", State.PENDING, team_id="2", priority=high, channel="chat"),
        change("stays", "09-10 09:00", State.OPEN), change("stays", "10-02 09:00", State.PENDING),
        ticket("old", "09-11 09:00", State.SOLVED, team_id="1", channel="mail"),
        change("old", "09-11 09:00", State.OPEN), change("old", "10-05 09:00", State.SOLVED),
    )  # fmt: skip
    return engine


# --- levels and flows by month ----------------------------------------------------------------------------


def test_the_backlog_at_each_months_end_is_what_its_receipt_reads(desk: Engine) -> None:
    grid = grid_of(desk)
    levels = {item.label: item.reading.value for item in row(grid, "backlog").cells}
    assert levels["2026-07"] is None  # before the first ticket nothing is known, which is not 0
    assert [levels[f"2026-{month}"] for month in ("08", "09", "10", "11")] == [1, 2, 1, 1]
    for item in row(grid, "backlog").cells:
        if item.reading.value is None:
            continue
        with Readings(desk, settings_of(LONDON), as_of=item.reading.as_of, clock=StandingClock(NOW)) as then:
            again = then.read("backlog", compare=False)
        assert (again.value, again.counts) == (item.reading.value, item.reading.counts)


@pytest.mark.parametrize(
    ("where", "levels"),
    [
        ({"team": "desk:1"}, [1, 1, 0, 0]), ({"channel": "chat"}, [None, 1, 1, 1]),
        ({"priority": "high"}, [None, 1, 1, 1]), ({"source": "other"}, [None] * 3 + [0]),
    ],
)  # fmt: skip
def test_levels_keep_to_the_filters(desk: Engine, where: dict[str, str], levels: list[float | None]) -> None:
    grid = grid_of(desk, **where)
    assert [item.reading.value for item in row(grid, "backlog").cells][-4:] == levels


def test_levels_are_the_same_from_the_rows(desk: Engine) -> None:
    days = [at(f"2026-{month}-{day}").date() for month, day in (("07", 31), ("08", 31), ("09", 30))]
    for where in ({}, {"team": "desk:1"}, {"channel": "chat"}):
        found = []
        for is_exact in (True, False):
            clock = StandingClock(NOW)
            with Readings(desk, settings_of(LONDON), clock=clock, is_exact=is_exact) as readings:
                levels = readings.backlogs(days, filters=Filters.of(where))
                found.append([(level.value, dict(level.counts)) for level in levels])
        assert found[0] == found[1]


def test_months_are_cut_in_the_reporting_zone(desk: Engine) -> None:
    grid = grid_of(desk)
    assert cell(grid, "sla_attainment", "2026-08").is_empty
    assert cell(grid, "sla_attainment", "2026-09").reading.n == 1


def test_a_month_without_an_answer_has_no_count_of_the_less_than_delighted(desk: Engine) -> None:
    grid = grid_of(desk)
    october, september = (cell(grid, "less_than_delighted", f"2026-{month}") for month in ("10", "09"))
    assert october.is_empty
    assert (september.is_empty, september.reading.value) == (False, 6)


def test_months_of_which_nothing_is_known_are_no_columns(desk: Engine) -> None:
    grid = grid_of(desk, months=36)
    assert grid.labels == ("2026-07", "2026-08", "2026-09", "2026-10", "2026-11")
    assert [item.label for item in row(grid, "nps").cells] == [*grid.labels]


def test_an_empty_store_has_a_grid_without_a_number(engine: Engine) -> None:
    grid = grid_of(engine)
    assert grid.labels == ("2026-10", "2026-11")
    assert all(item.is_empty for each in grid.rows for item in each.cells)
    assert grid.ranking.order == ()


# --- the ranking ------------------------------------------------------------------------------------------


def test_the_worst_month_comes_first_and_a_tiny_one_does_not_lead(desk: Engine) -> None:
    """August has four answers of 0; the running month, of detractors alone, is not ranked at all."""
    grid = grid_of(desk, is_ranked=True)
    assert grid.ranking.order == ("2026-09", "2026-07", "2026-08")
    assert grid.labels == ("2026-09", "2026-07", "2026-08", "2026-10", "2026-11")


def test_levels_are_ranked_as_they_are(desk: Engine) -> None:
    grid = grid_of(desk, is_ranked=True, by="backlog")
    assert grid.labels[:3] == ("2026-09", "2026-08", "2026-10")
    assert (grid.ranking.worst, grid.by.cells[-1].judged) == (None, None)


def test_a_month_that_is_not_over_or_small_is_said_to_be_so(desk: Engine) -> None:
    grid = grid_of(desk)
    running, thin = cell(grid, "nps", "2026-11"), cell(grid, "nps", "2026-08")
    assert (running.is_running, running.step, running.is_beyond) == (True, None, False)
    assert (thin.is_thin, thin.step) == (True, None)
    past = grid_of(desk, as_of=at("2026-10-10T09:00"))
    assert past.labels[-1] == "2026-09"  # of the past no running month is told
    assert cell(past, "nps", "2026-09").is_provisional
    assert not cell(past, "sla_attainment", "2026-09").is_provisional


def test_a_filter_that_a_sign_does_not_know_is_named(desk: Engine) -> None:
    grid = grid_of(desk, priority="high")
    assert row(grid, "nps").unknown == ("priority",)
    assert row(grid, "backlog").unknown == ()


@pytest.mark.parametrize(("how", "says"), [({"by": "solved"}, "ranked by"), ({"months": 13}, "12, 24, 36")])
def test_what_nobody_can_mean_is_refused(sqlite_engine: Engine, how: dict[str, Any], says: str) -> None:
    with pytest.raises(ValueError, match=says):
        grid_of(sqlite_engine, **how)


# --- the distance from usual, by hand -----------------------------------------------------------------------


def test_a_month_beyond_its_own_limit_is_ringed() -> None:
    cells = shares([*USUAL, (92, 100), (70, 100)], 2)
    assert [each.step for each in cells] == [Step.USUAL, Step.BEYOND]
    assert [each.is_beyond for each in cells] == [False, True]
    assert cells[1].usual is not None
    assert cells[1].usual.has_limits
    assert cells[1].usual.low > 0.7
    assert cells[1].usual.high <= 1


def test_a_good_month_is_never_bad() -> None:
    (best,) = shares([*USUAL, (100, 100)], 1)
    assert (best.step, best.is_beyond, best.is_run) == (Step.BETTER, False, False)


def test_a_run_of_months_is_marked_though_each_keeps_to_its_limits() -> None:
    cells = shares([*USUAL, (93, 100), *[(89, 100)] * 7], 7)
    assert [each.is_run for each in cells] == [False] * 6 + [True]
    assert not any(each.is_beyond for each in cells)


def test_with_few_earlier_months_nothing_is_beyond_and_with_fewer_nothing_is_said() -> None:
    """Without limits a month is far from usual at most; of five months nothing is usual."""
    cells = shares([(92, 100), (93, 100), (91, 100), (92, 100), (93, 100), (91, 100), (50, 100)], 7)
    assert cells[-1].step is Step.FAR
    assert not any(each.is_beyond for each in cells)
    assert {each.step for each in shares([(92, 100)] * 4 + [(50, 100)], 5)} == {None}


def test_without_limits_a_month_is_usual_within_its_own_error() -> None:
    """85 of 100 is no more than a standard error and a half from 90 %, though other months hardly vary."""
    cells = shares(
        [(900, 1000), (901, 1000), (899, 1000), (900, 1000), (902, 1000), (900, 1000), (86, 100)], 7
    )
    assert cells[-1].step is not Step.FAR
    assert shares([(900, 1000)] * 6 + [(800, 1000)], 7)[-1].step is Step.FAR


def test_a_small_month_has_no_colour_and_says_nothing_of_the_usual() -> None:
    cells = shares([*[(92, 100)] * 6, (0, 5)], 7)
    assert (cells[-1].is_thin, cells[-1].step) == (True, None)
    assert cells[0].usual is not None
    assert cells[0].usual.value == pytest.approx(0.92)


def test_a_running_month_has_no_colour() -> None:
    found = read("sla_attainment", [ShareTally(92, 100)] * 7 + [ShareTally(10, 100)])
    last = found[-1]
    found[-1] = replace(last, as_of=last.window.start)
    cells = cells_of([str(n) for n in range(8)], found, Side.LOW, runs=True)
    assert (cells[-1].is_running, cells[-1].step) == (True, None)


# --- the file -----------------------------------------------------------------------------------------------


def test_the_file_says_what_it_is_and_holds_a_line_a_cell(desk: Engine) -> None:
    grid = grid_of(desk, is_ranked=True, team="desk:1")
    lines = list(csv.reader(io.StringIO("".join(grid_as_csv(grid)))))
    about = {line[0]: line[1:] for line in lines if line[0].startswith("#")}
    assert about["# as of"] == ["2026-11-18T14:30:00Z"]
    assert about["# time zone"] == ["Europe/London"]
    assert about["# filters"] == ["team=desk:1"]
    assert about["# ranked by"] == ["nps"]
    assert len([line for line in lines if line[0] == "# definition"]) == len(SIGNS)
    table = [dict(zip(COLUMNS, line, strict=True)) for line in lines[lines.index(list(COLUMNS)) + 1 :]]
    assert len(table) == len(SIGNS) * len(grid.labels)
    backlog = {line["month"]: line for line in table if line["metric"] == "backlog"}
    assert (backlog["2026-09"]["value"], backlog["2026-09"]["as_of"]) == ("1", "2026-09-30T22:59:59Z")
    nps = [line for line in table if line["metric"] == "nps"]
    assert {line["value"] for line in nps} == {""}  # no answer names a team: that is not 0


def test_a_duration_that_would_need_every_ticket_of_a_large_store_is_not_told(
    desk: Engine, monkeypatch: pytest.MonkeyPatch
) -> None:
    told = row(grid_of(desk, channel="mail"), "sla_gap")
    assert (told.is_too_large, told.cells[-3].reading.n) == (False, 1)
    monkeypatch.setattr(month_grid, "MOST_TICKETS", 0)
    untold = grid_of(desk, channel="mail", by="sla_gap", is_ranked=True)
    assert untold.by.is_too_large
    assert all(item.is_empty for item in untold.by.cells)
    assert not row(grid_of(desk, team="desk:1"), "sla_gap").is_too_large  # stored histograms know teams


def test_months_that_do_not_vary_say_nothing_of_one_that_does() -> None:
    found = read("agent_stations", [MeanTally(100, 100)] * 7 + [MeanTally(104, 100)])
    cells = cells_of([str(n) for n in range(8)], found, Side.HIGH, runs=False)
    assert {each.step for each in cells} == {None}


def test_a_backlog_of_one_among_noughts_is_not_far_from_usual() -> None:
    found = read("backlog", [BacklogTally()] * 7 + [BacklogTally(1)] + [BacklogTally(9)])
    cells = cells_of([str(n) for n in range(9)], found, Side.HIGH, runs=False)
    assert [each.step for each in cells[-2:]] == [Step.USUAL, Step.FAR]
    assert not any(each.is_beyond for each in cells)
