"""Zendesk's plain values, identifiers and moments, as ours."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

from connectors.errors import RecordError


def identifier(value: Any) -> str:
    """An identifier as text. RecordError where there is none."""
    found = optional_id(value)
    if found is None:
        raise RecordError("an identifier is missing")
    return found


def optional_id(value: Any) -> str | None:
    is_one = isinstance(value, int | str) and not isinstance(value, bool) and value != ""
    return str(value) if is_one else None


def moment(text: Any) -> datetime:
    """A moment in UTC. RecordError where it is missing, unreadable or without a zone."""
    found = moment_or_none(text)
    if found is None:
        raise RecordError("a moment is missing")
    return found


def moment_or_none(text: Any) -> datetime | None:
    """None for what Zendesk leaves unset: null, "" or the beginning of 1970."""
    if not text:
        return None
    found = datetime.fromisoformat(text)
    if found.tzinfo is None:
        raise RecordError("a moment has no time zone")
    return found.astimezone(UTC) if found.year > 1970 else None


def text(value: Any) -> str | None:
    """A text or nothing. RecordError for anything else, which no database would take."""
    if value is None or isinstance(value, str):
        return value
    raise RecordError("a text is something else")


def revision_of(value: Any) -> int:
    """The change stamp of a row, in seconds. RecordError where it is none."""
    found = int(value)
    if not 0 <= found < 2**40:
        raise RecordError("the field 'generated_timestamp' is no moment")
    return found
