"""Keeps the stored tallies true: what rows counted before a change leaves, what they count now enters.

A `Ledger` accompanies one writing transaction. Whoever is about to change rows says so first (`touch`); at
the end `settle` reads them anew and stores the difference.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from functools import cache
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import Connection, Select, Table, select

from data import journal, schema
from data.cells import put
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

COUNTED_BY: dict[str, tuple[Table, tuple[str, ...]]] = {
    "ticket": (schema.ticket, TICKET_COLUMNS),
    "ticket_span": (schema.ticket_span, SPAN_COLUMNS),
    "response": (schema.response, RESPONSE_COLUMNS),
    "invitation": (schema.invitation, INVITATION_COLUMNS),
}
OF_SURVEY = {
    "response": (schema.survey.c.is_transactional, schema.survey.c.scale_min, schema.survey.c.scale_max),
    "invitation": (schema.survey.c.kind,),
}
PARTS = {"ticket": ("ticket", "ticket_span"), "response": ("response",), "invitation": ("invitation",)}
"""What counts with a row: a ticket's spans with it."""

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
        if not self._is_keeping:
            return
        for part in PARTS[table.name]:
            new = [id for id in ids if (part, source, id) not in self._before]
            self._before |= counted_rows(self.connection, part, source, new)

    def settle(self) -> None:
        """Stores the difference that the transaction has made."""
        if not self._before:
            return
        now: dict[Subject, Rows] = {}
        for name, source in sorted({subject[:2] for subject in self._before}):
            ids = [id for table, of, id in self._before if (table, of) == (name, source)]
            now |= counted_rows(self.connection, name, source, ids)
        pairs = {subject: (before, now[subject]) for subject, before in self._before.items()}
        changed = {subject: (before, after) for subject, (before, after) in pairs.items() if before != after}
        difference = Cells(self._days.text)
        for (name, _, _), (before, after) in changed.items():
            stays = set(before) & set(after)  # most spans of a ticket do
            difference.add(name, (row for row in before if row not in stays), -1)
            difference.add(name, (row for row in after if row not in stays), 1)
        put(self.connection, difference)
        journal.note(self.connection, changed, self._days, self._at)
        self._before.clear()


def counted_rows(connection: Connection, name: str, source: str, ids: Iterable[str]) -> dict[Subject, Rows]:
    """For each id (of a span: its ticket's) the rows that count for it; none where there is no such row."""
    found: dict[Subject, list[Row]] = {}
    mark = "%s" if connection.dialect.name == "postgresql" else "?"
    for batch in chunks(sorted(set(ids))):
        found |= {(name, source, id): [] for id in batch}
        query = text_of(name).format(source=mark, ids=", ".join([mark] * len(batch)))
        for row in connection.exec_driver_sql(query, (source, *batch)):
            found[name, source, row[1]].append(tuple(row))
    return {subject: tuple(rows) for subject, rows in found.items()}


@cache
def text_of(name: str) -> str:
    """`query_of` for some ids of a source, as plain text: twice a page, an expression would cost more."""
    table, names = COUNTED_BY[name]
    own = "ticket_id" if name == "ticket_span" else "id"
    columns = [f"t.{column}" for column in names] + [f"s.{column.name}" for column in OF_SURVEY.get(name, ())]
    join = " LEFT JOIN survey s ON s.source = t.source AND s.id = t.survey_id" if name in OF_SURVEY else ""
    order = ", ".join(f"t.{column.name}" for column in table.primary_key.columns)
    return (
        f"SELECT {', '.join(columns)} FROM {name} t{join}"
        f" WHERE t.source = {{source}} AND t.{own} IN ({{ids}}) ORDER BY {order}"
    )


@cache
def query_of(name: str) -> Select[Any]:
    """What rows of a table contribute by, in the order that data/contributions.py wants."""
    table, names = COUNTED_BY[name]
    query = select(*raw(table, *names), *OF_SURVEY.get(name, ()))
    if name in OF_SURVEY:
        survey = schema.survey
        same = (survey.c.source == table.c.source) & (survey.c.id == table.c.survey_id)
        query = query.select_from(table.outerjoin(survey, same))
    return query
