"""Records to rows as the settings want them kept: addresses hashed, texts left out, audiences mapped."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from data import audience as audiences
from data import records
from data.records import Record, Response, Ticket, account_key
from data.rows import Row, row_of, web_address
from data.settings import FileSettings


class Shaper:
    """Makes rows with the settings of one installation. key: of the hashes of addresses."""

    def __init__(self, settings: FileSettings, key: bytes) -> None:
        self._settings = settings
        self._key = key
        self._mapping = audiences.Mapping.of(settings.audience, key)

    def row(self, source: str, record: Record) -> Row:
        """The row of any record but tickets' and answers'."""
        row = row_of(record) | {"source": source}
        if isinstance(record, records.Account):
            row["account_key"] = account_key(row["name"])
        elif isinstance(record, records.Contact):
            row["email_hash"] = audiences.email_hash(row["email"], self._key)
            row["audience"] = self.audience(row)
            if not self._keeps(source, "store_emails"):
                row["email"] = None
        elif isinstance(record, records.Invitation):
            row["audience"] = self.audience(row)
        elif isinstance(record, records.Survey) and (record.scale_min, record.scale_max) != (0, 10):
            row["kind"] = "other" if record.kind == "nps" else row["kind"]  # NPS is asked on 0 to 10 only
        elif isinstance(record, records.Mention):
            row["url"] = web_address(row["url"])
        elif isinstance(record, records.BusinessCalendar):
            row["intervals"] = [list(item) for item in record.intervals]
            row["holidays"] = [day.isoformat() for day in record.holidays]
        elif isinstance(record, records.SlaPolicy):
            row["terms"] = [dict(term) for term in record.terms]
        return row

    def ticket(self, source: str, ticket: Ticket) -> Row:
        """A ticket's row, with what the source itself says of its solve and its outcome."""
        row = row_of(ticket) | {"source": source}
        row["given_solved_at"] = row.pop("solved_at")
        row["given_sla_is_met"] = row.pop("sla_is_met")
        if not self._keeps(source, "store_subjects"):
            row["subject"] = None
        return row

    def response(self, source: str, response: Response) -> Row:
        """An answer's row, but for its day and its audience."""
        row = row_of(response) | {"source": source}
        row["email_hash"] = audiences.email_hash(row.pop("email"), self._key)
        if not self._keeps(source, "store_comments"):
            row["comment"] = None
        return row

    def audience(self, row: Mapping[str, Any]) -> str:
        """The audience that role, address and title of a row tell."""
        return self._mapping.audience(
            role=row.get("role"), email_hash=row.get("email_hash"), title=row.get("title")
        ).value

    def _keeps(self, name: str, option: str) -> bool:
        source = self._settings.sources.get(name)
        return True if source is None else bool(getattr(source, option))
