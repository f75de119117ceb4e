"""Whom to ask for a review: the table and the file, each with its own address."""

from __future__ import annotations

import csv
import io
from collections.abc import Callable
from dataclasses import replace

import pytest
from flask.testing import FlaskClient

from dashboard import create_app
from dashboard.voice_review import MOST_IN_FILE
from data.review import AskReview, Candidates
from tests.dashboard.boards import STATES, FakeProvider
from tests.dashboard.pages import Page
from tests.dashboard.readings import AT, HOSTILE
from tests.dashboard.voices_said import candidates

VIEW = "/voice?view=promoters"


def client_of(answers: Callable[[AskReview], Candidates] = candidates) -> FlaskClient:
    provider = FakeProvider(STATES["full"], studies={AskReview: answers})
    return create_app(provider, clock=lambda: AT).server.test_client()


def hostile(asked: AskReview) -> Candidates:
    return candidates(asked, comment=HOSTILE, person=HOSTILE)


def test_each_person_is_a_row_of_a_named_table() -> None:
    page = Page(client_of().get(VIEW).text)
    for text in (
        "Great people",
        "Bo Li",
        "name not known",
        "Acme",
        "Renews in",
        "Barometer writes to nobody",
    ):
        assert text in page.text, text
    heads = {given["scope"] for tag, given in page.elements if tag == "th"}
    assert heads == {"col", "row"}
    assert "caption" in {tag for tag, _ in page.elements}
    assert "Ask for a review" in page.text


def test_pages_and_the_file_keep_the_filters() -> None:
    page = Page(client_of().get("/voice?window=30d&audience=end_user&view=promoters&page=2").text)
    links = page.values("href")
    assert "/voice.csv?window=30d&audience=end_user&view=promoters" in links
    assert "/voice?window=30d&audience=end_user&view=promoters&page=3" in links
    names = {given.get("name") for tag, given in page.elements if tag == "select"}
    assert "view" in names


def test_without_anybody_there_are_words_and_no_file() -> None:
    def nobody(asked: AskReview) -> Candidates:
        return replace(candidates(asked), found=(), has_more=False)

    page = Page(client_of(nobody).get(VIEW).text)
    assert "No promoter wrote anything in this window." in page.text
    assert not [href for href in page.values("href") if ".csv" in href]


def test_the_file_is_that_of_the_view_from_its_first_row() -> None:
    asked: list[AskReview] = []

    def answer(question: AskReview) -> Candidates:
        asked.append(question)
        return candidates(question)

    found = client_of(answer).get("/voice.csv?view=promoters&window=30d&page=4")
    assert found.mimetype == "text/csv"
    assert 'filename="barometer-promoters-2026-11-18.csv"' in found.headers["Content-Disposition"]
    assert (asked[0].window, asked[0].limit, asked[0].offset) == ("30d", MOST_IN_FILE, 0)
    lines = list(csv.reader(io.StringIO(found.text.removeprefix("\ufeff"))))
    assert ["# all of them", "no"] in lines
    assert lines[-2][0] == "Bo Li"


@pytest.mark.parametrize("part", ["", "?view=x", "?view=promoters&window=x", "?group=promoters"])
def test_a_file_that_nobody_can_mean_is_refused(part: str) -> None:
    found = client_of().get(f"/voice.csv{part}")
    assert (found.status_code, found.mimetype) == (400, "text/plain")


def test_hostile_texts_stay_texts_in_table_and_file() -> None:
    client = client_of(hostile)
    page = Page(client.get(VIEW).text)
    assert HOSTILE in page.text
    assert "img" not in {tag for tag, _ in page.elements}
    lines = list(csv.reader(io.StringIO(client.get("/voice.csv?view=promoters").text.removeprefix("\ufeff"))))
    assert HOSTILE in lines[-2]
