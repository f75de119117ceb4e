"""Keeps the stored tallies true: what rows counted before a change leaves, what they count now enters.

A `Ledger` accompanies one writing transaction. Whoever is about to change rows says so first (`touch`); at
the end `settle` reads them anew and stores the difference.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import Connection, Table, select

from data import cells as stored_cells
from data import journal, schema
from data.contributions import (
    INVITATION_COLUMNS,
    RESPONSE_COLUMNS,
    SPAN_COLUMNS,
    TICKET_COLUMNS,
    Cells,
    Row,
)
from data.localday import LocalDays
from data.rows import chunks, raw

TOUCHED = {table.name: table for table in (schema.ticket, schema.response, schema.invitation)}
Rows = tuple[Row, ...]
Subject = tuple[str, str, str]
"""(table, source, id)."""


class Ledger:
    """What the rows that one transaction touches counted before it.

    is_keeping: False where nobody keeps tallies (a store that is only read through once).
    """

    def __init__(self, connection: Connection, zone: str, at: datetime, *, is_keeping: bool = True) -> None:
        self.connection = connection
        self._days = LocalDays(ZoneInfo(zone))
        self._at = at
        self._is_keeping = is_keeping
        self._before: dict[Subject, Rows] = {}

    def touch(self, table: Table, source: str, ids: Iterable[str]) -> None:
        """Notes how these rows of a source count, before they change. Say it again as often as you like."""
        if self._is_keeping:
            new = [id for id in ids if (table.name, source, id) not in self._before]
            self._before |= counted_rows(self.connection, table, source, new)

    def settle(self) -> None:
        """Stores the difference that the transaction has made."""
        if not self._before:
            return
        now: dict[Subject, Rows] = {}
        for name, source in sorted({subject[:2] for subject in self._before}):
            ids = [id for table, of, id in self._before if (table, of) == (name, source)]
            now |= counted_rows(self.connection, TOUCHED[name], source, ids)
        pairs = {subject: (before, now[subject]) for subject, before in self._before.items()}
        changed = {subject: (before, after) for subject, (before, after) in pairs.items() if before != after}
        difference = Cells(self._days.day)
        for (name, _, _), (before, after) in changed.items():
            difference.add(name, before, -1)
            difference.add(name, after, 1)
        stored_cells.put(self.connection, difference)
        journal.note(self.connection, changed, self._days, self._at)
        self._before.clear()


def counted_rows(
    connection: Connection, table: Table, source: str, ids: Iterable[str]
) -> dict[Subject, Rows]:
    """For each id the rows that count for it; none where there is no such row."""
    found: dict[Subject, list[Row]] = {}
    for batch in chunks(sorted(set(ids))):
        found |= {(table.name, source, id): [] for id in batch}
        for part, query in queries(table):
            own = part.c.ticket_id if "ticket_id" in part.c and part is not schema.response else part.c.id
            mine = query.where(part.c.source == source, own.in_(batch)).order_by(*part.primary_key.columns)
            name = own.name
            for row in connection.execute(mine).mappings():
                found[table.name, source, row[name]].append(dict(row))
    return {subject: tuple(rows) for subject, rows in found.items()}


def queries(table: Table) -> list[tuple[Table, Any]]:
    """(table, SELECT of what its rows contribute by); a ticket's spans count with it."""
    survey = schema.survey
    of_survey = {
        "response": (survey.c.is_transactional, survey.c.scale_min, survey.c.scale_max),
        "invitation": (survey.c.kind,),
    }
    names = {
        "ticket": TICKET_COLUMNS,
        "response": RESPONSE_COLUMNS,
        "invitation": INVITATION_COLUMNS,
    }[table.name]
    query = select(*raw(table, *names), *of_survey.get(table.name, ()))
    if table.name in of_survey:
        same = (survey.c.source == table.c.source) & (survey.c.id == table.c.survey_id)
        query = query.select_from(table.outerjoin(survey, same))
    found = [(table, query)]
    if table is schema.ticket:
        found.append((schema.ticket_span, select(*raw(schema.ticket_span, *SPAN_COLUMNS))))
    return found
