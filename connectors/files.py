"""CSV and JSON lines from a folder: for tools without an API, for exports, and for one-time histories.

The settings say what the columns mean (docs/connectors/files.md). Files are read in pages, so that a run
that breaks off goes on where it stood; a file that is new or has changed is read from its start.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from connectors.base import Connector, Context, Field, Stream
from connectors.errors import RetryableError
from connectors.files_cells import Cells
from connectors.files_map import records_of
from connectors.files_read import File, Line, digest_of, find_files, read_lines
from connectors.files_table import Table, tables_of
from connectors.http import JsonSource
from connectors.paging import Bookmark
from data.records import Account, Contact, Page, Record, Reject, Ticket, TicketEvent

ROWS_PER_PAGE = 2000
OWNERS: Mapping[type[Record], str] = {Account: "accounts", Contact: "contacts"}
"""Records that a ticket or an answer only mentions, and the kind of table that knows them better."""


class Files(Connector):
    """Reads tables of tickets, ticket event logs, responses, accounts and contacts from files."""

    kind = "files"
    label = "Files (CSV, JSON lines)"
    fields = (
        Field(name="folder", help="where the tables' paths start; else where Barometer runs", default=""),
        Field(name="tables", help="one [[sources.….tables]] for each kind of file", kind=list),
    )
    streams = (Stream(name="tables", read="read_tables"),)

    def __init__(
        self, source: str, config: Mapping[str, Any], context: Context, http: JsonSource | None = None
    ) -> None:
        super().__init__(source, config, context, http)
        self.tables = tables_of(source, self.config["tables"])
        known = {table.record for table in self.tables}
        self.left_out = tuple(kind for kind, owner in OWNERS.items() if owner in known)

    def read_tables(self, bookmark: Bookmark) -> Iterator[Page]:
        """Every file that is new, has changed or was left half read; nothing for the others.

        The bookmark holds, by table and file, size, time of change, digest and the rows read so far.
        """
        marks = {table.title: _marks(table, bookmark.get(table.title, {})) for table in self.tables}
        trouble: RetryableError | None = None
        for table in self.tables:
            files = find_files(self.source, table, self.config["folder"])
            _forget_vanished(marks[table.title], files)
            for file in files:
                try:
                    yield from self._read_file(table, file, marks)
                except RetryableError as error:
                    trouble = error  # the other files need not wait for this one
        if trouble is not None:
            raise trouble

    def _read_file(self, table: Table, file: File, marks: Mapping[str, Any]) -> Iterator[Page]:
        seen = marks[table.title]["files"]
        before = seen.get(file.label, {})
        stamp = {"size": file.size, "changed_ns": file.changed_ns}
        if before.get("is_done") and stamp.items() <= before.items():
            return
        digest = digest_of(self.source, file)
        start = before if before.get("digest") == digest else {"rows": 0, "is_done": False}
        mark = {**stamp, "digest": digest}
        rows, page = 0, _PageMaker(self, table, file, is_whole=start["rows"] == 0)
        for line in () if start["is_done"] else read_lines(self.source, table, file):
            rows += 1
            if rows <= start["rows"]:
                continue
            page.add(line)
            if rows % ROWS_PER_PAGE == 0:
                seen[file.label] = {**mark, "rows": rows, "is_done": False}
                yield page.take(_snapshot(marks))
        seen[file.label] = {**mark, "rows": max(rows, start["rows"]), "is_done": True}
        yield page.take(_snapshot(marks))

    def records(self, table: Table, row: Mapping[str, Any]) -> list[Record]:
        """The records of a row, without those that another table of this source knows better."""
        made = records_of(Cells(table, row))
        return [
            record
            for record in made
            if not isinstance(record, self.left_out) or OWNERS[type(record)] == table.record
        ]


def _marks(table: Table, stored: Mapping[str, Any]) -> dict[str, Any]:
    """What was read of a table; nothing where its settings have changed since."""
    is_same = stored.get("settings") == table.digest
    return {"settings": table.digest, "files": dict(stored["files"]) if is_same else {}}


def _forget_vanished(mark: Mapping[str, Any], files: list[File]) -> None:
    for label in set(mark["files"]) - {file.label for file in files}:
        del mark["files"][label]


def _snapshot(marks: Mapping[str, Any]) -> Bookmark:
    return {title: {**mark, "files": dict(mark["files"])} for title, mark in marks.items()}


class _PageMaker:
    """Gathers the rows of a page; of several copies of one thing it keeps the one that counts."""

    def __init__(self, connector: Files, table: Table, file: File, *, is_whole: bool) -> None:
        self.connector = connector
        self.table = table
        self.file = file
        self.records: dict[tuple[Any, ...], Record] = {}
        self.rejects: list[Reject] = []
        self.rereads = (table.title, f"{file.label}, line ") if is_whole else None

    def add(self, line: Line) -> None:
        def parse(row: Mapping[str, Any], connector: Files) -> list[Record]:
            if line.trouble is not None:
                raise line.trouble
            return connector.records(self.table, row)

        place = f"{self.file.label}, line {line.number}"
        records, rejects = self.connector.parse_one(self.table.title, parse, line.row, place)
        self.rejects.extend(rejects)
        for record in records:
            self._keep(record)

    def take(self, bookmark: Bookmark) -> Page:
        page = Page(
            records=tuple(self.records.values()),
            rejects=tuple(self.rejects),
            bookmark=bookmark,
            rereads=self.rereads,
        )
        self.records, self.rejects, self.rereads = {}, [], None
        return page

    def _keep(self, record: Record) -> None:
        key = _key(record)
        before = self.records.get(key)
        if isinstance(before, Ticket) and isinstance(record, Ticket) and before.revision > record.revision:
            return
        self.records[key] = record


def _key(record: Record) -> tuple[Any, ...]:
    if isinstance(record, TicketEvent):
        return TicketEvent, record.ticket_id, record.id
    return type(record), getattr(record, "ticket_id", None), getattr(record, "id", None)
