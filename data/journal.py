"""The journal of figures that changed after their day had ended, with the late rows that did it.

Written in the transaction that changed them. What a source brings before its first sync has ended is its
past, and no change. Figures that are complete only later by their nature (outcomes by the day of creation,
reopenings of a first solve, answers to an invitation) are not called late.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import Connection, delete, func, select

from data import schema
from data.cells import STORED, value_columns
from data.contributions import Cells, Row
from data.localday import LocalDays
from data.moment import epoch
from data.rows import adding, key_columns

KEPT = timedelta(days=400)
COMPLETE_LATER = frozenset(
    {
        "ticket_tally.created_kept",
        "ticket_tally.created_judged",
        "ticket_tally.first_solved_reopened",
        "backlog_tally.open_created",
        "invitation_tally.answered",
    }
)
METRICS_OF = {
    "ticket_tally.created": ("created", "net_flow"),
    "ticket_tally.solved": ("solved", "net_flow", "full_resolution_calendar_minutes"),
    "ticket_tally.first_replied": ("first_reply_calendar_minutes", "first_reply_business_minutes"),
    "ticket_tally.first_solved": ("first_resolution_calendar_minutes", "reopen_rate"),
    "ticket_tally.sla_ended": ("sla_gap", "sla_elapsed"),
    "ticket_tally.sla_judged": ("sla_attainment",),
    "ticket_tally.sla_kept": ("sla_attainment",),
    "ticket_tally.created_after_hours": ("after_hours_share",),
    "ticket_tally.created_hours_known": ("after_hours_share",),
    "ticket_tally.solved_one_touch": ("one_touch_share",),
    "ticket_tally.solved_replied": ("one_touch_share", "touches"),
    "ticket_tally.replies": ("touches",),
    "ticket_tally.agent_stations": ("agent_stations",),
    "ticket_tally.agent_held": ("agent_stations",),
    "ticket_tally.team_stations": ("team_stations",),
    "ticket_tally.team_held": ("team_stations",),
    "backlog_tally.returned": ("reopened",),
    **{
        f"backlog_tally.{who}_{what}": ("backlog",)
        for who in ("us", "customer", "elsewhere")
        for what in ("begun", "ended")
    },
    **{
        f"answer_tally.{kind}{name}": ("nps",)
        for kind in ("", "transactional_")
        for name in ("promoters", "passives", "detractors", "without_score")
    },
    "mark_tally.answers": ("csat", "ces"),
    "invitation_tally.delivered": ("response_rate",),
    "invitation_tally.bounced": ("response_rate",),
}
"""Which metrics rest on a figure."""

Changed = Mapping[tuple[str, str, str], tuple[Sequence[Row], Sequence[Row]]]


@dataclass(frozen=True, slots=True)
class LateChange:
    """A figure of `day` (as table.count) was changed by `change` at `learnt_at`, by one row.

    subject: ticket, response or invitation; row_id: its id in the source. metrics: keys that rest on it.
    """

    day: date
    learnt_at: datetime
    source: str
    subject: str
    row_id: str
    figure: str
    change: int

    @property
    def metrics(self) -> tuple[str, ...]:
        return METRICS_OF.get(self.figure, ())

    def as_dict(self) -> dict[str, Any]:
        """As plain data; moments in ISO 8601, UTC."""
        return asdict(self) | {
            "day": self.day.isoformat(),
            "learnt_at": self.learnt_at.isoformat().replace("+00:00", "Z"),
            "metrics": list(self.metrics),
        }

    def as_line(self, zone: str) -> str:
        """For a person: the day, the figure, by how much, when that became known, and which row did it."""
        figure = self.figure.partition(".")[2].replace("_", " ")
        learnt = self.learnt_at.astimezone(ZoneInfo(zone))
        who = "".join(c if c.isprintable() else "\ufffd" for c in f"{self.source}:{self.row_id}")
        return f"{self.day}  {figure} {self.change:+d}  learnt {learnt:%Y-%m-%d %H:%M}  {self.subject} {who}"


def note(connection: Connection, changed: Changed, days: LocalDays, at: datetime) -> None:
    """Writes down what the rows of a transaction changed on days that had ended."""
    synced = _synced(connection)
    sources = {source for _, source, _ in changed if source in synced}
    if not sources:
        return
    today, moment = days.text(epoch(at) or 0), epoch(at)
    rows: list[dict[str, Any]] = []
    for (name, source, id), (before, after) in changed.items():
        if source not in sources:
            continue
        first = days.text(synced[source])
        for day, figure, change in _steps(days, name, before, after):
            if first <= day < today and figure not in COMPLETE_LATER:
                subject = "ticket" if name == "ticket_span" else name
                rows.append(
                    {"source": source, "learnt_at": moment, "subject": subject, "row_id": id,
                     "day": date.fromisoformat(day), "figure": figure, "change": change}
                )  # fmt: skip
    if rows:
        connection.execute(adding(connection, schema.late_change, ["change"]), rows)


def forget_old(connection: Connection, at: datetime) -> None:
    """Drops what was noted more than KEPT ago."""
    table = schema.late_change
    connection.execute(delete(table).where(table.c.learnt_at < at - KEPT))


def late_changes(
    connection: Connection, *, first: date, last: date, since: datetime | None = None, limit: int = 1000
) -> list[LateChange]:
    """What changed afterwards on the days from `first` to `last`, latest first (index: day)."""
    table = schema.late_change
    query = select(table).where(table.c.day >= first, table.c.day <= last)
    if since is not None:
        query = query.where(table.c.learnt_at >= since)
    query = query.order_by(table.c.learnt_at.desc(), *key_order()).limit(limit)
    return [LateChange(**row) for row in connection.execute(query).mappings()]


def revised(connection: Connection, *, first: date, last: date) -> list[tuple[date, str, int, int]]:
    """(day, figure, net change, rows that did it) on the days from `first` to `last`, where it is not 0."""
    table = schema.late_change
    net = func.sum(table.c.change)
    query = (
        select(table.c.day, table.c.figure, net, func.count())
        .where(table.c.day >= first, table.c.day <= last)
        .group_by(table.c.day, table.c.figure)
        .having(net != 0)
        .order_by(table.c.day, table.c.figure)
    )
    return [(row[0], row[1], int(row[2]), row[3]) for row in connection.execute(query)]


def key_order() -> list[Any]:
    return [schema.late_change.c[name] for name in key_columns(schema.late_change) if name != "learnt_at"]


def _steps(
    days: LocalDays, name: str, before: Sequence[Row], after: Sequence[Row]
) -> list[tuple[str, str, int]]:
    """(day, figure, change) that one subject has made."""
    cells = Cells(days.text)
    cells.add(name, before, -1)
    cells.add(name, after, 1)
    found: dict[tuple[str, str], int] = {}
    for table, places in cells.counts.items():
        names = value_columns(STORED[table])
        for place, counts in places.items():
            for figure, change in zip(names, counts, strict=True):
                at = place[0], f"{table}.{figure}"
                found[at] = found.get(at, 0) + change
    return [(day, figure, change) for (day, figure), change in sorted(found.items()) if change]


def _synced(connection: Connection) -> dict[str, int]:
    """Sources whose first sync has ended, with when."""
    table = schema.source
    query = select(table.c.name, table.c.first_success_at).where(table.c.first_success_at.is_not(None))
    return {row.name: epoch(row.first_success_at) or 0 for row in connection.execute(query)}
