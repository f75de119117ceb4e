"""The fields of one row as typed values: text, moments, numbers, flags, after the settings' word lists.

Every complaint names the field and what was expected, never what the cell holds.
"""

from __future__ import annotations

import math
import re
from collections.abc import Callable, Mapping
from datetime import UTC, date, datetime
from functools import lru_cache
from typing import Any, TypeVar
from zoneinfo import ZoneInfo

from connectors.errors import RecordError
from connectors.files_table import PLACEHOLDER, Column, Table
from connectors.paging import dig

YES = frozenset({"true", "t", "yes", "y", "1"})
NO = frozenset({"false", "f", "no", "n", "0"})
ANY = "*"

T = TypeVar("T")
Row = Mapping[str, Any]


class Cells:
    """One row, seen through the settings of its table. A field that is not mapped is None."""

    __slots__ = ("_row", "_texts", "table")

    def __init__(self, table: Table, row: Row) -> None:
        self.table = table
        self._row = row
        self._texts: dict[str, str | None] = {}

    def text(self, name: str) -> str | None:
        """The field in our words; None where it is missing."""
        if name not in self._texts:
            column = self.table.fields.get(name)
            self._texts[name] = (self._find(name, column) or None) if column else None
        return self._texts[name]

    def need(self, name: str) -> str:
        return self._needed(name, self.text(name))

    def moment(self, name: str) -> datetime | None:
        """Aware, in UTC. A time without a zone is taken to be in the table's."""
        pattern, zone = self._pattern(name), self.table.time_zone
        return self._read(name, lambda text: _moment(text, pattern, zone), _date_form(pattern))

    def need_moment(self, name: str) -> datetime:
        return self._needed(name, self.moment(name))

    def day(self, name: str) -> date | None:
        pattern = self._pattern(name)
        return self._read(name, lambda text: _day(text, pattern), _date_form(pattern))

    def number(self, name: str) -> float | None:
        return self._read(name, lambda text: _number(text, self.table.decimal), "a number")

    def whole(self, name: str) -> int | None:
        return self._read(name, lambda text: _whole(text, self.table.decimal), "a whole number")

    def flag(self, name: str) -> bool | None:
        return self._read(name, _flag, "true or false, or words that 'values' turns into these")

    def one_of(self, name: str, kind: Callable[[str], T]) -> T | None:
        """A word of one of our closed sets, such as a state."""
        hint = f"one of our words; give it a line under 'values.{name}'"
        return self._read(name, lambda text: kind(text.lower().replace(" ", "_")), hint)

    def raw(self, name: str) -> str:
        """What the field's columns hold before the word lists, as one text."""
        column = self.table.fields.get(name)
        return "" if column is None else "\x1f".join(self._cell(name, each) for each in column.names)

    def _pattern(self, name: str) -> str:
        return self.table.date_formats.get(name, self.table.date_format)

    def _find(self, name: str, column: Column) -> str | None:
        if column.constant is not None:
            return column.constant
        words = [self._cell(name, each) for each in column.names]
        if column.template is not None:
            words = [_filled(column.template, dict(zip(column.names, words, strict=True)))]
        if not column.values and len(words) == 1:
            return words[0]
        present = [word for word in words if word]
        for theirs, ours in column.values.items():
            if theirs in present or (theirs == ANY and present) or (not theirs and not present):
                return ours
        return present[0] if present else None

    def _cell(self, name: str, column: str) -> str:
        """The cell as text; empty where it is missing."""
        value = self._row.get(column)
        if value is None and "." in column:
            value = dig(self._row, column)
        if isinstance(value, str):
            text = value.strip()
            if not text.isascii() and any("\ud800" <= sign <= "\udfff" for sign in text):
                raise RecordError(f"{name}: the cell is not written in {self.table.encoding}")
        elif value is None or isinstance(value, dict | list):
            text = self._no_text(name, value)
        else:
            text = str(value).lower() if isinstance(value, bool) else str(value)
        return "" if text in self.table.missing else text

    def _no_text(self, name: str, value: Any) -> str:
        if value:
            raise RecordError(f"{name}: the value is a list or an object, not a text or a number")
        return ""

    def _read(self, name: str, read: Callable[[str], T], expected: str) -> T | None:
        text = self.text(name)
        if text is None:
            return None
        try:
            return read(text)
        except (ValueError, OverflowError):
            raise RecordError(f"{name}: the cell is not {expected}") from None

    def _needed(self, name: str, value: T | None) -> T:
        if value is None:
            raise RecordError(f"{name}: the cell is empty, and a record needs it")
        return value


def _filled(template: str, words: Mapping[str, str]) -> str:
    """The template with every column filled in; empty where one of them is missing."""
    if not all(words.values()):
        return ""
    return PLACEHOLDER.sub(lambda match: words[match[1]], template)


# A log repeats the same moments row by row, and strptime is what costs most.
@lru_cache(maxsize=65536)
def _moment(text: str, pattern: str, zone: ZoneInfo) -> datetime:
    if pattern in {"epoch", "epoch_ms"}:
        return datetime.fromtimestamp(float(text) / (1000 if pattern == "epoch_ms" else 1), UTC)
    # A pattern without %z gives a time without a zone, and that is the table's: set two lines below.
    found = datetime.strptime(text, pattern) if pattern else datetime.fromisoformat(text)  # noqa: DTZ007
    return (found if found.tzinfo else found.replace(tzinfo=zone)).astimezone(UTC)


def _day(text: str, pattern: str) -> date:
    if not pattern:
        return date.fromisoformat(text[:10])
    return _moment(text, pattern, ZoneInfo("UTC")).date()


def _date_form(pattern: str) -> str:
    return f"a moment written as {pattern}" if pattern else "a moment such as 2026-03-31 14:05"


def _number(text: str, decimal: str) -> float:
    """A number; the other sign is read as a thousands separator only where it stands before three digits."""
    group = "," if decimal == "." else "."
    plain = re.sub(r"[ \u00a0\u202f]", "", text)
    if re.fullmatch(rf"-?\d{{1,3}}({re.escape(group)}\d{{3}})+({re.escape(decimal)}\d+)?", plain):
        plain = plain.replace(group, "")
    if group in plain:
        raise ValueError
    number = float(plain.replace(decimal, "."))
    if not math.isfinite(number):
        raise ValueError
    return number


def _whole(text: str, decimal: str) -> int:
    number = _number(text, decimal)
    if not number.is_integer():
        raise ValueError
    return int(number)


def _flag(text: str) -> bool:
    word = text.lower()
    if word not in YES | NO:
        raise ValueError
    return word in YES
