"""Barometer's own targets: applied to a ticket once, from the settings of then, and kept as they were."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any, NamedTuple

from sqlalchemy import Connection, and_, delete

from data import schema
from data.records import NOBODY, Measure, Priority
from data.rows import Row, upsert
from data.settings_sla import SlaSettings
from data.sla_clock import Applied
from data.superseded import keep

OWN = "settings"


class Moment(NamedTuple):
    """When targets are applied, and the facts that they are applied for. NOBODY: no team, no account."""

    at: int
    priority: str
    team_id: str
    account_key: str

    def matches(self, row: Mapping[str, Any]) -> bool:
        """Whether a stored target was applied for these facts, as far as they were looked at then."""
        return (row["applied_at"], row["priority"]) == (self.at, self.priority) and all(
            row[name] is None or row[name] == getattr(self, name) for name in ("team_id", "account_key")
        )


def apply_own(
    connection: Connection,
    settings: SlaSettings,
    tickets: Sequence[Mapping[str, Any]],
    events: Mapping[str, Sequence[Mapping[str, Any]]],
    known: dict[str, list[Mapping[str, Any]]],
    *,
    now: int,
) -> None:
    """Targets of the settings at creation and at each change of priority or team; completes `known`.

    A target that was applied keeps its minutes, its policy and its calendar when the settings change; it
    gives way only when the facts say that the priority, the team or the account then was another.
    """
    new: list[Row] = []
    wrong: list[Mapping[str, Any]] = []
    for ticket in tickets:
        moments = list(moments_of(ticket, sorted(events[ticket["id"]], key=in_order)))
        mine = known[ticket["id"]]
        own = [row for row in mine if row["origin"] == OWN]
        stale = [row for row in own if not any(moment.matches(row) for moment in moments)]
        rows = [
            row
            for moment in moments
            if not any(moment.matches(row) for row in own)
            for row in _targets(settings, ticket, moment, now)
        ]
        wrong.extend(stale)
        new.extend(rows)
        known[ticket["id"]] = [*(row for row in mine if row not in stale), *rows]
    table = schema.sla_target
    names = [column.name for column in table.primary_key.columns if column.name != "source"]
    if wrong:
        keys = [tuple(row[name] for name in names) for row in wrong]
        keep(connection, table, schema.SUPERSEDED[table.name], wrong[0]["source"], keys, now)
    for row in wrong:
        mine_only = and_(*(table.c[key.name] == row[key.name] for key in table.primary_key.columns))
        connection.execute(delete(table).where(mine_only))
    if new:
        connection.execute(upsert(connection, table), new)


def moments_of(ticket: Mapping[str, Any], events: Sequence[Mapping[str, Any]]) -> Iterator[Moment]:
    """The creation and each change of priority or team, as far as the priority is known."""
    holds = {name: ticket[name] for name in ("priority", "team_id")}
    holds = {name: None if any(e[name] is not None for e in events) else own for name, own in holds.items()}
    changes = {ticket["created_at"]: dict(holds)}
    for event in events:
        holds |= {name: event[name] for name in holds if event[name] is not None}
        # Of several at one moment the last one stands: a target has its moment in its key.
        changes[max(event["happened_at"], ticket["created_at"])] = dict(holds)
    account, last = ticket["account_key"] or NOBODY, None
    for at, held in changes.items():
        if held["priority"] is None:
            continue
        moment = Moment(at, held["priority"], held["team_id"] or NOBODY, account)
        if moment[1:] != last:
            yield moment
        last = moment[1:]


def _targets(settings: SlaSettings, ticket: Mapping[str, Any], moment: Moment, now: int) -> Iterator[Row]:
    policy = settings.policy(ticket["source"], moment.team_id, moment.account_key)
    for measure, minutes, clock in settings.promised(policy, Priority(moment.priority)):
        yield {
            "source": ticket["source"],
            "ticket_id": ticket["id"],
            "measure": measure.value,
            "cycle": 1,
            "applied_at": moment.at,
            "origin": OWN,
            "target_minutes": minutes,
            "clock": clock.value,
            "due_at": None,
            "policy": policy.name if policy else None,
            "priority": moment.priority,
            "calendar": (policy.calendar if policy else "") or None,
            "team_id": moment.team_id,
            # Firms are renamed, and who looks at no firm would have all their targets applied anew.
            "account_key": moment.account_key if settings.looks_at_accounts else None,
            "learnt_at": now,
        }


def in_order(event: Mapping[str, Any]) -> tuple[int, int, str]:
    """The order in which `lifecycle.live` wants stored events."""
    return event["happened_at"], event["sequence"], event["id"]


def in_turn(target: Mapping[str, Any]) -> tuple[int, int]:
    """The order in which `lifecycle.live` wants stored targets."""
    return target["applied_at"], target["cycle"]


def applied(row: Mapping[str, Any]) -> Applied:
    """A stored target as `lifecycle.live` wants it."""
    return Applied(
        Measure(row["measure"]),
        row["origin"],
        row["applied_at"],
        row["target_minutes"],
        row["clock"],
        row["due_at"],
        row["policy"],
        row["priority"],
        row["calendar"],
    )
