"""Audiences anew for all that is stored, after the mapping of roles in the settings has changed.

What was known before is sorted by the new mapping, too: readings of the past use the settings of today.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from sqlalchemy import Connection, Table, bindparam, select, update

from data import relate, runs, schema
from data.ledger import Ledger
from data.rows import Row, key_columns
from data.superseded import SUPERSEDED_AT

VOICES = (schema.response, schema.invitation)


def reclassify(ledger: Ledger, audience_of: Callable[[Row], str]) -> None:
    """Sets each row's own audience from the role, title and hash that were kept, then relates all."""
    connection = ledger.connection
    for table in (schema.contact, *VOICES):
        _resort(connection, table, audience_of)
        _resort_superseded(connection, schema.SUPERSEDED[table.name], audience_of)
    for table in VOICES:
        unknown = table.c.audience == relate.UNKNOWN
        connection.execute(update(table).where(unknown).values(audience_learnt_at=None))
    for table, mend in (
        (schema.ticket, relate.relate_tickets),
        (schema.response, relate.relate_responses),
        (schema.invitation, relate.relate_invitations),
    ):
        for name in connection.execute(select(table.c.source).distinct()).scalars().all():
            ids = connection.execute(select(table.c.id).where(table.c.source == name)).scalars().all()
            mend(ledger, name, column="id", values=ids)


def _resort(connection: Connection, table: Table, audience_of: Callable[[Row], str]) -> None:
    rows = _rows(connection, table)
    for row in rows:
        row["audience"] = audience_of(row)
    for name in sorted({row["source"] for row in rows}):
        mine = [row for row in rows if row["source"] == name]
        runs.update_many(connection, table, mine, columns=("audience",))


def _resort_superseded(connection: Connection, table: Table, audience_of: Callable[[Row], str]) -> None:
    keys = key_columns(table)
    rows = _rows(connection, table)
    if not rows:
        return
    statement = update(table).values(audience=bindparam("to_audience"))
    for name in keys:
        statement = statement.where(table.c[name] == bindparam(f"at_{name}"))
    connection.execute(
        statement,
        [{f"at_{name}": row[name] for name in keys} | {"to_audience": audience_of(row)} for row in rows],
    )


def _rows(connection: Connection, table: Table) -> list[dict[str, Any]]:
    """What tells an audience, with the key."""
    names = ("source", "id", SUPERSEDED_AT, "role", "title", "email_hash")
    query = select(*(table.c[name] for name in names if name in table.c))
    return [dict(row) for row in connection.execute(query).mappings()]
