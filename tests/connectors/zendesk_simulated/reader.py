"""Reads a simulated Zendesk into a real store, for tests: one `Reader` is one installation of Barometer."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any, Protocol

from sqlalchemy import Engine, Table, select

from connectors.base import Context
from connectors.helpdesks.zendesk import Zendesk
from connectors.http import Http, JsonSource, Params
from connectors.sync import sync_source
from data import runs, schema
from data.known import Known
from data.runs import Outcome
from data.settings import FileSettings
from data.store import Store
from tests.data.small_world import WHEN_LEARNT
from tests.simulators.zendesk import EMAIL, Simulator

SOURCE = "desk"
Everything = dict[str, list[dict[str, Any]]]
NOW = datetime(2026, 11, 18, 14, 30, tzinfo=UTC)
TICKETS = 40
PAGE = 15
EVENTS = 100
TABLES = (
    schema.account, schema.contact, schema.agent, schema.team, schema.ticket, schema.ticket_span,
    schema.ticket_event, schema.sla_target, schema.sla_policy, schema.business_calendar, schema.survey,
    schema.invitation, schema.response,
)  # fmt: skip
CONFIG: Mapping[str, Any] = {
    "role_field": "role",
    "title_field": "job",
    "value_field": "yearly_value",
    "employees_field": "employees",
    "email": EMAIL,
}


class Backwards(Zendesk):
    """Reads the streams in the opposite order."""

    streams = tuple(reversed(Zendesk.streams))


class Death(BaseException):
    """The process dies; nobody catches this."""


@dataclass(slots=True)
class DyingHttp:
    """Asks `http`, and dies at the request to `path` after so many of them."""

    http: JsonSource
    path: str
    after: int

    def get_json(self, path: str, params: Params | None = None) -> Any:
        if self.path in path:
            self.after -= 1
            if self.after < 0:
                raise Death
        return self.http.get_json(path, params)


@dataclass(slots=True)
class Reader:
    """A store, and a connector that reads `desk` into it. The clock is the simulated account's."""

    desk: Simulator
    engine: Engine
    kind: type[Zendesk] = Zendesk
    token: str = ""
    connector: Zendesk = field(init=False)
    store: Store = field(init=False)

    def __post_init__(self) -> None:
        self.store = Store(self.engine, FileSettings(), b"a key for the tests' hashes", self.clock)
        row = {"name": SOURCE, "kind": "zendesk", "label": "Desk", "interval_seconds": 60}
        runs.configure(self.engine, [row])
        self.restart()

    def clock(self) -> datetime:
        return datetime.fromtimestamp(self.desk.world.now, UTC)

    def restart(self) -> None:
        """A new process: what the connector remembered is gone."""
        token = self.token or self.desk.token
        config = {"url": self.desk.url, "token": token, **CONFIG}
        http = Http(
            SOURCE,
            f"{self.desk.url}/api/v2",
            auth=(f"{EMAIL}/token", token),
            attempts=3,
            backoff_seconds=0.01,
            read_seconds=0.25,
        )
        self.connector = self.kind(
            SOURCE, config, Context(clock=self.clock, known=Known(self.engine, SOURCE)), http
        )

    def sync(self) -> Outcome:
        outcome = sync_source(self.connector, self.store, holder="test", interval_seconds=60, everything=True)
        assert outcome is not None
        return outcome

    def sync_until_done(self, most: int = 5) -> list[Outcome]:
        """Runs until one succeeds; all of their outcomes."""
        outcomes = [self.sync()]
        while outcomes[-1].outcome != "succeeded":
            assert len(outcomes) < most, [item.error for item in outcomes]
            outcomes.append(self.sync())
        return outcomes

    # --- what tests ask of the store ---------------------------------------------------------------------

    def rows(self, table: Table) -> list[dict[str, Any]]:
        """All rows in the order of their keys, without the moment at which we learnt of them."""
        with self.engine.connect() as connection:
            query = select(table).order_by(*table.primary_key.columns)
            found = [dict(row) for row in connection.execute(query).mappings()]
        return [{name: value for name, value in row.items() if name not in WHEN_LEARNT} for row in found]

    def everything(self) -> Everything:
        """All facts; of the tickets' addresses what does not depend on the port."""
        found = {table.name: self.rows(table) for table in TABLES}
        for row in found["ticket"]:
            row["url"] = row["url"].removeprefix(self.desk.url)
        return found

    def tickets(self) -> dict[int, dict[str, Any]]:
        return {int(row["id"]): row for row in self.rows(schema.ticket)}

    def backlog(self, at: int) -> set[int]:
        """The tickets that had a span in the backlog at a moment."""
        moment = datetime.fromtimestamp(at, UTC)
        spans = self.rows(schema.ticket_span)
        return {int(row["ticket_id"]) for row in spans if row["started_at"] <= moment < row["ended_at"]}


class Undisturbed(Protocol):
    def __call__(self, desk: Simulator) -> Reader:
        """Reads the account as it is now into a fresh store, without any fault."""
        ...


def seconds(moment: datetime | None) -> int | None:
    return None if moment is None else int(moment.timestamp())
