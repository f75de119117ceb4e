"""The stream of comments and its themes, worked by hand on small stores of both databases."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest
from sqlalchemy import Engine

from data import study
from data.records import Account, Audience, Record, SurveyKind
from data.voice import PER_PAGE, AskVoices, Voices
from data.voice_stream import Group, group_of
from data.voice_themes import Against, Month
from data.window import Filters
from tests.clock import StandingClock
from tests.data.small_world import answer, at, person, settings_of, store_of, survey, ticket, write

NOW = at("11-18 14:30")
SETTINGS = 'time_zone = "Europe/Berlin"\n[audience]\nend_user = ["user"]\ndecision_maker = ["boss"]'


def asked(engine: Engine, **given: Any) -> Voices:
    question = AskVoices(**({"filters": Filters(), "window": "90d"} | given))
    return study.answer(engine, settings_of(SETTINGS), question, clock=StandingClock(NOW))


def told(engine: Engine, *records: Record) -> None:
    write(store_of(engine, SETTINGS), "desk", survey(), *records)


def ids(found: Voices) -> list[str]:
    return [one.id for one in found.said]


def test_comments_come_newest_first_with_what_is_at_stake(engine: Engine) -> None:
    told(
        engine,
        survey("happy", SurveyKind.CSAT, scale_min=1, scale_max=5),
        Account(id="a", name="Acme", yearly_value=86_000.0, renewal_on=date(2026, 12, 28)),
        person("p", "boss", account_id="a"),
        person("q", "user"),
        ticket("7", "11-01 09:00"),
        answer("old", "11-10 09:00", 3, comment="Slow. Mail me: p@acme.test", contact_id="p", account_id="a"),
        answer("new", "11-18 14:30", 9, comment="Quick", contact_id="q"),
        answer("marks", "11-12 09:00", 2, survey_id="happy", comment="Hm", ticket_id="7"),
        answer("none", "11-11 09:00", None, comment="No score from me"),
        answer("silent", "11-17 09:00", 9),
        answer("empty", "11-17 09:00", 9, comment=""),
        answer("gone", "11-17 09:00", 9, comment="Deleted", is_deleted=True),
        answer("later", "11-19 09:00", 9, comment="Tomorrow"),
        answer("before", "06-17 09:00", 9, comment="Long ago"),
    )
    found = asked(engine)
    assert ids(found) == ["new", "marks", "none", "old"]
    new, marks, none, old = found.said
    assert (old.account, old.yearly_value, old.renewal_days) == ("Acme", 86_000.0, 40)
    assert (old.group, old.audience) == (Group.DETRACTORS, Audience.DECISION_MAKER)
    assert old.comment == "Slow. Mail me: [address]"
    assert (marks.kind, marks.score, marks.scale_max, marks.ticket_id) == (SurveyKind.CSAT, 2.0, 5, "7")
    assert marks.group is None
    assert (none.score, none.group) == (None, None)
    assert (new.account, new.yearly_value, new.renewal_days, new.ticket_id) == (None, None, None, None)
    assert not found.has_more


@pytest.mark.parametrize(
    ("score", "group"),
    [
        *((0, Group.DETRACTORS), (6, Group.DETRACTORS), (7, Group.PASSIVES), (8, Group.PASSIVES)),
        *((9, Group.PROMOTERS), (10, Group.PROMOTERS), (11, None), (-1, None), (None, None)),
    ],
)
def test_a_score_has_one_group_in_python_and_in_the_store(
    engine: Engine, score: float | None, group: Group | None
) -> None:
    assert group_of("nps", score) == group
    assert group_of("csat", score) is None
    told(engine, answer("1", "11-10 09:00", score, comment="x"))
    assert [each for each in Group if ids(asked(engine, group=each))] == ([group] if group else [])


@pytest.mark.parametrize(
    ("filters", "expected"),
    [
        (Filters(audience=Audience.DECISION_MAKER), ["boss"]),
        (Filters(audience=Audience.UNKNOWN), ["other"]),
        (Filters(account="acme"), ["user"]),
        (Filters(team="desk:1st"), ["boss"]),
        (Filters(source="desk"), ["other", "user", "boss"]),
        (Filters(source="elsewhere"), []),
        (Filters(account="nobody"), []),
    ],
)
def test_the_stream_keeps_to_its_filters(engine: Engine, filters: Filters, expected: list[str]) -> None:
    told(
        engine,
        Account(id="a", name="Acme"),
        person("b", "boss"),
        person("u", "user"),
        ticket("1", "11-01 09:00", team_id="1st"),
        answer("boss", "11-10 09:00", 3, comment="x", contact_id="b", ticket_id="1"),
        answer("user", "11-11 09:00", 3, comment="x", contact_id="u", account_id="a"),
        answer("other", "11-12 09:00", 3, comment="x"),
    )
    assert ids(asked(engine, filters=filters)) == expected


def test_pages_follow_each_other_without_a_gap(engine: Engine) -> None:
    count = 2 * PER_PAGE + 3
    told(engine, *(answer(f"{i:03}", "11-10 09:00", 9, comment="x") for i in range(count)))
    pages = [asked(engine, page=page) for page in (1, 2, 3, 4)]
    assert [id for page in pages for id in ids(page)] == [f"{i:03}" for i in range(count)]
    assert [page.has_more for page in pages] == [True, True, False, False]


def test_a_page_beyond_what_themes_read_goes_on_where_they_ended(
    engine: Engine, monkeypatch: pytest.MonkeyPatch
) -> None:
    for module in ("data.voice", "data.voice_themes"):
        monkeypatch.setattr(f"{module}.MOST_READ", 60)
    told(engine, *(answer(f"{i:03}", "11-10 09:00", 9, comment="x") for i in range(130)))
    pages = [asked(engine, page=page) for page in (1, 2, 3)]
    assert [id for page in pages for id in ids(page)] == [f"{i:03}" for i in range(130)]
    assert pages[0].themes.is_cut


def test_what_detractors_say_that_others_do_not_is_a_theme_with_its_past(engine: Engine) -> None:
    now = [
        *(answer(f"d{i}", "11-10 09:00", 2, comment="The invoice was wrong") for i in range(10)),
        *(answer(f"e{i}", "10-10 09:00", 3, comment="Slow") for i in range(15)),
        *(answer(f"p{i}", "11-10 09:00", 9, comment="Lovely") for i in range(100)),
    ]
    past = [answer(f"b{i}", "06-10 09:00", 2, comment="Invoice!" if i < 2 else "Slow") for i in range(8)]
    told(engine, *now, *past)
    found = asked(engine, group=Group.DETRACTORS)
    assert (found.themes.some, found.themes.usual, found.themes.is_enough) == (25, 100, True)
    shown = {one.theme.term: one for one in found.themes.shown}
    assert set(shown) == {"slow", "invoice"}  # "wrong" is said by the same comments
    invoice = shown["invoice"]
    assert (invoice.theme.hits, invoice.theme.of, invoice.theme.usual_hits) == (10, 25, 0)
    assert (invoice.before_hits, invoice.before_of, invoice.before_share) == (2, 8, 0.25)
    assert invoice.months == (
        Month(date(2026, 6, 1), 2, 8), Month(date(2026, 10, 1), 0, 15), Month(date(2026, 11, 1), 10, 10),
    )  # fmt: skip
    evidence = asked(engine, group=Group.DETRACTORS, theme="invoice")
    assert evidence.about == len(evidence.said) == invoice.theme.hits
    assert {one.comment for one in evidence.said} == {"The invoice was wrong"}


def test_passives_are_held_against_promoters_first(engine: Engine) -> None:
    told(
        engine,
        *(answer(f"p{i}", "11-10 09:00", 7, comment="Portal is clumsy") for i in range(30)),
        *(answer(f"q{i}", "11-10 09:00", 9, comment="Lovely") for i in range(30)),
        *(answer(f"d{i}", "11-10 09:00", 1, comment="Portal is clumsy") for i in range(300)),
    )
    themes = asked(engine, group=Group.PASSIVES).themes
    assert (themes.against, themes.usual) == (Against.PROMOTERS, 30)
    assert [(one.theme.term, one.theme.also) for one in themes.shown] == [("clumsy", ("portal",))]
    others = asked(engine, group=Group.PASSIVES, against=Against.OTHERS).themes
    assert (others.usual, others.shown) == (330, ())


def test_everybody_is_held_against_the_year_before_which_a_window_of_all_time_lacks(engine: Engine) -> None:
    told(
        engine,
        *(answer(f"n{i}", "11-10 09:00", 5, comment="VPN drops") for i in range(30)),
        *(answer(f"b{i}", "03-10 09:00", 5, comment="Slow") for i in range(40)),
        *(answer(f"a{i}", "2025-06-10 09:00", 5, comment="Slow") for i in range(40)),  # longer ago
    )
    assert (asked(engine).themes.against, asked(engine).themes.usual) == (Against.BEFORE, 40)
    assert "vpn" in {term for one in asked(engine).themes.shown for term in (one.theme.term, *one.theme.also)}
    everything = asked(engine, window="all").themes
    assert (everything.some, everything.usual, everything.is_enough) == (110, 0, False)


def test_an_empty_store_answers_with_nothing(engine: Engine) -> None:
    found = asked(engine)
    assert (found.said, found.has_more, found.themes.is_enough, found.nps.value) == ((), False, False, None)


def test_what_a_group_cannot_be_held_against_is_refused_in_words(engine: Engine) -> None:
    with pytest.raises(ValueError, match="All can be held against before, not promoters"):
        asked(engine, against=Against.PROMOTERS)
