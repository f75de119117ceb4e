"""A Barometer with a store of its own that reads a real Request Tracker, for the tests of the whole."""

from __future__ import annotations

import os
import sqlite3
import subprocess
import time
from collections.abc import Collection
from contextlib import closing
from dataclasses import dataclass
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import requests
from sqlalchemy import Engine, select

from connectors.base import Connector
from connectors.configured import build_connectors
from connectors.sync import sync_source
from data import runs, schema
from data.engine import open_store
from data.readings import Readings
from data.runs import Outcome
from data.settings import FileSettings, parse_settings
from data.store import Store
from data.window import now
from tests.services.request_tracker import RequestTracker

SETTINGS = """
[sources.rt]
kind = "request_tracker"
url = "{url}"
token = "file:{token}"
role_field = "Customer role"
calendar = "office"

[sources.rt.sla_levels]
standard = {{ response = "4h", resolve = "24h" }}
premium = {{ response = "1h", resolve = "8h" }}
urgent = {{ response = "30m", resolve = "4h", clock = "calendar" }}

[calendars.office]
time_zone = "UTC"
hours = "mon-fri 09:00-17:00"
holidays = [{holidays}]
"""


@dataclass(frozen=True, slots=True)
class Barometer:
    """A store, and the source `rt` that fills it."""

    engine: Engine
    settings: FileSettings
    store: Store
    connector: Connector

    @classmethod
    def over(
        cls,
        server: RequestTracker,
        folder: Path,
        *,
        token: str | None = None,
        copy_of: Barometer | None = None,
    ) -> Barometer:
        """A new one in `folder`, reading with `token` (else the administrator's); empty, or a copy."""
        secret = folder / "token"
        secret.write_text(token or server.token)
        years = range(date.today().year - 1, date.today().year + 2)  # noqa: DTZ011
        holidays = ", ".join(f"{year}-{day}" for year in years for day in ("01-01", "12-25", "12-26"))
        settings = parse_settings(SETTINGS.format(url=server.url, token=secret, holidays=holidays))
        database = folder / "barometer.db"
        if copy_of is not None:
            old = sqlite3.connect(str(copy_of.engine.url.database))
            with closing(old), closing(sqlite3.connect(database)) as new:
                old.backup(new)
        engine = open_store(f"sqlite:///{database}")
        connectors, wrong = build_connectors(settings, engine)
        assert not wrong
        row = {"name": "rt", "kind": "request_tracker", "label": "rt", "interval_seconds": 60}
        runs.configure(engine, [row])
        return cls(engine, settings, Store(engine, settings, b"k" * 32), connectors["rt"])

    def sync(self) -> Outcome:
        """One run over all streams, which has to succeed."""
        outcome = sync_source(self.connector, self.store, holder="test", interval_seconds=60, everything=True)
        assert outcome is not None
        assert (outcome.outcome, outcome.error, outcome.reject_count) == ("succeeded", None, 0)
        return outcome

    def readings(self, as_of: datetime | None = None) -> Readings:
        return Readings(self.engine, self.settings, as_of=as_of or now())

    def bookmark(self, stream: str) -> dict[str, Any]:
        return runs.bookmark(self.engine, "rt", stream)[0]

    def tickets(self) -> dict[str, dict[str, Any]]:
        """The stored tickets by number, with the names of team, assignee and account, and the contact."""
        with self.engine.connect() as connection:
            rows = {r["id"]: dict(r) for r in connection.execute(select(schema.ticket)).mappings()}
            for name, table in (("team", schema.team), ("assignee", schema.agent)):
                names = {r.id: r.name for r in connection.execute(select(table.c.id, table.c.name))}
                for row in rows.values():
                    row[name] = names.get(row[f"{name}_id"])
            people = {r["id"]: dict(r) for r in connection.execute(select(schema.contact)).mappings()}
        return {key: row | {"contact": people.get(row["requester_id"])} for key, row in rows.items()}

    def facts(self, numbers: Collection[str]) -> dict[str, list[tuple[Any, ...]]]:
        """Tickets, events, spans and targets, without when we learnt them: to compare two stores."""
        found = {}
        for table in (schema.ticket, schema.ticket_event, schema.ticket_span, schema.sla_target):
            columns = [column for column in table.c if column.name not in ("learnt_at", "touched_at")]
            key = table.c.id if table is schema.ticket else table.c.ticket_id
            query = select(*columns).where(key.in_(numbers)).order_by(*table.primary_key.columns)
            with self.engine.connect() as connection:
                found[table.name] = [tuple(row) for row in connection.execute(query)]
        return found


@dataclass(frozen=True, slots=True)
class Desk:
    """Somebody at work in Request Tracker, at the real clock."""

    server: RequestTracker
    token: str

    def do(self, method: str, path: str, body: dict[str, Any] | None = None) -> Any:
        reply = requests.request(
            method,
            f"{self.server.url}/REST/2.0{path}",
            json=body,
            headers={"Authorization": f"token {self.token}"},
            timeout=60,
        )
        assert reply.ok, f"{method} {path}: {reply.status_code} {reply.text}"
        return reply.json()

    def open_ticket(self, subject: str, **more: Any) -> str:
        body = {
            "Queue": "Support",
            "Subject": subject,
            "Requestor": "cust1@borealis.test",
            "Content": "Help.",
        }
        return str(self.do("POST", "/ticket", body | more)["id"])

    def pause(self) -> None:
        """Wait for the server's next second: what happens within one cannot be told apart."""
        time.sleep(1.01 - time.time() % 1)

    def change(self, ticket: str, **fields: Any) -> None:
        self.do("PUT", f"/ticket/{ticket}", fields)

    def reply(self, ticket: str, text: str = "Looking into it.") -> None:
        self.do("POST", f"/ticket/{ticket}/correspond", {"Content": text, "ContentType": "text/plain"})


def token_of(server: RequestTracker, user: str) -> str:
    """The token of a user, made at first need."""
    done = subprocess.run(
        ["bash", server.tools / "rt_server.sh", "token", user],
        env=server.environment, stdin=subprocess.DEVNULL, capture_output=True, text=True, check=True,
        timeout=60,
    )  # fmt: skip
    return done.stdout.split()[-1]


def reader_with(server: RequestTracker, *rights: str) -> str:
    """The token of a new privileged user who has these rights everywhere and no others."""
    name = f"reader{datetime.now(UTC):%H%M%S%f}"
    Desk(server, server.token).do("POST", "/user", {"Name": name, "Privileged": 1})
    grant = """use RT -init; my $u = RT::User->new(RT->SystemUser); $u->Load(shift @ARGV);
        for (@ARGV) { my ($ok, $said) = $u->PrincipalObj->GrantRight(Right => $_, Object => RT->System);
                      die $said unless $ok; }"""
    data = server.environment["RT_DATA"]
    user = ["setpriv", "--reuid=www-data", "--regid=www-data", "--clear-groups"] if os.getuid() == 0 else []
    environment = server.environment | {
        "RT_SITE_CONFIG": f"{data}/RT_SiteConfig.pm",
        "RT_SITE_CONFIG_DIR": f"{data}/conf.d",
        "PERL5LIB": f"{data}/lib:/usr/share/request-tracker5/lib",
        "HOME": data,
    }
    subprocess.run(
        [*user, "perl", "-e", grant, name, *rights],
        env=environment, stdin=subprocess.DEVNULL, capture_output=True, check=True, timeout=60,
    )  # fmt: skip
    return token_of(server, name)
