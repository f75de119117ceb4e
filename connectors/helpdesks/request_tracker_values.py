"""Reads single values of Request Tracker's JSON.

REST2's habits: identifiers are numbers or text as the mood takes it; a date that is not set is the first
second of 1970; a custom field is an entry of a list.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import UTC, datetime
from typing import Any

from connectors.errors import RecordError

UNSET = datetime(1970, 1, 1, tzinfo=UTC)


def identifier(value: Any) -> str:
    """A number, given as number or text, as text. RecordError where it is neither."""
    text = str(value)
    if not (text.isascii() and text.isdecimal()):
        raise RecordError("an identifier is missing or is no number")
    return text


def moment(item: Any, name: str) -> datetime | None:
    """The moment in UTC; None where it is not set. RecordError for text that is no date with a zone."""
    text = item.get(name)
    if not text:
        return None
    try:
        found = datetime.fromisoformat(text)
    except (TypeError, ValueError):
        raise RecordError(f"'{name}' is no date") from None
    if found.tzinfo is None:
        raise RecordError(f"'{name}' is a date without a time zone")
    return None if found <= UNSET else found.astimezone(UTC)


def needed_moment(item: Any, name: str) -> datetime:
    """The same, RecordError where it is not set."""
    found = moment(item, name)
    if found is None:
        raise RecordError(f"'{name}' is not set")
    return found


def custom_field(item: Any, name: str) -> str | None:
    """The first value of the custom field with that name (in small letters); None where there is none."""
    for given in _objects(item, "CustomFields"):
        if name and str(given.get("name")).casefold() == name:
            return next((str(value) for value in given.get("values") or [] if value), None)
    return None


def field_names(item: Any) -> set[str]:
    """The names, in small letters, of the custom fields that an object has, be they empty."""
    return {str(given.get("name")).casefold() for given in _objects(item, "CustomFields")}


def requestors_of(tickets: Iterable[Any]) -> list[Any]:
    return [person for ticket in tickets for person in _objects(ticket, "Requestor")]


def _objects(item: Any, name: str) -> list[Any]:
    """The objects of a list in an object; what has another form is passed over."""
    found = item.get(name) if isinstance(item, dict) else None
    return [each for each in found if isinstance(each, dict)] if isinstance(found, list) else []
