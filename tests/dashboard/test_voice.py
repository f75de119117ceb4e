"""The page of voices: honest in every state, safe with every text, and every view with its own address."""

from __future__ import annotations

from collections.abc import Callable
from urllib.parse import parse_qs, urlsplit

import pytest
from flask.testing import FlaskClient

from dashboard import create_app
from dashboard.figures.columns import columns
from dashboard.voice_query import parse_voice
from data.records import Audience
from data.voice import AskVoices, Voices
from data.voice_stream import Group
from data.voice_themes import Against
from data.window import Filters
from tests.dashboard import voices_said
from tests.dashboard.boards import STATES, FakeProvider
from tests.dashboard.pages import Page
from tests.dashboard.readings import AT, HOSTILE, ZONE

Answers = Callable[[AskVoices], Voices]


def client_of(answers: Answers, asked: list[AskVoices] | None = None) -> FlaskClient:
    def answer(question: AskVoices) -> Voices:
        if asked is not None:
            asked.append(question)
        return answers(question)

    provider = FakeProvider(STATES["full"], studies={AskVoices: answer})
    return create_app(provider, clock=lambda: AT).server.test_client()


def page_at(path: str, answers: Answers = voices_said.full) -> Page:
    return Page(client_of(answers).get(path).text)


def link(page: Page, start: str) -> str:
    return next(href for href in page.values("href") if href.startswith(start))


def test_a_comment_stands_with_its_speaker_and_what_is_at_stake() -> None:
    page = page_at("/voice")
    for text in (
        "Slow, and slower each month.", "3 of 10", "detractor", "◆ Decision-maker", "Acme",
        "86\u202fk a year",
        "renews in 40\u202fd", "Ticket T-7", "18 Nov 2026, 13:32",
    ):  # fmt: skip
        assert text in page.text, text
    assert "/tickets/poll/T-7" in page.values("href")
    assert "2 of 5" in page.text
    assert "CSAT" in page.text
    assert "no score" in page.text
    assert "○ Role not known" in page.text


def test_the_score_of_the_window_leads_to_its_receipt() -> None:
    page = page_at("/voice?window=30d")
    for text in ("30 days", "as of 18 Nov 2026, 14:32", "400 answers", "+25", "200 promoters"):
        assert text in page.text, text
    assert link(page, "/receipt") == "/receipt?metric=nps&window=30d"


def test_a_theme_says_its_shares_its_past_and_where_its_comments_are() -> None:
    page = page_at("/voice?group=detractors&audience=end_user")
    for text in (
        "Detractors: what stands out", "slow", "11\u202f%", "(9 of 84)", "0\u202f% of the others",
        "5\u202f% in the year before", "said along with it: slower", "84 comments here, 420 to hold against",
    ):  # fmt: skip
        assert text in page.text, text
    evidence = parse_qs(urlsplit(link(page, "/voice?audience=end_user&group=detractors&theme")).query)
    assert evidence == {"audience": ["end_user"], "group": ["detractors"], "theme": ["slow"]}
    label = next(given["aria-label"] for tag, given in page.elements if "columns" in given.get("class", ""))
    assert label == "By month: Oct 2026 4 of 80, Nov 2026 9 of 84"


def test_passives_are_asked_what_keeps_them_from_promoting() -> None:
    page = page_at("/voice?group=passives")
    assert "What keeps passives from promoting" in page.text
    assert "0\u202f% of promoters" in page.text
    before = page_at("/voice?group=passives&against=before")
    assert "Passives: what stands out" in before.text
    assert "0\u202f% in the year before" in before.text


def test_a_chosen_theme_is_named_and_can_be_left() -> None:
    page = page_at("/voice?group=detractors&theme=Slow&window=30d")
    assert "9 comments with “slow”." in page.text
    assert "/voice?window=30d&group=detractors" in page.values("href")


def test_what_is_not_there_gets_words() -> None:
    page = page_at("/voice", voices_said.empty)
    assert "Nobody has answered in this window." in page.text
    assert "Too few comments to tell themes: 0 comments here, 0 to hold against; 20 of each are" in page.text
    assert "NPS" not in page.text
    assert "There are no comments this far back." in page_at("/voice?page=9", voices_said.empty).text
    quiet = page_at("/voice?group=detractors", voices_said.quiet).text
    assert "Nothing is said more often here than is usual: 84 comments here" in quiet


def test_that_only_the_newest_were_read_and_the_strongest_are_shown_is_said() -> None:
    page = page_at("/voice", voices_said.large)
    assert "the newest 2\u202f000 of a side read" in page.text
    assert "The 1 that stand out most, of 31." in page.text


@pytest.mark.parametrize("path", ["/voice", "/voice?group=passives", "/voice?theme=slow"])
def test_hostile_texts_stay_texts(path: str) -> None:
    answer = client_of(voices_said.hostile).get(path)
    page = Page(answer.text)
    assert answer.status_code == 200
    assert HOSTILE in page.text
    assert [given for tag, given in page.elements if tag == "img"] == []
    assert "window.pwned=1</script>" not in answer.text
    ticket = link(page, "/tickets/")
    assert ticket.count("/") == 3
    assert not set(ticket) & set("<>\"' ?#")


def test_a_long_comment_is_opened_and_a_short_one_is_not() -> None:
    assert "details" in {tag for tag, given in page_at("/voice", voices_said.hostile).elements}
    full = page_at("/voice")
    assert full.with_class("long-words") == []


def test_pages_and_groups_keep_the_filters() -> None:
    page = page_at("/voice?window=30d&account=acme&group=promoters&page=2")
    links = page.values("href")
    assert "/voice?window=30d&account=acme&group=promoters" in links
    assert "/voice?window=30d&account=acme&group=promoters&page=3" in links
    assert "/voice?window=30d&account=acme&group=passives" in links
    assert "/voice?window=30d&account=acme" in links
    assert "51 to 53" in page.text


def test_the_filter_form_takes_the_group_along() -> None:
    page = page_at("/voice?group=passives&window=30d")
    names = {given.get("name") for tag, given in page.elements if tag == "select"}
    assert names == {"window", "audience", "team", "account", "source", "group"}


def test_the_question_is_what_the_address_says() -> None:
    asked: list[AskVoices] = []
    client_of(voices_said.full, asked).get(
        "/voice?group=detractors&audience=decision_maker&window=30d&theme=Shared+Drive&against=before&page=3"
        "&priority=high&as_of=2026-05-01"
    )
    assert asked[0] == AskVoices(
        filters=Filters(audience=Audience.DECISION_MAKER), window="30d", group=Group.DETRACTORS,
        theme="shared drive", against=Against.BEFORE, page=3, as_of=asked[0].as_of,
    )  # fmt: skip
    assert asked[0].as_of is not None


def test_an_address_is_that_of_the_view_that_it_opens() -> None:
    text = "window=30d&team=poll%3A1&group=passives&theme=slow&against=others&page=2"
    given = {name: values[0] for name, values in parse_qs(text).items()}
    assert parse_voice(given, at=AT, zone=ZONE).href() == f"/voice?{text}"
    assert parse_voice({}, at=AT, zone=ZONE).href() == "/voice"


@pytest.mark.parametrize(
    ("part", "why"),
    [
        ("group=fans", "group is all, detractors, passives, promoters, not 'fans'."),
        ("theme=a+b+c", "A theme is a word, or two words in a row"),
        ("theme=" + "x" * 101, "theme of the address is too long"),
        ("against=x", "against is others, promoters, before"),
        ("page=0", "no number from 1 to 200"),
        ("page=1e9", "no number from 1 to 200"),
        ("view=x", "view is promoters or nothing"),
        ("window=x", "The window 'x' is not understood"),
        ("as_of=2026-05-01&known=then", "leave out known=then"),
    ],
)
def test_what_nobody_can_mean_is_answered_in_words(part: str, why: str) -> None:
    answer = client_of(voices_said.full).get(f"/voice?{part}")
    assert answer.status_code == 400
    assert why in Page(answer.text).text


def test_there_is_one_heading_and_the_page_is_in_the_navigation() -> None:
    page = page_at("/voice")
    tags = [tag for tag, _ in page.elements]
    assert (tags.count("h1"), tags.count("main")) == (1, 1)
    here = [given["href"] for tag, given in page.elements if given.get("aria-current") == "page"]
    assert here == ["/voice", "/voice"]  # in the head, and the group


def test_a_column_for_each_month_and_a_gap_where_nothing_is_known() -> None:
    svg = columns([0.0, None, 0.5, 1.0], label="x")
    assert svg.count("<rect") == 3
    assert 'height="100.00%"' in svg
    assert 'height="6.00%"' in svg
    assert columns([None, None], label="x") == ""
    assert HOSTILE not in columns([1.0], label=HOSTILE)
