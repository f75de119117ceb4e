"""What could not be read stays, verbatim, with its reason, until the place where it stood is read again."""

from __future__ import annotations

import hashlib
from datetime import datetime

from sqlalchemy import Connection, delete

from data.bookkeeping import reject as table
from data.records import Page, Reject
from data.rows import Row, clean, row_of, upsert


def keep(connection: Connection, source: str, page: Page, at: datetime) -> None:
    """Stores a page's rejects, each once however often it comes; first drops those of what it rereads."""
    if page.rereads is not None:
        stream, place = page.rereads
        connection.execute(
            delete(table).where(
                table.c.source == source,
                table.c.stream == stream,
                table.c.place.startswith(place, autoescape=True),
            )
        )
    rows = {(row["stream"], row["digest"]): row for row in (_row(source, item, at) for item in page.rejects)}
    if rows:
        statement = upsert(connection, table, update=("reason", "last_seen_at"))
        connection.execute(statement, list(rows.values()))


def _row(source: str, reject: Reject, at: datetime) -> Row:
    digest = hashlib.sha256(f"{reject.place}\n{reject.payload}".encode("utf-8", "replace"))
    return row_of(reject) | {
        "source": source,
        "digest": digest.hexdigest()[:32],
        "payload": clean(reject.payload),
        "first_seen_at": at,
        "last_seen_at": at,
    }
