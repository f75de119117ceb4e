"""Promoter.io against recorded pages: what becomes of feedback and contacts, and what is asked for."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from connectors.errors import ConfigError, PermanentError, RetryableError, UnavailableError
from connectors.surveys.promoter import Promoter
from data.records import Account, Contact, Response, Survey, SurveyKind
from tests.connectors.fakes import (
    NOW,
    FakeHttp,
    FakeKnown,
    build,
    expect,
    fixture,
    last_bookmark,
    read_all,
    records_of,
    rejects_of,
)

SINCE = {"posted_date_0": (NOW - timedelta(days=7)).date().isoformat()}
EMPTY = {"count": 0, "next": None, "results": []}


def page(name: str) -> Any:
    return fixture("promoter", name)


def campaigns() -> Any:
    return expect("campaigns/", {}, page("campaigns"))


def promoter(http: FakeHttp, known: FakeKnown | None = None, **config: Any) -> Promoter:
    return build(Promoter, {"token": "secret-token", **config}, http, known=known)


def answers(pages: Any) -> dict[str, Response]:
    return {record.id: record for record in records_of(pages) if isinstance(record, Response)}


def feedback(**fields: Any) -> dict[str, Any]:
    return {
        "id": 1,
        "campaign": 302,
        "contact": None,
        "score": 8,
        "posted_date": "2026-06-10T08:00:00Z",
        **fields,
    }


def listed(*items: Any, after: str | None = None) -> dict[str, Any]:
    return {"count": len(items), "next": after, "results": list(items)}


def test_a_campaign_is_an_nps_survey_with_its_own_counts() -> None:
    with FakeHttp(campaigns()) as http:
        first, second = records_of(read_all(promoter(http), "campaigns"))
    assert first == Survey(
        id="301",
        name="Northern region, decision-makers",
        kind=SurveyKind.NPS,
        launched_at=datetime(2025, 1, 7, 8, 30, tzinfo=UTC),
        last_sent_at=datetime(2026, 5, 31, 6, tzinfo=UTC),
        sent_count=412,
        eligible_count=398,
    )
    assert (second.sent_count, second.eligible_count, second.launched_at) == (0, None, None)


def test_feedback_becomes_response_contact_and_account() -> None:
    with FakeHttp(
        expect("v2/feedback/", SINCE, page("feedback")),
        campaigns(),
        expect("contacts/72", None, page("contact")),
        expect("v2/feedback/", {"page": "2"}, page("feedback_2")),
    ) as http:
        pages = read_all(promoter(http), "feedback")
    assert rejects_of(pages) == []
    found = answers(pages)
    assert found["9001"] == Response(
        id="9001",
        survey_id="301",
        responded_at=datetime(2026, 6, 2, 9, 15, tzinfo=UTC),
        updated_at=datetime(2026, 6, 3, 7, tzinfo=UTC),
        score=9.0,
        contact_id="71",
        email="mara.lindqvist@northwind.example",
        role="decision-maker",
        title="Head of Operations",
        account_id="Northwind Foods",
        comment="Quick and friendly.",
        is_closed=True,
    )
    assert (found["9002"].survey_id, found["9002"].comment, found["9002"].is_closed) == ("302", None, False)
    assert (found["9002"].role, found["9002"].account_id) == ("end-user", "Harbour Logistics")
    assert (found["8950"].contact_id, found["8950"].is_closed) == (None, None)
    records = records_of(pages)
    assert Account(id="Northwind Foods", name="Northwind Foods") in records
    assert (
        Contact(
            id="72",
            name="Jo",
            email="j.oduya@harbour.example",
            role="end-user",
            account_id="Harbour Logistics",
        )
        in records
    )
    assert Survey(id="Pilot 2024", name="Pilot 2024", kind=SurveyKind.NPS) in records


def test_the_attributes_names_are_settings() -> None:
    contact = {"id": 1, "attributes": {"position": "CIO", "level": "boss", "firm": "Acme", "role": "no"}}
    with FakeHttp(expect("v2/feedback/", None, listed(feedback(contact=contact))), campaigns()) as http:
        source = promoter(http, role_attribute="level", title_attribute="position", company_attribute="firm")
        [answer] = answers(read_all(source, "feedback")).values()
    assert (answer.role, answer.title, answer.account_id) == ("boss", "CIO", "Acme")


def test_the_bookmark_is_the_newest_answer_and_the_next_run_reads_a_week_more() -> None:
    newest = "2026-06-12T23:59:59+00:00"
    items = [feedback(posted_date="2026-06-12T23:59:59Z"), feedback(id=2, posted_date="2026-06-01T00:00:00Z")]
    with FakeHttp(
        expect("v2/feedback/", SINCE, listed(*items)),
        campaigns(),
        expect("v2/feedback/", {"posted_date_0": "2026-06-05"}, EMPTY),
    ) as http:
        source = promoter(http)
        bookmark = last_bookmark(read_all(source, "feedback"))
        assert bookmark == {"posted": newest}
        assert last_bookmark(read_all(source, "feedback", bookmark)) == {"posted": newest}


def test_the_bookmark_moves_only_when_the_whole_walk_was_read() -> None:
    first = listed(feedback(), after="https://app.promoter.io/api/v2/feedback/?page=2")
    with FakeHttp(
        expect("v2/feedback/", None, first), campaigns(), expect("v2/feedback/", None, RetryableError("503"))
    ) as http:
        pages = []
        reading = promoter(http).read_feedback({})
        with pytest.raises(RetryableError):
            pages.extend(reading)
    assert last_bookmark(pages, {"posted": "before"}) == {"posted": "before"}


def test_an_answer_from_the_far_future_does_not_move_the_bookmark() -> None:
    with FakeHttp(
        expect("v2/feedback/", None, listed(feedback(posted_date="2999-01-01T00:00:00Z"))), campaigns()
    ) as http:
        assert last_bookmark(read_all(promoter(http), "feedback")) == {}


def test_a_next_link_gives_its_query_and_never_its_host() -> None:
    elsewhere = listed(feedback(), after="https://evil.example/steal?page=2&posted_date_0=2026-06-08")
    with FakeHttp(
        expect("v2/feedback/", SINCE, elsewhere),
        campaigns(),
        expect("v2/feedback/", {"page": "2", **SINCE}, EMPTY),
    ) as http:
        read_all(promoter(http), "feedback")


def test_a_page_past_the_end_ends_the_walk() -> None:
    gone = UnavailableError("404", status=404)
    first = listed(feedback(), after="https://app.promoter.io/api/v2/feedback/?page=2")
    with FakeHttp(
        expect("v2/feedback/", None, first), campaigns(), expect("v2/feedback/", {"page": "2"}, gone)
    ) as http:
        pages = read_all(promoter(http), "feedback")
    assert list(answers(pages)) == ["1"]
    assert last_bookmark(pages) == {"posted": "2026-06-10T08:00:00+00:00"}


@pytest.mark.parametrize("status", [403, 404])
def test_a_first_page_that_is_refused_is_an_error_and_no_end(status: int) -> None:
    with (
        FakeHttp(expect("v2/feedback/", None, UnavailableError("no", status=status))) as http,
        pytest.raises(UnavailableError),
    ):
        read_all(promoter(http), "feedback")


def test_a_list_that_runs_in_a_circle_is_stopped() -> None:
    again = listed(feedback(), after="https://app.promoter.io/api/v2/feedback/?page=2")
    with (
        FakeHttp(
            expect("v2/feedback/", SINCE, again), campaigns(), expect("v2/feedback/", {"page": "2"}, again)
        ) as http,
        pytest.raises(PermanentError, match="circle"),
    ):
        read_all(promoter(http), "feedback")


def test_a_contact_is_asked_for_once_and_only_when_its_attributes_are_missing() -> None:
    bare = {"id": 72, "email": "j.oduya@harbour.example"}
    items = [feedback(contact=bare), feedback(id=2, contact=bare)]
    with FakeHttp(
        expect("v2/feedback/", None, listed(*items)),
        campaigns(),
        expect("contacts/72", None, page("contact")),
        expect("v2/feedback/", None, listed(*items)),
    ) as http:
        source = promoter(http)
        first = answers(read_all(source, "feedback"))
        again = answers(read_all(source, "feedback"))
    assert [answer.role for answer in (*first.values(), *again.values())] == ["end-user"] * 4


def test_a_contact_that_is_gone_leaves_the_role_unknown() -> None:
    with FakeHttp(
        expect("v2/feedback/", None, listed(feedback(contact={"id": 72}))),
        campaigns(),
        expect("contacts/72", None, UnavailableError("gone", status=404)),
    ) as http:
        pages = read_all(promoter(http), "feedback")
    assert answers(pages)["1"].role is None
    assert [found.note for found in pages] == ["", ""]


def test_contacts_that_may_not_be_read_are_noted() -> None:
    with FakeHttp(
        expect("v2/feedback/", None, listed(feedback(contact={"id": 72}))),
        campaigns(),
        expect("contacts/72", None, UnavailableError("no", status=403)),
    ) as http:
        pages = read_all(promoter(http), "feedback")
    assert "roles of some answers are unknown" in pages[0].note


def test_the_weekly_pass_reads_everything_and_confirms_each_answer_that_is_gone() -> None:
    at = datetime(2026, 1, 1, tzinfo=UTC)
    known = FakeKnown(answered=[("1", "302", at), ("2", "302", at), ("3", "301", at), ("4", "301", at)])
    with FakeHttp(
        expect("v2/feedback/", {}, listed(feedback(id=1), feedback(id=2, score=None))),
        campaigns(),
        expect("v2/feedback/3/", None, UnavailableError("gone", status=404)),
        expect("v2/feedback/4/", None, feedback(id=4)),
    ) as http:
        pages = read_all(promoter(http, known), "all_feedback")
    assert pages[-1].records == (
        Response(id="3", survey_id="301", responded_at=at, score=None, is_deleted=True),
    )


def test_answers_that_may_not_be_asked_for_one_by_one_are_not_taken_for_deleted() -> None:
    known = FakeKnown(answered=[("3", "301", NOW)])
    with FakeHttp(
        expect("v2/feedback/", {}, EMPTY),
        expect("v2/feedback/3/", None, UnavailableError("no", status=403)),
    ) as http:
        pages = read_all(promoter(http, known), "all_feedback")
    assert records_of(pages) == []


@pytest.mark.parametrize("count", [6, 1000])
def test_when_most_answers_are_missing_none_is_taken_for_deleted(count: int) -> None:
    known = FakeKnown(answered=[(str(number), "301", NOW) for number in range(count)])
    with FakeHttp(expect("v2/feedback/", {}, EMPTY)) as http:
        pages = read_all(promoter(http, known), "all_feedback")
    assert records_of(pages) == []
    assert f"{count} stored answers are no longer listed" in pages[-1].note


def test_a_hostile_page_gives_its_readable_answers_and_a_reject_for_each_other() -> None:
    with FakeHttp(expect("v2/feedback/", None, page("hostile")), campaigns()) as http:
        pages = read_all(promoter(http), "feedback")
    found = answers(pages)
    assert list(found) == ["1", "2"]
    assert found["1"].responded_at == datetime(2026, 6, 1, 10, tzinfo=UTC)
    assert found["1"].account_id is None
    assert (found["2"].survey_id, found["2"].responded_at.hour, found["2"].is_closed) == ("302", 10, False)
    assert [reject.reason for reject in rejects_of(pages)] == [
        "the field 'id' is missing or has an unknown value",
        "score: it is not between 0 and 10",
        "a field has the wrong form (TypeError)",
        "posted_date: the moment of the answer is missing",
        "a field has the wrong form (ValueError)",
        "an identifier is missing",
        "a field has the wrong form (AttributeError)",
        "a field has the wrong form (AttributeError)",
        "a field has the wrong form (AttributeError)",
    ]


@pytest.mark.parametrize("pause", ["fast", -1, 61, True])
def test_a_wrong_pause_is_named(pause: Any) -> None:
    with pytest.raises(ConfigError) as caught:
        build(Promoter, {"token": "x", "pause_seconds": pause})
    assert caught.value.setting == "pause_seconds"
