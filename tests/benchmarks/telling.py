"""Made-up lives for large stores: a few thousand tickets of the demo's company, told again and again.

Each telling moves the lives by whole weeks, at another pace and to other people, and derives them by
data/lifecycle.py, so that derived columns are true and durations are as many as in life. What waits in the
demo waits in each telling, so the backlog keeps its proportion.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from random import Random
from zoneinfo import ZoneInfo

from sqlalchemy import Connection, Table, select

from connectors.base import Context
from connectors.demo import Demo
from connectors.demo_promises import CALENDAR
from data import runs, schema
from data.deriving import Deriver
from data.engine import open_store
from data.known import Known
from data.lifecycle import DERIVED, Applied, Life, Rules, live
from data.localday import LocalDays
from data.records import UNSOLVED, Measure, Page, State
from data.rows import Row, raw
from data.settings import FileSettings
from data.store import Store, account_key
from data.window import midnight

NOW = datetime(2026, 11, 18, 14, 30, tzinfo=UTC)
SETTINGS = FileSettings(time_zone="Europe/London")
ZONE = ZoneInfo(SETTINGS.time_zone)
SOURCE = "demo"
TEMPLATE_TICKETS, LEAST_TICKETS = 4_000, 400
WEEK = 7 * 86_400
WEEKS = 78
FIRST = int((NOW - timedelta(weeks=WEEKS)).timestamp())
LAST = int(NOW.timestamp())
RULES = Rules(CALENDAR, frozenset())
ALIKE = (schema.source, schema.agent, schema.business_calendar, schema.sla_policy, schema.survey)
MOVED = ("created_at", "updated_at", "given_solved_at")
MINUTES = tuple(name for name in DERIVED if name.endswith("_minutes") and name != "sla_target_minutes")
GROWING = (*MINUTES, "sla_due_at")
"""What may change with the moment at which a ticket came in."""
SLACKS = (3599, 1799, 599, 119)
NO_SLACK: tuple[int, dict[str, bool]] = (0, dict.fromkeys(GROWING, False))
DAYS = LocalDays(ZONE)
DERIVER = Deriver(SETTINGS, lambda: NOW)


@dataclass(frozen=True, slots=True)
class Template:
    """What is told: rows by table, and the facts of each ticket in their order."""

    rows: dict[Table, list[Row]]
    events: dict[str, list[Row]]
    targets: dict[str, list[Row]]


def lived(tickets: int) -> Template:
    """About so many tickets of the demo's company with all that belongs to them, in a random order."""
    engine = open_store("sqlite://")
    row = {"name": SOURCE, "kind": Demo.kind, "label": Demo.label, "interval_seconds": 3}
    runs.configure(engine, [row])
    store = Store(engine, SETTINGS, b"a key for benchmarks", lambda: NOW)
    for page in pages_of_demo(store, max(tickets, LEAST_TICKETS)):
        store.write(SOURCE, "life", page)
    facts = (schema.ticket_event, schema.sla_target, schema.account, schema.team)
    own = (schema.ticket, schema.contact, schema.invitation, schema.response)
    with engine.connect() as connection:
        rows = {table: _rows(connection, table) for table in (*ALIKE, *own, *facts)}
    engine.dispose()
    rows[schema.source] = [{**item, "last_success_at": LAST} for item in rows[schema.source]]
    Random(0).shuffle(rows[schema.ticket])
    rows[schema.ticket] = rows[schema.ticket][:tickets]
    events = sorted(rows[schema.ticket_event], key=lambda e: (e["happened_at"], e["sequence"], e["id"]))
    return Template(rows, _by_ticket(events), _by_ticket(rows[schema.sla_target]))


def pages_of_demo(store: Store, tickets: int) -> Iterable[Page]:
    """The demo's history of about so many tickets."""
    context = Context(clock=lambda: NOW, known=Known(store.engine, SOURCE))
    demo = Demo(SOURCE, {"tickets": tickets}, context)
    return demo.read(demo.streams[0], {})


def fold(template: Template, accounts: int) -> Template:
    """The same with so many accounts, or fewer: what belongs to another belongs to one of the first."""
    firms = template.rows[schema.account]
    keep = firms[:accounts]
    into = {firm["id"]: keep[place % accounts] for place, firm in enumerate(firms)}
    keys = {firm["account_key"]: keep[place % accounts] for place, firm in enumerate(firms)}

    def moved(row: Row) -> Row:
        copy = dict(row)
        if copy.get("account_id"):
            copy["account_id"] = into[copy["account_id"]]["id"]
        if copy.get("account_key"):
            copy["account_key"] = keys[copy["account_key"]]["account_key"]
        return copy

    own = (schema.ticket, schema.contact, schema.invitation, schema.response)
    rows = template.rows | {table: [moved(row) for row in template.rows[table]] for table in own}
    return Template(rows | {schema.account: keep}, template.events, template.targets)


@dataclass(frozen=True, slots=True)
class Telling:
    """One telling of the template. company: several share one, with its teams and accounts."""

    number: int
    company: int
    rng: Random

    def of_company(self, row: Row) -> Row:
        """An account or a team."""
        name = self._firm(row["name"]) or ""
        copy = {**row, "id": self._of(row["id"], self.company), "name": name}
        return copy | ({"account_key": account_key(name)} if "account_key" in row else {})

    def of_person(self, row: Row) -> Row:
        """Contacts, invitations and answers: everybody in this telling is asked some hours earlier."""
        copy = dict(row)
        for name, number in (
            ("id", self.number), ("contact_id", self.number), ("account_id", self.company),
            ("email_hash", self.number), ("ticket_id", self.number), ("team_id", self.company),
        ):  # fmt: skip
            if name in copy:
                copy[name] = self._of(copy[name], number)
        if copy.get("email") and self.number:
            copy["email"] = f"{self.number}.{copy['email']}"
        if "account_key" in copy:
            copy["account_key"] = self._firm(copy["account_key"])
        for name in ("sent_at", "opened_at", "responded_at", "updated_at"):
            if copy.get(name) is not None:
                copy[name] -= self.number * 613 % 86_400
        if "responded_on" in copy:
            copy["responded_on"] = DAYS.day(copy["responded_at"])
        return copy

    def life(self, row: Row, events: Sequence[Row], targets: Sequence[Row]) -> Lived:
        """A ticket lived through. What waits stays waiting: its moments draw nearer to the present."""
        moved = self._movement(row, events)
        if events and row["state"] == State.CLOSED and moved(events[-1]["happened_at"]) > LAST:
            events = events[:-1]  # it is solved, and will be closed
            row = row | {"state": State.SOLVED.value, "updated_at": events[-1]["happened_at"]}
        ticket = row | {name: moved(row[name]) for name in MOVED if row[name] is not None} | self._place(row)
        applied = tuple(
            Applied(
                Measure(target["measure"]), target["origin"], moved(target["applied_at"]),
                target["target_minutes"], target["clock"], target["due_at"],
            )
            for target in targets
        )  # fmt: skip
        mine = [{**event, "happened_at": moved(event["happened_at"])} for event in events]
        for event in mine:
            for name in ("team_id", "actor_id"):
                event[name] = event[name] and self._of(event[name], self._number_of(name))
        return Lived(ticket, tuple(mine), applied)

    def _movement(self, row: Row, events: Sequence[Row]) -> Callable[[int], int]:
        """Where each moment of a ticket goes: the order of what happened stays, and nothing is to come."""
        pace = self.rng.uniform(0.9, 1.0)
        if row["state"] in UNSOLVED:  # some wait longer than in the demo, so that some are late
            longer = self.rng.choice((1, 1, 1, 2, 4))
            return lambda at: LAST - int((LAST - at) * pace * longer)
        created = row["created_at"]
        ended = max(
            (event["happened_at"] for event in events if event["state"] != State.CLOSED), default=created
        )
        by = -WEEK * self.rng.randrange(WEEKS)
        if created + by < FIRST:
            by += WEEK * WEEKS
        if ended + by > LAST:
            by = 0
        by -= self.rng.randrange(1800)
        return lambda at: created + by + int((at - created) * pace)

    def _place(self, row: Row) -> Row:
        return {
            "id": self._of(row["id"], self.number),
            "team_id": self._of(row["team_id"], self.company),
            "requester_id": self._of(row["requester_id"], self.number),
            "account_id": self._of(row["account_id"], self.company),
            "account_key": self._firm(row["account_key"]),
        }

    def _number_of(self, name: str) -> int:
        return self.company if name == "team_id" else self.number

    def _firm(self, name: str | None) -> str | None:
        return f"{name} {self.company}" if name and self.company else name

    @staticmethod
    def _of(identifier: str | None, number: int) -> str | None:
        return f"{identifier}-{number}" if identifier and number else identifier


@dataclass(frozen=True, slots=True)
class Lived:
    """A ticket's own columns and its facts, ready to be derived."""

    ticket: Row
    events: tuple[Row, ...]
    targets: tuple[Applied, ...]

    def derived(self, earlier: int = 0) -> Life:
        """The life, had it come in so many seconds earlier."""
        ticket = self.ticket | {"created_at": self.ticket["created_at"] - earlier}
        return live(ticket, self.events, self.targets, RULES)

    def rows(self, life: Life) -> tuple[Row, list[Row]]:
        """The ticket and its spans as the store would keep them."""
        columns = DERIVER._with_days(self.ticket, life)
        measure = columns["sla_measure"]
        ticket = self.ticket | columns | {"sla_measure": measure and str(measure)}
        return ticket, DERIVER._span_rows(ticket, life)

    def slack(self, life: Life) -> tuple[int, dict[str, bool]]:
        """(seconds, what grows): how much earlier it may have come in, and what would be later by as much.

        Within so many seconds everything either stays as it is or grows second by second. A duration grows
        by no more than the ticket came in earlier, and never shrinks; so what has grown by all of it at the
        far end has grown by each second on the way, and what has not grown there has not grown at all. A
        due moment moves by no less than a second for each second, by the same argument.
        """
        created = self.ticket["created_at"]
        for seconds in SLACKS:
            if DAYS.day(created - seconds) == DAYS.day(created) and (
                CALENDAR.seconds_between(created - seconds, created) in (0, seconds)
            ):
                grown = _grown(life, self.derived(seconds), seconds)
                if grown is not None:
                    return seconds, grown
        return NO_SLACK


def _grown(life: Life, other: Life, seconds: int) -> dict[str, bool] | None:
    """Which of GROWING has moved by all the seconds; None where one moved by a part, or another did."""
    first = tuple(span._replace(started_at=span.started_at - seconds) for span in life.spans[:1])
    if first + life.spans[1:] != other.spans or not first:
        return None
    found = {}
    for name in DERIVED:
        before, after = life.columns[name], other.columns[name]
        if before == after:
            found[name] = False
        elif name not in GROWING or before is None or after is None:
            return None
        elif (before - after if name == "sla_due_at" else round((after - before) * 60)) == seconds:
            found[name] = True
        else:
            return None
    return {name: found[name] for name in GROWING}


def since_midnight(at: int) -> int:
    """Seconds since the local day began."""
    return at - int(midnight(DAYS.day(at), ZONE).timestamp())


def _rows(connection: Connection, table: Table) -> list[Row]:
    return [dict(row) for row in connection.execute(select(*raw(table))).mappings()]


def _by_ticket(rows: Iterable[Row]) -> dict[str, list[Row]]:
    found: dict[str, list[Row]] = defaultdict(list)
    for row in rows:
        found[row["ticket_id"]].append(row)
    return found
