"""Whom to ask for a review: one line a person, nobody who cooled down since, and a harmless file."""

from __future__ import annotations

import csv
import io
from datetime import date

from sqlalchemy import Engine

from data import study
from data.export_review import COLUMNS, review_as_csv
from data.records import Account, Contact
from data.review import AskReview, Candidates
from data.window import Filters
from tests.clock import StandingClock
from tests.dashboard.readings import HOSTILE
from tests.data.small_world import answer, at, person, settings_of, store_of, survey, write

NOW = at("11-18 14:30")
FORMULA = "=cmd|' /C calc'!A0"


def asked(engine: Engine, *, limit: int = 50, offset: int = 0, filters: Filters | None = None) -> Candidates:
    question = AskReview(filters=filters or Filters(), window="90d", limit=limit, offset=offset)
    return study.answer(engine, settings_of(), question, clock=StandingClock(NOW))


def ids(found: Candidates) -> list[str]:
    return [one.said.id for one in found.found]


def test_a_person_is_there_once_with_their_latest_words_and_only_while_a_promoter(engine: Engine) -> None:
    write(
        store_of(engine), "desk", survey(),
        person("twice"), person("cooled"), person("warmed"), person("gone", is_deleted=True), person("quiet"),
        answer("twice old", "10-01 09:00", 9, comment="Good", contact_id="twice"),
        answer("twice new", "10-02 09:00", 10, comment="Great", contact_id="twice"),
        answer("cooled high", "10-01 09:00", 10, comment="Great", contact_id="cooled"),
        answer("cooled low", "10-03 09:00", 8, contact_id="cooled"),
        answer("warmed low", "10-01 09:00", 2, comment="Bad", contact_id="warmed"),
        answer("warmed high", "10-04 09:00", 9, comment="Better", contact_id="warmed"),
        answer("gone", "10-05 09:00", 9, comment="Bye", contact_id="gone"),
        answer("quiet said", "10-06 09:00", 9, comment="Fine", contact_id="quiet"),
        answer("quiet later", "10-07 09:00", 10, contact_id="quiet"),
        answer("nobody 1", "10-08 09:00", 9, comment="x"),
        answer("nobody 2", "10-08 09:00", 9, comment="y"),
        answer("long ago", "06-01 09:00", 9, comment="z"),
        answer("passive", "10-09 09:00", 8, comment="w"),
    )  # fmt: skip
    assert ids(asked(engine)) == ["nobody 1", "nobody 2", "quiet said", "warmed high", "twice new"]


def test_one_person_of_two_sources_is_there_once(engine: Engine) -> None:
    store, email = store_of(engine), "p@acme.test"
    write(store, "desk", survey(), answer("1", "10-01 09:00", 9, comment="One", email=email))
    write(store, "poll", survey(), answer("2", "10-02 09:00", 9, comment="Two", email=email))
    write(store, "poll", survey(), answer("3", "10-02 09:00", 9, comment="Three", email="q@acme.test"))
    assert ids(asked(engine)) == ["2", "3"]


def test_a_name_that_is_an_address_is_not_shown(engine: Engine) -> None:
    write(
        store_of(engine), "desk", survey(),
        Contact(id="a", name="a@acme.test"), Contact(id="b", name="Bo Li"),
        answer("1", "10-02 09:00", 9, comment="x", contact_id="a"),
        answer("2", "10-01 09:00", 9, comment="x", contact_id="b"),
    )  # fmt: skip
    assert [one.person for one in asked(engine).found] == [None, "Bo Li"]


def test_people_are_paged(engine: Engine) -> None:
    write(
        store_of(engine), "desk", survey(), *(answer(str(i), "10-01 09:00", 9, comment="x") for i in range(5))
    )
    pages = [asked(engine, limit=2, offset=offset) for offset in (0, 2, 4)]
    assert [ids(page) for page in pages] == [["0", "1"], ["2", "3"], ["4"]]
    assert [page.has_more for page in pages] == [True, True, False]


def test_the_file_says_what_it_is_and_holds_no_formula(engine: Engine) -> None:
    write(
        store_of(engine), "desk", survey(), Contact(id="a", name=FORMULA, account_id="f"),
        Account(id="f", name=FORMULA, yearly_value=1000.0, renewal_on=date(2026, 12, 18)),
        answer("-1", "10-02 09:00", 9, comment=FORMULA, contact_id="a", account_id="f"),
        answer("2", "10-01 09:00", 10, comment=HOSTILE),
    )  # fmt: skip
    lines = list(csv.reader(io.StringIO("".join(review_as_csv(asked(engine))))))
    assert ["# as of", "2026-11-18T14:30:00Z"] in lines
    assert ["# time zone", "UTC"] in lines
    assert ["# filters", "none"] in lines
    assert ["# rows in this file", "2"] in lines
    assert ["# all of them", "yes"] in lines
    first, second = (dict(zip(COLUMNS, line, strict=True)) for line in lines[-2:])
    assert (first["person"], first["account"], first["comment"]) == (f"'{FORMULA}",) * 3
    assert (first["answer"], first["yearly_value"], first["renewal_days"]) == ("'-1", "1000.0", "30")
    assert (second["person"], second["yearly_value"], second["comment"]) == ("", "", HOSTILE)
    filtered = list(review_as_csv(asked(engine, filters=Filters(source="elsewhere"))))
    assert any("source=elsewhere" in line for line in filtered)
    assert '"# rows in this file",0\r\n' in filtered
