"""The teams' page: fair in its words, whole in its tables, safe with every text, and linked to receipts."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest
from flask.testing import FlaskClient

from dashboard import create_app
from dashboard.figures.funnel_plot import Dot, Limits, funnel_plot
from dashboard.team_stars import LONGEST, note_of
from data.records import Priority
from data.team_load import LoadQuestion
from data.team_view import SIGNS, Apart, TeamsQuestion
from data.window import Filters
from tests.dashboard import team_answers
from tests.dashboard.boards import STATES, FakeProvider
from tests.dashboard.pages import Page
from tests.dashboard.readings import AT, HOSTILE, ZONE


def client_of(
    teams: Callable[[Any], Any] = team_answers.full, loads: Callable[[Any], Any] = team_answers.loads
) -> FlaskClient:
    provider = FakeProvider(STATES["full"], studies={TeamsQuestion: teams, LoadQuestion: loads})
    return create_app(provider, clock=lambda: AT).server.test_client()


def page_at(path: str, **given: Any) -> Page:
    answer = client_of(**given).get(path)
    assert answer.status_code == 200
    return Page(answer.text)


def test_the_comparison_is_said_in_words_and_in_the_order_of_names() -> None:
    page = page_at("/teams")
    assert "beta is worse than chance. Delta is better than chance. The other one differs" in page.text
    assert "Outside the 95 % lines, as one team in twenty is by chance" in page.text
    assert "12 tickets with a target of no known team: not compared." in page.text
    shown = [figure for figure in page.figures if figure["data-metric"] == "sla_attainment"]
    assert [figure["data-value"] for figure in shown] == ["0.9", "0.83", "0.8", "0.97"]


def test_a_team_worth_a_look_is_not_called_apart() -> None:
    def teams(question: TeamsQuestion) -> Any:
        found = team_answers.full(question)
        marks = tuple(replace(mark, apart=Apart.LOOK) for mark in found.funnel.marks[:2])
        return replace(found, funnel=replace(found.funnel, marks=marks))

    page = page_at("/teams", teams=teams)
    assert "No team is clearly apart. Alpha and beta are worth a look." in page.text
    assert page.text.count("Below all teams together: outside the 95 % lines, but not the 99.8 % ones") == 2


def test_every_figure_of_a_team_leads_to_its_receipt() -> None:
    page = page_at("/teams")
    links = [figure["href"] for figure in page.figures if figure["data-metric"] == "sla_attainment"]
    assert links[1] == "/receipt?metric=sla_attainment&window=30d&team=desk%3Aa"
    loads = page_at("/teams?view=load")
    assert loads.figure("open_per_agent")["href"].startswith("/receipt?metric=open_per_agent&team=desk")


def test_a_team_with_too_few_shows_no_share() -> None:
    page = page_at("/teams")
    assert "too few to say" in page.text
    assert page.text.count("17 %") == 0
    assert ">Gamma</text>" not in client_of().get("/teams").text


def test_answers_are_shown_as_counts_with_their_share() -> None:
    page = page_at("/teams?sign=delight")
    figure = page.figures[1]
    assert (figure["data-metric"], figure["text"]) == ("less_than_delighted", "83")
    assert "83 · 83\u202f%" in page.text


@pytest.mark.parametrize("path", [*(f"/teams?sign={sign}" for sign in SIGNS), "/teams?view=load"])
def test_each_view_has_one_heading_and_tables_that_are_named(path: str) -> None:
    page = page_at(path)
    tags = [tag for tag, _ in page.elements]
    assert (tags.count("h1"), tags.count("main")) == (1, 1)
    assert tags.count("caption") == tags.count("table") >= 1
    assert {given["scope"] for tag, given in page.elements if tag == "th"} == {"col", "row"}
    assert all("tabindex" in given for given in page.with_class("scrolls"))


def test_an_empty_store_is_said_in_words_for_each_sign() -> None:
    assert "No ticket with a target ended" in page_at("/teams", teams=team_answers.empty).text
    for sign in ("csat", "delight"):
        page = page_at(f"/teams?sign={sign}", teams=team_answers.empty)
        assert "nobody can say which team it was about" in page.text
        assert "No ticket with a known team was solved" in page.text
        assert "No answer of this window has one of the best marks" in page.text
    loads = page_at("/teams?view=load", loads=team_answers.no_loads)
    assert "No team holds or did anything yet." in loads.text
    assert [tag for tag, _ in loads.elements if tag == "table"] == []


def test_each_week_gets_its_word_and_its_reason() -> None:
    page = page_at("/teams?view=load")
    assert "Overwhelmed was overwhelmed. Understaffed was understaffed. Slower was slower." in page.text
    assert "The other one kept up." in page.text
    assert "Because of slower" in page.text
    assert "no data" in page.text
    assert "Week of 9 Nov 2026" in page.text


def test_handoffs_name_the_heaviest_pairs_and_what_they_leave_out() -> None:
    page = page_at("/teams")
    assert "Alpha handed 30 on to beta, 10 came back: 89 % of all handoffs." in page.text
    assert "Gamma handed 5 on to Alpha, none came back: 11 % of all handoffs." in page.text
    assert "45 handoffs in all" in page.text
    assert "2 more changed team while they were solved." in page.text
    assert page.with_class("matrix-cell")[0]["style"] == "--heat:42%"


def test_the_note_quotes_the_customer_and_claims_no_more_than_is_known() -> None:
    named, last = team_answers.full(TeamsQuestion()).stars
    assert note_of(named, ZONE) == (
        "Hello Ann and Bob,\n\n"
        "A decision-maker at Acme gave us 10 of 10 on 16 Nov 2026 and wrote:\n\n"
        "“They called back at once.”\n\n"
        "That was about “Printer” (T-17), which you worked on; it was solved on 15 Nov 2026.\n\n"
        "Thank you!\n"
    )
    assert "The answer names no ticket. Their last one before was “Printer” (T-17)" in note_of(last, ZONE)
    assert "If the words are about that, they are yours." in note_of(last, ZONE)
    assert page_at("/teams").text.count("Perhaps Ann and Bob") == 1


def test_a_very_long_comment_is_cut_in_the_note() -> None:
    star = team_answers.hostile(TeamsQuestion()).stars[0]
    assert len(note_of(replace(star, comment="x" * 5000), ZONE)) < LONGEST + 1000


def test_hostile_texts_stay_texts() -> None:
    client = client_of(teams=team_answers.hostile)
    for path in ("/teams", "/teams?view=load"):
        text = client.get(path).text
        assert "<img" not in text
        assert "<script>window.pwned" not in text
        assert HOSTILE in Page(text).text


def test_the_url_narrows_and_keeps_what_was_chosen() -> None:
    asked: list[TeamsQuestion] = []

    def teams(question: TeamsQuestion) -> Any:
        asked.append(question)
        return team_answers.full(question)

    page = page_at("/teams?sign=csat&window=90d&priority=high&team=desk:a&account=x", teams=teams)
    assert asked[0] == TeamsQuestion(sign="csat", window="90d", filters=Filters(priority=Priority.HIGH))
    assert ("select", "sign") in [(tag, given.get("name")) for tag, given in page.elements]
    assert "/teams?priority=high&window=90d&sign=delight" in page.values("href")
    assert "/teams?priority=high&window=90d&view=load&sign=csat" in page.values("href")


@pytest.mark.parametrize("wrong", ["sign=league", "view=all", "window=soon", "priority=huge"])
def test_what_nobody_can_mean_is_said_in_words(wrong: str) -> None:
    answer = client_of().get(f"/teams?{wrong}")
    assert answer.status_code == 400
    assert "This link is not understood" in answer.text


# --- the plot -----------------------------------------------------------------------------------------------

LIMITS = [Limits(5, (0.6, 1.0), (0.5, 1.0)), Limits(100, (0.85, 0.95), (0.8, 0.98))]


def test_the_plot_names_every_dot_and_shapes_those_apart() -> None:
    dots = [Dot(20, 0.9, "One", "plain"), Dot(60, 0.97, "Two", "good"), Dot(90, 0.7, "Three", "bad")]
    svg = funnel_plot(dots, LIMITS, target=0.9, label="shares")
    assert all(f">{dot.name}</text>" in svg for dot in dots)
    assert (svg.count("<circle"), svg.count("rotate(45)"), svg.count("<rect")) == (1, 1, 2)
    look = funnel_plot([Dot(20, 0.7, "One", "watch")], LIMITS, target=0.9, label="shares")
    assert (look.count("<rect"), look.count("<circle"), look.count('Z"')) == (0, 0, 1)
    assert 'aria-label="shares"' in svg


def test_a_plot_without_dots_is_none() -> None:
    assert funnel_plot([], LIMITS, target=0.9, label="shares") == ""


def test_names_in_the_plot_are_escaped_and_cut() -> None:
    svg = funnel_plot([Dot(20, 0.9, HOSTILE, "plain")], LIMITS, target=0.9, label=HOSTILE)
    assert "<img" not in svg
    assert "<script" not in svg


def test_names_of_teams_at_one_place_do_not_cover_each_other() -> None:
    dots = [Dot(50, 0.9, f"Team {i}", "plain") for i in range(3)]
    svg = funnel_plot(dots, LIMITS, target=0.9, label="shares")
    heights = {part.split('y="')[1].split('"')[0] for part in svg.split("<text") if "Team " in part}
    assert len(heights) == 3
