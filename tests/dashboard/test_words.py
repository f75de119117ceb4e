"""Verdict, voices, freshness, notices and sources, in words."""

from __future__ import annotations

from dataclasses import replace

import pytest

from dashboard.freshness import freshness, notices
from dashboard.source_cards import source_list, source_strip
from dashboard.verdict import verdict_line, why
from dashboard.voices import SHOWN, voice_line, voice_list
from data.health import SourceState
from data.verdict import Tendency, Verdict, Weather
from tests.dashboard import boards
from tests.dashboard.pages import page_of
from tests.dashboard.readings import AT, HOSTILE, ZONE, four_sources


def test_the_verdict_is_a_word_a_tendency_and_the_one_reason() -> None:
    page = page_of(verdict_line(boards.full().verdict))
    assert "Change, falling" in page.text
    assert "High-priority tickets miss their target" in page.text
    assert page.values("data-weather") == ["change"]


def test_no_verdict_is_said_and_not_shown_as_weather() -> None:
    page = page_of(verdict_line(Verdict(Weather.UNKNOWN, Tendency.STEADY, "nothing yet", ())))
    assert page.text == "No verdict yetnothing yet"


def test_why_lists_every_sign_worst_first() -> None:
    text = page_of(why(boards.full().verdict)).text
    order = [text.index(name) for name in ("Resolution time", "Who says what", "Net Promoter", "Backlog")]
    assert order == sorted(order)


def test_a_voice_says_score_audience_words_account_and_age() -> None:
    page = page_of(voice_line(boards.full().voices, AT))
    assert page.text.startswith("4 of 10◆ Decision-makerThird time this month")
    assert page.text.endswith("Harbour Logistics · 6\u202fmin ago")


def test_a_list_of_voices_says_what_is_at_stake_and_is_bounded() -> None:
    voices = boards.full().voices * 3
    page = page_of(voice_list(voices, AT))
    assert "renews in 41\u202fd · 86\u202fk a year" in page.text
    assert page.text.count(" of 10") == SHOWN


def test_silence_is_said() -> None:
    assert "Nobody has written anything" in page_of(voice_line((), AT)).text
    assert "No comments in this window." in page_of(voice_list((), AT)).text


def test_hostile_words_stay_words() -> None:
    page = page_of(voice_line(boards.hostile().voices, AT), voice_list(boards.hostile().voices, AT))
    assert not {"script", "img"} & {tag for tag, _ in page.elements}
    assert HOSTILE in page.text


def test_freshness_counts_the_live_sources() -> None:
    assert page_of(freshness(four_sources(AT), AT, ZONE)).text == "updated 8\u202fs ago · 4 of 4 sources"


def test_freshness_names_the_source_that_is_missing_and_since_when() -> None:
    assert (
        page_of(freshness(boards.stale().sources, AT, ZONE)).text
        == "3 of 4 sources · Promoter.io since 14:06"
    )


def test_a_first_sync_is_no_fault() -> None:
    page = page_of(freshness(boards.loading().sources, AT, ZONE))
    assert page.text == "0 of 2 sources · Zendesk: first sync, 12\u202f400 records"
    assert page.with_class("tone-text-bad") == []


@pytest.mark.parametrize(
    ("build", "said"),
    [
        (boards.empty, "No source is connected."),
        (boards.loading, "Zendesk is being read for the first time: 12\u202f400 records so far"),
        (boards.stale, "Promoter.io does not answer. Promoter.io answered 503"),
        (boards.failing, "Zendesk needs attention. Zendesk refused the API token"),
    ],
)
def test_a_notice_stands_above_the_figures(build: boards.Build, said: str) -> None:
    assert said in page_of(notices(build(AT).sources, is_invented=False)).text


def test_all_well_needs_no_notice() -> None:
    assert page_of(notices(four_sources(AT), is_invented=False)).text == ""


def test_a_source_says_its_state_success_next_run_records_and_what_to_do() -> None:
    page = page_of(source_list(boards.failing().sources, AT, ZONE))
    assert page.values("data-state") == ["stopped", "live", "failing", "live"]
    assert "stopped, needs you" in page.text
    assert "Last success3\u202fh ago, 11:32" in page.text
    assert "Records40\u202f213 (12 in the last run)" in page.text
    assert (
        "Make a new token and name it in the settings. Look at the setting sources.acme-support.token."
        in page.text
    )
    assert "Next runnot before the setting is changed" in page.text
    assert "SLA targets start on 1 Mar 2026" in page.text


def test_a_source_shows_what_it_could_not_read_with_reasons_and_places() -> None:
    page = page_of(source_list(boards.failing().sources, AT, ZONE))
    assert "43 rows could not be read" in page.text
    assert "41ticketscreated_at is no dateincidents.csv, line 10412" in page.text


def test_a_source_name_is_quoted_in_its_address() -> None:
    odd = replace(four_sources(AT)[0], name="a/b ?x")
    assert page_of(source_list((odd,), AT, ZONE)).values("action") == ["/sources/a%2Fb%20%3Fx/sync"]


def test_each_state_of_a_source_has_words() -> None:
    first = four_sources(AT)[0]
    marks = {
        state: page_of(source_strip((replace(first, state=state),), AT)).with_class("state-mark")[0]["title"]
        for state in SourceState
    }
    assert len(set(marks.values())) == len(SourceState)


def test_no_source_says_what_to_do() -> None:
    assert "Name one in barometer.toml" in page_of(source_list((), AT, ZONE)).text
