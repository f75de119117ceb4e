"""Whose voice and whose ticket: by the mapping, across sources, in whatever order things arrive."""

from __future__ import annotations

import itertools
from typing import Any

import pytest
from sqlalchemy import Engine

from data import schema
from data.audience import Mapping, email_hash, normal_email
from data.records import Account, Audience, Invitation, Record
from data.settings import AudienceSettings
from tests.data.small_world import (
    KEY,
    answer,
    at,
    person,
    row,
    rows,
    settings_of,
    store_of,
    survey,
    ticket,
    write,
)

DECIDES, USES, UNKNOWN = Audience.DECISION_MAKER, Audience.END_USER, Audience.UNKNOWN


# --- the mapping ------------------------------------------------------------------------------------------


def audience(
    role: str | None = None, email: str | None = None, title: str | None = None, **given: Any
) -> str:
    mapping = Mapping.of(AudienceSettings(**given), KEY)
    return mapping.audience(role=role, email_hash=email_hash(email, KEY), title=title)


@pytest.mark.parametrize(
    ("role", "expected"),
    [
        ("Decision  Maker", DECIDES), ("sponsor", DECIDES), ("END-USER", USES), ("end_user", USES),
        ("user", USES), ("admin", UNKNOWN), ("", UNKNOWN), (None, UNKNOWN),
    ],
)  # fmt: skip
def test_a_role_is_mapped_whatever_its_case_and_spaces(role: str | None, expected: str) -> None:
    assert audience(role) == expected


@pytest.mark.parametrize(
    ("title", "expected"),
    [
        ("Chief Financial Officer", DECIDES), ("CTO", DECIDES), ("Head of Sales", DECIDES),
        ("Vice President", DECIDES), ("Accountant", UNKNOWN), ("Doctor", UNKNOWN), ("Cooper", UNKNOWN),
    ],
)  # fmt: skip
def test_a_title_says_who_decides_and_a_word_that_only_sounds_like_it_does_not(
    title: str, expected: str
) -> None:
    assert audience(title=title) == expected


def test_the_role_goes_before_the_list_and_the_list_before_the_title() -> None:
    lists = {"end_user_emails": ("A@x.test",), "decision_maker_emails": ("b@x.test",)}
    assert audience("sponsor", " a@X.test", "CEO", **lists) == DECIDES
    assert audience("no such role", " a@X.test", "CEO", **lists) == USES
    assert audience(None, "b@x.test", "clerk", **lists) == DECIDES
    assert audience(None, "c@x.test", "CEO", **lists) == DECIDES


def test_an_empty_address_is_nobodys() -> None:
    assert normal_email("  ") is None
    assert email_hash(None, KEY) is email_hash(" ", KEY) is None
    assert email_hash("a@x.test", KEY) != email_hash("a@x.test", b"another key")


# --- tickets ----------------------------------------------------------------------------------------------


def test_a_ticket_belongs_to_the_audience_and_the_account_of_its_requester(engine: Engine) -> None:
    records: list[Record] = [
        ticket("1", "11-01 09:00", requester_id="c"),
        person("c", "sponsor", account_id="a"),
        Account(id="a", name="  ACME   Ltd "),
    ]
    for number, order in enumerate(itertools.permutations(records)):
        store = store_of(engine)
        for record in order:
            write(store, f"desk{number}", record)
        found = row(engine, schema.ticket, "1", f"desk{number}")
        assert (found["audience"], found["account_key"]) == ("decision_maker", "acme ltd")
        span = next(s for s in rows(engine, schema.ticket_span) if s["source"] == f"desk{number}")
        assert (span["audience"], span["account_key"]) == ("decision_maker", "acme ltd")


def test_a_tickets_own_account_goes_before_its_requesters(sqlite_engine: Engine) -> None:
    store = store_of(sqlite_engine)
    write(store, "desk", Account(id="a", name="A"), Account(id="b", name="B"), person("c", account_id="a"))
    write(store, "desk", ticket("1", "11-01 09:00", requester_id="c", account_id="b"))
    assert row(sqlite_engine, schema.ticket, "1")["account_key"] == "b"


def test_people_of_one_source_are_nobody_in_another(sqlite_engine: Engine) -> None:
    store = store_of(sqlite_engine)
    write(store, "desk", person("c", "sponsor", account_id="a"), Account(id="a", name="A"))
    write(store, "other", ticket("1", "11-01 09:00", requester_id="c", account_id="a"))
    found = row(sqlite_engine, schema.ticket, "1", "other")
    assert (found["audience"], found["account_key"]) == ("unknown", None)


def test_a_person_is_the_same_in_every_source_by_the_address(engine: Engine) -> None:
    store = store_of(engine)
    write(store, "desk", person("c", None, email="C@x.test "), ticket("1", "11-01 09:00", requester_id="c"))
    write(store, "crm", person("77", "sponsor", email="c@X.test"))
    assert row(engine, schema.ticket, "1")["audience"] == "decision_maker"


def test_nobody_goes_on_being_known_by_an_address_that_was_given_up(engine: Engine) -> None:
    store = store_of(engine)
    write(store, "desk", person("c", None, email="c@x.test"), ticket("1", "11-01 09:00", requester_id="c"))
    write(store, "crm", person("77", "sponsor", email="c@x.test"))
    write(store, "crm", person("77", "sponsor", email="new@x.test"))
    assert row(engine, schema.ticket, "1")["audience"] == "unknown"


def test_a_renamed_account_takes_its_tickets_along(engine: Engine) -> None:
    store = store_of(engine)
    write(store, "desk", Account(id="a", name="Old"), person("c", account_id="a"))
    write(store, "desk", ticket("1", "11-01 09:00", account_id="a"))
    write(store, "desk", ticket("2", "11-01 09:00", requester_id="c"))
    write(store, "desk", Account(id="a", name="New"))
    assert {item["account_key"] for item in rows(engine, schema.ticket)} == {"new"}
    assert {item["account_key"] for item in rows(engine, schema.ticket_span)} == {"new"}


# --- answers ----------------------------------------------------------------------------------------------


def test_an_answer_keeps_the_role_under_which_it_was_given(engine: Engine) -> None:
    store = store_of(engine)
    write(store, "poll", survey(), answer("r", "11-02 09:00", 9, role="end user"))
    write(store, "poll", answer("r", "11-02 09:00", 9, role="sponsor", comment="edited"))
    found = row(engine, schema.response, "r", "poll")
    assert (found["role"], found["audience"], found["comment"]) == ("end user", "end_user", "edited")


def test_an_answer_without_a_role_keeps_the_one_its_person_had_then(engine: Engine) -> None:
    store = store_of(engine)
    write(store, "poll", survey(), person("c", "end user"), answer("r", "11-02 09:00", 9, contact_id="c"))
    write(store, "poll", person("c", "sponsor"))
    assert row(engine, schema.response, "r", "poll")["audience"] == "end_user"
    write(store, "poll", answer("s", "11-03 09:00", 9, contact_id="c"))
    assert row(engine, schema.response, "s", "poll")["audience"] == "decision_maker"


def test_an_answer_is_known_as_soon_as_its_person_is(engine: Engine) -> None:
    store = store_of(engine)
    write(store, "poll", answer("r", "11-02 09:00", 9, email="c@x.test"))
    assert row(engine, schema.response, "r", "poll")["kind"] is None
    write(store, "poll", survey())
    write(store, "crm", Account(id="a", name="Acme"), person("77", "user", email="c@x.test", account_id="a"))
    found = row(engine, schema.response, "r", "poll")
    assert (found["kind"], found["audience"], found["account_key"]) == ("nps", "end_user", "acme")


def test_an_answer_belongs_to_the_team_of_its_ticket(engine: Engine) -> None:
    store = store_of(engine)
    write(store, "desk", survey(), answer("r", "11-02 09:00", 9, ticket_id="1"))
    write(store, "desk", ticket("1", "11-01 09:00", team_id="7"))
    assert row(engine, schema.response, "r")["team_id"] == "7"


def test_a_recommendation_on_another_scale_is_no_nps(sqlite_engine: Engine) -> None:
    write(store_of(sqlite_engine), "poll", survey(scale_min=1), answer("r", "11-02 09:00", 9))
    assert row(sqlite_engine, schema.response, "r", "poll")["kind"] == "other"


def test_an_invitation_seen_again_keeps_the_audience_it_has_got_since(engine: Engine) -> None:
    store = store_of(engine)
    invited = Invitation(id="i", survey_id="nps", contact_id="c", sent_at=at("11-01 09:00"))
    write(store, "poll", invited, person("c", "sponsor"))
    assert write(store, "poll", invited).changed == 0
    assert row(engine, schema.invitation, "i", "poll")["audience"] == "decision_maker"


# --- another mapping --------------------------------------------------------------------------------------

OTHER_MAPPING = '[audience]\nend_user = ["sponsor"]\ndecision_maker = ["user"]'


def test_another_mapping_is_applied_to_everything_that_was_stored(engine: Engine) -> None:
    store = store_of(engine)
    store.rederive()
    write(
        store, "poll", survey(), person("c", "sponsor"), ticket("1", "11-01 09:00", requester_id="c"),
        answer("r", "11-02 09:00", 9, contact_id="c"), answer("s", "11-02 09:00", 9, role="user"),
        Invitation(id="i", survey_id="nps", contact_id="c", sent_at=at("11-01 09:00")),
    )  # fmt: skip
    assert store_of(engine, OTHER_MAPPING).rederive() == 1
    found = {
        (table.name, item["id"]): item["audience"]
        for table in (schema.ticket, schema.contact, schema.response, schema.invitation)
        for item in rows(engine, table)
    }
    assert found == {
        ("ticket", "1"): "end_user", ("contact", "c"): "end_user", ("response", "r"): "end_user",
        ("response", "s"): "decision_maker", ("invitation", "i"): "end_user",
    }  # fmt: skip


def test_a_change_of_other_settings_leaves_the_roles_of_then_as_they_were(engine: Engine) -> None:
    store = store_of(engine)
    store.rederive()
    write(store, "poll", survey(), person("c", "end user"), answer("r", "11-02 09:00", 9, contact_id="c"))
    write(store, "poll", person("c", "sponsor"))
    store_of(engine, 'time_zone = "Asia/Tokyo"').rederive()
    assert row(engine, schema.response, "r", "poll")["audience"] == "end_user"


def test_the_settings_name_audiences_by_their_own_words() -> None:
    assert settings_of(OTHER_MAPPING).audience.end_user == ("sponsor",)
