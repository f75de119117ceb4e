"""One ticket's life from records, without a store; and the ways to look at it."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

from data.hours import Calendar
from data.lifecycle import Applied, Life, Rules, live
from data.moment import epoch
from data.records import SlaTarget, State, Ticket, TicketEvent
from data.rows import row_of

ALWAYS = Rules(Calendar.always(), frozenset({State.PENDING}))


def life(
    ticket: Ticket, *happened: TicketEvent | SlaTarget, rules: Rules = ALWAYS, origin: str = "source"
) -> Life:
    """The life of a ticket; events in the order given where they share their moment and sequence."""
    row = _plain(ticket)
    row["given_solved_at"], row["given_sla_is_met"] = row.pop("solved_at"), row.pop("sla_is_met")
    events = [_plain(item) for item in happened if isinstance(item, TicketEvent)]
    events.sort(key=lambda event: (event["happened_at"], event["sequence"]))
    targets = [_applied(item, origin) for item in happened if isinstance(item, SlaTarget)]
    return live(row, events, sorted(targets, key=lambda item: item.applied_at), rules)


def stretches(found: Life) -> list[tuple[str, str, str]]:
    """(from, to, state) of the time in the backlog; to is "" while it lasts."""
    return [(shown(span.started_at), shown(span.ended_at), span.state.value) for span in found.spans]


def shown(moment: int | None) -> str:
    return "" if moment is None else f"{datetime.fromtimestamp(moment, UTC):%m-%d %H:%M}"


def _plain(record: Any) -> dict[str, Any]:
    return {
        name: epoch(value) if isinstance(value, datetime) else value for name, value in row_of(record).items()
    }


def _applied(item: SlaTarget, origin: str) -> Applied:
    due = epoch(item.due_at)
    return Applied(
        item.measure, origin, epoch(item.applied_at) or 0, item.target_minutes, item.clock.value, due,
        policy=item.policy,
    )  # fmt: skip
