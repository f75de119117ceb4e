"""Which moment a figure carries, and who is to blame for its age."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

from dashboard import stamp
from data.health import SourceState
from tests.dashboard.boards import full, stale
from tests.dashboard.readings import AT, four_sources


def test_tickets_and_surveys_have_moments_of_their_own() -> None:
    board = full()
    assert stamp.of_tickets(board, AT).as_of == AT - timedelta(seconds=31)
    assert stamp.of_surveys(board, AT).as_of == AT - timedelta(seconds=44)


def test_a_figure_that_rests_on_both_grows_old_with_the_first_of_them() -> None:
    board = full()
    assert stamp.of_both(board, AT) == stamp.of_tickets(board, AT)
    late = replace(board, survey_as_of=AT - timedelta(minutes=19))
    assert stamp.of_both(late, AT) == stamp.of_surveys(late, AT)


def test_a_figure_that_rests_on_both_has_no_moment_while_one_is_missing() -> None:
    assert stamp.of_both(replace(full(), survey_as_of=None), AT).as_of is None


def test_only_a_source_that_feeds_the_figure_is_blamed() -> None:
    sources = stale().sources
    assert stamp.blame(sources, stamp.SURVEYS) == "Promoter.io does not answer"
    assert stamp.blame(sources, stamp.TICKETS) == ""


def test_a_source_that_needs_a_person_is_blamed_before_one_that_is_tried_again() -> None:
    first, second, *_ = four_sources(AT)
    late = replace(first, state=SourceState.LATE, lag_seconds=9000.0)
    stopped = replace(second, state=SourceState.STOPPED, lag_seconds=60.0)
    assert stamp.blame((late, stopped), stamp.TICKETS) == "Request Tracker needs attention"
