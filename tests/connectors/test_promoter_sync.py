"""Promoter.io from end to end: the simulator, real HTTP, the sync engine and a store, through every fault.

Whatever happens on the way, the store ends as after a run without a disturbance: nothing lost, nothing twice.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import Engine, select

from connectors.base import Context
from connectors.http import Http
from connectors.surveys.promoter import WEEKLY, Promoter
from connectors.sync import sync_source
from data import runs, schema
from data.engine import open_store
from data.known import Known
from data.runs import Outcome
from data.settings import FileSettings
from data.store import Store
from tests.clock import StandingClock
from tests.simulators.promoter import START, Fault, PromoterSimulator

TABLES = (schema.survey, schema.account, schema.contact, schema.response, schema.reject)
OURS = {"learnt_at", "first_seen_at", "last_seen_at"}


class Setting:
    """A configured source over a simulator, and the store that it fills."""

    def __init__(self, engine: Engine, service: PromoterSimulator) -> None:
        self.engine = engine
        self.service = service
        self.clock = StandingClock(START + timedelta(hours=3))
        self.store = Store(engine, FileSettings(), b"0123456789abcdef", self.clock)
        self.connector = self.build(service.token)
        row = {"name": "voice", "kind": "promoter", "label": "Voice", "interval_seconds": 60}
        runs.configure(engine, [row])

    def build(self, token: str) -> Promoter:
        http = Http(
            "voice",
            self.service.url,
            headers={"Authorization": f"Token {token}"},
            backoff_seconds=0.01,
            read_seconds=0.4,
        )
        context = Context(clock=self.clock, known=Known(self.engine, "voice"))
        return Promoter("voice", {"token": token}, context, http)

    def sync(self) -> Outcome:
        outcome = sync_source(self.connector, self.store, holder="test", interval_seconds=60)
        assert outcome is not None
        return outcome

    def contents(self) -> dict[str, list[dict[str, Any]]]:
        """Every row that came from the source, without Barometer's own moments."""
        with self.engine.connect() as connection:
            return {
                table.name: sorted(
                    (
                        {name: value for name, value in row.items() if name not in OURS}
                        for row in connection.execute(select(table)).mappings()
                    ),
                    key=repr,
                )
                for table in TABLES
            }


@pytest.fixture
def service() -> Iterator[PromoterSimulator]:
    with PromoterSimulator() as running:
        yield running


@pytest.fixture
def setting(sqlite_engine: Engine, service: PromoterSimulator) -> Setting:
    return Setting(sqlite_engine, service)


@pytest.fixture(scope="session")
def undisturbed(tmp_path_factory: pytest.TempPathFactory) -> dict[str, list[dict[str, Any]]]:
    """What the store holds when nothing goes wrong."""
    engine = open_store(f"sqlite:///{tmp_path_factory.mktemp('promoter') / 'undisturbed.db'}")
    with PromoterSimulator() as service:
        calm = Setting(engine, service)
        assert calm.sync().outcome == "succeeded"
        contents = calm.contents()
    engine.dispose()
    return contents


def test_everything_comes_through_once(undisturbed: dict[str, list[dict[str, Any]]]) -> None:
    responses = {row["id"]: row for row in undisturbed["response"]}
    assert set(responses) == {str(number) for number in range(1, 91)} - {"13"}
    assert len(undisturbed["contact"]) == 30
    assert len(undisturbed["account"]) == 7
    assert [row["sent_count"] for row in undisturbed["survey"]] == [100, 200, 300]
    assert {row["survey_id"] for row in responses.values()} == {"1", "2", "3"}
    assert [(row["stream"], row["reason"]) for row in undisturbed["reject"]] == [
        ("all_feedback", "a field has the wrong form (TypeError)"),
        ("feedback", "a field has the wrong form (TypeError)"),
    ]
    # 103 is a contact without a role; 3 and 33 are answers whose contact must be asked for.
    assert {row["role"] for row in responses.values() if row["contact_id"] == "103"} == {None}
    assert responses["33"]["role"] is None
    assert responses["4"]["role"] == "decision-maker"


def test_a_second_run_changes_nothing(setting: Setting) -> None:
    setting.sync()
    before = setting.contents()
    with setting.engine.connect() as connection:
        version = select(schema.data_version.c.value).where(schema.data_version.c.name == "facts")
        first = connection.execute(version).scalar_one()
    setting.connector = setting.build(setting.service.token)
    assert setting.sync().outcome == "succeeded"
    assert setting.contents() == before
    with setting.engine.connect() as connection:
        assert connection.execute(version).scalar_one() == first


@pytest.mark.parametrize("at_request", [1, 3, 8, 14])
@pytest.mark.parametrize("fault", [Fault.TOO_MANY, Fault.ERROR, Fault.SILENCE, Fault.CUT, Fault.PAGE])
def test_a_passing_fault_leaves_no_trace(
    setting: Setting, undisturbed: dict[str, list[dict[str, Any]]], fault: Fault, at_request: int
) -> None:
    setting.service.faults[at_request] = fault
    outcomes = [setting.sync().outcome, setting.sync().outcome]
    assert len(setting.service.requests) > at_request
    assert outcomes[-1] == "succeeded"
    assert setting.contents() == undisturbed


def test_a_service_that_keeps_failing_is_left_until_the_next_run(
    setting: Setting, undisturbed: dict[str, list[dict[str, Any]]]
) -> None:
    setting.service.faults = dict.fromkeys(range(6, 40), Fault.ERROR)
    failed = setting.sync()
    assert (failed.outcome, failed.setting) == ("failed", None)
    assert "answers 500" in (failed.error or "")
    setting.service.faults.clear()
    assert setting.sync().outcome == "succeeded"
    assert setting.contents() == undisturbed


def test_rows_that_repeat_across_pages_are_stored_once(
    setting: Setting, undisturbed: dict[str, list[dict[str, Any]]]
) -> None:
    setting.service.repeats_rows = True
    setting.sync()
    assert setting.contents() == undisturbed


def test_an_expired_token_stops_the_source_and_names_the_setting(
    setting: Setting, undisturbed: dict[str, list[dict[str, Any]]]
) -> None:
    setting.service.faults = dict.fromkeys(range(4, 100), Fault.EXPIRED)
    stopped = setting.sync()
    assert (stopped.outcome, stopped.setting) == ("stopped", "token")
    assert setting.service.token not in (stopped.error or "")
    assert "Check the setting 'token'" in (stopped.error or "")
    setting.service.faults.clear()
    setting.service.token = "a-new-token"
    setting.connector = setting.build("a-new-token")
    assert setting.sync().outcome == "succeeded"
    assert setting.contents() == undisturbed


def test_a_comment_that_comes_days_later_is_found_by_the_overlap(setting: Setting) -> None:
    setting.sync()
    setting.service.comment(5, "It works again, thank you.", START + timedelta(hours=1))
    setting.clock.advance(days=2)
    setting.sync()
    [row] = [row for row in setting.contents()["response"] if row["id"] == "5"]
    assert row["comment"] == "It works again, thank you."


def test_a_comment_that_comes_after_the_overlap_is_found_by_the_weekly_pass(setting: Setting) -> None:
    setting.sync()
    setting.service.comment(80, "Weeks later.", START)
    setting.clock.advance(days=1)
    setting.sync()
    assert not any(row["comment"] == "Weeks later." for row in setting.contents()["response"])
    setting.clock.advance(seconds=WEEKLY)
    setting.sync()
    assert any(row["comment"] == "Weeks later." for row in setting.contents()["response"])


def test_an_answer_deleted_at_the_service_is_marked_by_the_weekly_pass(setting: Setting) -> None:
    setting.sync()
    del setting.service.feedback[40]
    setting.clock.advance(seconds=WEEKLY + 1)
    assert setting.sync().outcome == "succeeded"
    rows = setting.contents()["response"]
    assert [row["id"] for row in rows if row["is_deleted"]] == ["40"]


def test_a_role_stays_what_it_was_when_the_answer_was_first_seen(setting: Setting) -> None:
    setting.sync()
    for contact in setting.service.contacts.values():
        contact["attributes"]["role"] = "sponsor"
    setting.clock.advance(seconds=WEEKLY + 1)
    setting.sync()
    roles = {row["id"]: row["role"] for row in setting.contents()["response"]}
    assert roles["4"] == "decision-maker"
    assert {row["role"] for row in setting.contents()["contact"]} == {"sponsor"}
