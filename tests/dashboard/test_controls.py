"""Filters and the URL."""

from __future__ import annotations

import pytest

from dashboard.controls import Query, filter_bar, offered_on, parse_query
from data.records import Audience, Priority
from data.window import Filters
from tests.dashboard.boards import full
from tests.dashboard.pages import page_of
from tests.dashboard.readings import AT, HOSTILE, ZONE


def parsed(**given: str) -> Query:
    return parse_query(given, at=AT, zone=ZONE)


def test_a_url_without_anything_asks_for_everything() -> None:
    assert parsed() == parsed(window="", team=" ") == Query()


def test_a_url_narrows_by_every_filter() -> None:
    query = parsed(window="30d", team="1", account="a", audience="end_user", source="rt", priority="high")
    assert query.window == "30d"
    assert query.filters == Filters(
        team="1", account="a", audience=Audience.END_USER, source="rt", priority=Priority.HIGH
    )


def test_a_query_goes_into_a_url_and_comes_back() -> None:
    query = parsed(window="2026-05", team="a&b=c")
    assert query.text() == "window=2026-05&team=a%26b%3Dc"
    assert Query().text() == ""


def test_what_is_no_filter_is_left_alone() -> None:
    assert parsed(utm_source="mail") == Query()


@pytest.mark.parametrize(
    ("given", "said"),
    [
        ({"window": "soon"}, "Use 90d"),
        ({"window": "2026-13"}, "calendar"),
        ({"priority": "huge"}, "urgent"),
        ({"audience": HOSTILE}, "end_user"),
        ({"team": "x" * 201}, "too long"),
    ],
)
def test_a_value_that_nobody_can_mean_is_refused_in_words(given: dict[str, str], said: str) -> None:
    with pytest.raises(ValueError, match=said):
        parse_query(given, at=AT, zone=ZONE)


def test_the_bar_is_set_to_what_the_url_says() -> None:
    page = page_of(filter_bar(offered_on(full()), parsed(team="2", priority="high")))
    chosen = [given["value"] for tag, given in page.elements if tag == "option" and "selected" in given]
    assert chosen == ["", "2", "", "", "", "high"]
    assert len(page.with_class("is-set")) == 2


def test_a_value_that_the_bar_does_not_know_is_still_shown() -> None:
    page = page_of(filter_bar(offered_on(full()), parsed(window="2026-05", team="gone")))
    chosen = [given["value"] for tag, given in page.elements if tag == "option" and "selected" in given]
    assert chosen[:2] == ["2026-05", "gone"]


def test_every_select_has_a_name_for_those_who_hear_it() -> None:
    page = page_of(filter_bar(offered_on(full()), Query()))
    assert len([tag for tag, _ in page.elements if tag == "select"]) == 6
    assert len(page.with_class("heard")) == 6


def test_a_filtered_view_can_be_cleared() -> None:
    assert "Clear" not in page_of(filter_bar(offered_on(full()), Query())).text
    assert "Clear" in page_of(filter_bar(offered_on(full()), parsed(team="2"))).text
