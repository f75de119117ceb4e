"""The one door for facts: a page is stored whole or not at all, twice is as good as once, text survives."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import Engine, event

from data import runs, schema
from data.engine import writer
from data.records import (
    Account,
    Agent,
    Invitation,
    Mention,
    Page,
    Reject,
    SlaPolicy,
    State,
    SurveyKind,
    Team,
)
from data.runs import LeaseLost
from tests.clock import StandingClock
from tests.data.small_world import (
    answer,
    at,
    change,
    everything,
    person,
    row,
    rows,
    store_of,
    survey,
    target,
    ticket,
    write,
)

HOSTILE = "\x00 \ud83d \U0001f622 ' \" ; DROP TABLE ticket; -- \u202e </script>"


def _page() -> Page:
    return Page(
        records=(
            Account(id="a", name="Acme", yearly_value=1000.0),
            person("c", "end user", email="c@x.test", account_id="a"),
            survey(),
            Invitation(id="i", survey_id="nps", contact_id="c", sent_at=at("11-01 09:00")),
            answer("r", "11-02 09:00", 9, contact_id="c", comment="fine"),
            ticket("1", "11-01 09:00", State.SOLVED, requester_id="c", updated_at="11-01 12:00"),
            change("1", "11-01 11:00", State.SOLVED),
            target("1", "11-01 09:00", 60),
        ),
        rejects=(Reject(stream="things", reason="no id", payload="{}", place="page 1"),),
        bookmark={"after": 1},
    )


def test_a_page_stores_its_records_its_rejects_and_its_bookmark(engine: Engine) -> None:
    written = store_of(engine).write("desk", "things", _page())
    assert (written.records, written.rejects) == (8, 1)
    assert row(engine, schema.ticket, "1")["full_resolution_calendar_minutes"] == 120
    assert runs.bookmark(engine, "desk", "things")[0] == {"after": 1}
    assert len(rows(engine, schema.reject)) == 1


def test_the_same_page_again_changes_nothing_and_wakes_nobody(engine: Engine) -> None:
    store = store_of(engine)
    store.write("desk", "things", _page())
    before, version = everything(engine), runs.versions(engine)
    again = store.write("desk", "things", Page(records=_page().records, bookmark={"after": 1}))
    assert again.changed == 0
    assert everything(engine) == before
    assert runs.versions(engine) == version


def test_a_change_raises_the_version_of_the_facts(engine: Engine) -> None:
    store = store_of(engine)
    facts, of_runs = runs.versions(engine)
    assert write(store, "desk", ticket("1", "11-01 09:00")).changed == 1
    assert runs.versions(engine) == (facts + 1, of_runs)


@contextmanager
def _before_the_bookmark(engine: Engine, action: Callable[[], Any]) -> Iterator[None]:
    """Does something in the middle of a page: its records are written, its bookmark is not."""

    def look(connection: Any, cursor: Any, statement: str, *rest: Any) -> None:
        if "INTO bookmark" in statement:
            action()

    event.listen(engine, "before_cursor_execute", look)
    yield
    event.remove(engine, "before_cursor_execute", look)


def _fail() -> None:
    raise RuntimeError("the power fails")


def test_an_error_in_the_middle_of_a_page_stores_neither_records_nor_bookmark(engine: Engine) -> None:
    whole = store_of(engine)
    write(whole, "desk", ticket("0", "11-01 09:00"), bookmark={"after": 0})
    before, version = everything(engine), runs.versions(engine)
    with _before_the_bookmark(engine, _fail), pytest.raises(RuntimeError):
        whole.write("desk", "things", _page())
    assert everything(engine) == before
    assert runs.bookmark(engine, "desk", "things")[0] == {"after": 0}
    assert runs.versions(engine) == version


def test_an_older_copy_of_a_ticket_never_replaces_a_newer_one(engine: Engine) -> None:
    store = store_of(engine)
    write(store, "desk", ticket("1", "11-01 09:00", State.PENDING, revision=7))
    assert write(store, "desk", ticket("1", "11-01 09:00", State.NEW, revision=6)).changed == 0
    assert row(engine, schema.ticket, "1")["state"] == "pending"


def test_of_two_copies_in_one_page_the_higher_revision_wins(engine: Engine) -> None:
    store = store_of(engine)
    write(store, "desk", ticket("1", "11-01 09:00", revision=7), ticket("1", "11-01 09:00", State.NEW))
    assert row(engine, schema.ticket, "1")["state"] == "open"


def test_of_two_equal_revisions_the_later_fetched_wins(engine: Engine) -> None:
    store = store_of(engine)
    write(store, "desk", ticket("1", "11-01 09:00", subject="first"))
    write(store, "desk", ticket("1", "11-01 09:00", subject="second"))
    assert row(engine, schema.ticket, "1")["subject"] == "second"


@pytest.mark.parametrize("order", [(0, 1), (1, 0)])
def test_an_older_copy_of_a_person_never_replaces_a_newer_one(engine: Engine, order: tuple[int, int]) -> None:
    copies = [
        person("c", "end user", updated_at="11-01 09:00"),
        person("c", "sponsor", updated_at="11-02 09:00"),
    ]
    for index in order:
        write(store_of(engine), "desk", copies[index])
    assert row(engine, schema.contact, "c")["audience"] == "decision_maker"


def test_a_person_without_a_change_time_is_taken_as_fetched(engine: Engine) -> None:
    store = store_of(engine)
    write(store, "desk", person("c", "end user", updated_at="11-02 09:00"))
    write(store, "desk", person("c", "sponsor"))
    assert row(engine, schema.contact, "c")["audience"] == "decision_maker"


def test_an_event_stays_as_it_was_learnt_first(engine: Engine) -> None:
    clock = StandingClock()
    store = store_of(engine, clock=clock)
    write(store, "desk", change("1", "11-01 09:00", State.OPEN, id="e"))
    learnt = clock()
    clock.advance(hours=1)
    write(store, "desk", change("1", "11-01 10:00", State.SOLVED, id="e"))
    [kept] = rows(engine, schema.ticket_event)
    assert (kept["state"], kept["happened_at"], kept["learnt_at"]) == ("open", at("11-01 09:00"), learnt)


def test_what_could_not_be_read_is_kept_once_with_its_latest_reason(engine: Engine) -> None:
    clock = StandingClock()
    store = store_of(engine, clock=clock)
    first = clock()
    for reason in ("no id", "no date"):
        write(store, "desk", rejects=(Reject(stream="t", reason=reason, payload=HOSTILE, place="3"),))
        last = clock()
        clock.advance(hours=1)
    [reject] = rows(engine, schema.reject)
    assert (reject["reason"], reject["first_seen_at"], reject["last_seen_at"]) == ("no date", first, last)
    assert "\U0001f622" in reject["payload"]
    assert not {"\x00", "\ud83d"} & set(reject["payload"])


def test_any_text_can_be_stored_and_found_again(engine: Engine) -> None:
    store = store_of(engine)
    records = (
        Account(id=f"a{HOSTILE}", name=HOSTILE),
        person(
            f"c{HOSTILE}", HOSTILE, name=HOSTILE, title=HOSTILE, email=f"{HOSTILE}@x",
            account_id=f"a{HOSTILE}",
        ),
        survey(f"s{HOSTILE}", SurveyKind.NPS),
        answer("r", "11-02 09:00", 9, survey_id=f"s{HOSTILE}", comment=HOSTILE, contact_id=f"c{HOSTILE}"),
        ticket(f"t{HOSTILE}", "11-01 09:00", subject=HOSTILE, requester_id=f"c{HOSTILE}"),
        change(f"t{HOSTILE}", "11-01 11:00", State.SOLVED, id=HOSTILE, team_id=HOSTILE),
        target(f"t{HOSTILE}", "11-01 09:00", 60, policy=HOSTILE),
        SlaPolicy(id="p", name=HOSTILE, terms=({"words": HOSTILE},)),
    )  # fmt: skip
    assert write(store, "desk", *records).changed > 0
    assert write(store, "desk", *records).changed == 0
    [stored] = rows(engine, schema.ticket)
    assert "\U0001f622 ' \" ; DROP TABLE" in stored["subject"]
    assert stored["account_key"] is not None
    assert stored["solved_at"] == at("11-01 11:00")
    assert rows(engine, schema.response)[0]["kind"] == "nps"


def test_an_older_copy_of_a_hostile_ticket_is_left_out_too(engine: Engine) -> None:
    store = store_of(engine)
    write(store, "desk", ticket("1\x00", "11-01 09:00", State.PENDING, revision=7))
    write(store, "desk", ticket("1\x00", "11-01 09:00", State.NEW, revision=6))
    assert [item["state"] for item in rows(engine, schema.ticket)] == ["pending"]


def test_a_source_may_keep_addresses_subjects_and_comments_to_itself(sqlite_engine: Engine) -> None:
    store = store_of(
        sqlite_engine,
        '[sources.desk]\nkind = "x"\nstore_emails = false\nstore_subjects = false\nstore_comments = false',
    )
    for source in ("desk", "other"):
        write(
            store, source, person("c", email="c@x.test"), ticket("1", "11-01 09:00", subject="Help"),
            survey(), answer("r", "11-02 09:00", 9, comment="Words", email="c@x.test"),
        )  # fmt: skip
    contact, subject, said = (
        row(sqlite_engine, table, id) for table, id in
        ((schema.contact, "c"), (schema.ticket, "1"), (schema.response, "r"))
    )  # fmt: skip
    assert (contact["email"], subject["subject"], said["comment"]) == (None, None, None)
    assert contact["email_hash"] == said["email_hash"] is not None
    other = row(sqlite_engine, schema.contact, "c", "other")
    assert (other["email"], other["email_hash"]) == ("c@x.test", contact["email_hash"])
    assert "c@x.test" not in str(rows(sqlite_engine, schema.response))


def test_a_wiped_out_ticket_keeps_the_creation_that_was_known(engine: Engine) -> None:
    store = store_of(engine)
    write(store, "desk", ticket("1", "11-01 09:00"))
    gone = ticket("1", "11-05 09:00", State.DELETED, revision=2, updated_at="11-05 09:00")
    write(store, "desk", gone)
    assert row(engine, schema.ticket, "1")["created_at"] == at("11-01 09:00")
    [span] = rows(engine, schema.ticket_span)
    assert (span["started_at"], span["ended_at"]) == (at("11-01 09:00"), at("11-05 09:00"))


def test_a_late_write_of_a_dead_holder_is_refused(engine: Engine) -> None:
    clock = StandingClock()
    store = store_of(engine, clock=clock)
    runs.configure(engine, [{"name": "desk", "kind": "x", "label": "Desk", "interval_seconds": 60}])
    dead = runs.take_lease(engine, "desk", "one", clock())
    assert dead is not None
    assert runs.take_lease(engine, "desk", "two", clock()) is None
    clock.advance(seconds=runs.LEASE_SECONDS + 1)
    living = runs.take_lease(engine, "desk", "two", clock())
    assert living is not None
    with pytest.raises(LeaseLost, match="desk"):
        store.write("desk", "things", _page(), lease=dead)
    assert rows(engine, schema.ticket) == []
    assert runs.bookmark(engine, "desk", "things")[0] == {}
    store.write("desk", "things", _page(), lease=living)
    assert len(rows(engine, schema.ticket)) == 1


def test_a_holder_that_was_restarted_under_its_name_is_another_one(engine: Engine) -> None:
    """In a container a process has the same number after each start."""
    clock = StandingClock()
    store = store_of(engine, clock=clock)
    runs.configure(engine, [{"name": "desk", "kind": "x", "label": "Desk", "interval_seconds": 60}])
    before = runs.take_lease(engine, "desk", "container:7", clock())
    assert runs.take_lease(engine, "desk", "container:7", clock()) is not None
    with pytest.raises(LeaseLost):
        store.write("desk", "things", _page(), lease=before)


def test_a_holder_may_go_on_as_long_as_nobody_else_took_over(engine: Engine) -> None:
    clock = StandingClock()
    store = store_of(engine, clock=clock)
    runs.configure(engine, [{"name": "desk", "kind": "x", "label": "Desk", "interval_seconds": 60}])
    lease = runs.take_lease(engine, "desk", "one", clock())
    clock.advance(hours=1)
    assert store.write("desk", "things", _page(), lease=lease).changed > 0


def test_what_one_writer_learns_of_a_person_the_next_one_sees(engine: Engine) -> None:
    """Two sources at once: one brings the person, the other the answer; neither may miss the other."""
    learnt, go_on = threading.Event(), threading.Event()
    store = store_of(engine)

    def dawdle() -> None:
        learnt.set()
        go_on.wait(10)

    def bring_the_person() -> None:
        write(store, "desk", person("c", "sponsor", email="c@x.test"), bookmark={"after": 1})

    def bring_the_answer() -> None:
        write(store, "poll", survey(), answer("r", "11-02 09:00", 9, email="c@x.test"))

    first, second = threading.Thread(target=bring_the_person), threading.Thread(target=bring_the_answer)
    with _before_the_bookmark(engine, dawdle):
        _one_after_the_other(first, second, learnt, go_on)
    assert row(engine, schema.response, "r", "poll")["audience"] == "decision_maker"


def _one_after_the_other(
    first: threading.Thread, second: threading.Thread, learnt: threading.Event, go_on: threading.Event
) -> None:
    first.start()
    learnt.wait(10)
    second.start()
    second.join(0.3)  # it would be done by now if it did not wait its turn
    go_on.set()
    first.join(10)
    second.join(10)


def test_a_reader_is_not_kept_waiting_by_a_writer_and_sees_the_state_before(engine: Engine) -> None:
    store = store_of(engine)
    write(store, "desk", ticket("1", "11-01 09:00"))
    with writer(engine).begin() as connection:
        connection.execute(schema.ticket.delete())
        started = threading.Event()
        seen: list[int] = []

        def read() -> None:
            started.set()
            seen.append(len(rows(engine, schema.ticket)))

        reader = threading.Thread(target=read)
        reader.start()
        reader.join(5)
        assert seen == [1]
        connection.rollback()


def test_a_lease_lasts_to_the_second(engine: Engine) -> None:
    clock = StandingClock()
    runs.configure(engine, [{"name": "desk", "kind": "x", "label": "Desk", "interval_seconds": 60}])
    runs.take_lease(engine, "desk", "one", clock())
    end = clock() + timedelta(seconds=runs.LEASE_SECONDS)
    assert runs.take_lease(engine, "desk", "two", end) is None
    assert runs.take_lease(engine, "desk", "two", end + timedelta(seconds=1)) is not None


def test_what_has_no_past_is_renamed(engine: Engine) -> None:
    store = store_of(engine)
    for name in ("First", "Second"):
        post = Mention(id="m", posted_at=at("11-02 09:00"), title=name)
        write(store, "desk", Team(id="1", name=name), Agent(id="7", name=name), post)
    assert [rows(engine, table)[0]["name"] for table in (schema.team, schema.agent)] == ["Second", "Second"]
    assert rows(engine, schema.mention)[0]["title"] == "Second"
