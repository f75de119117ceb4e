"""How a moment is stored: whole seconds since 1970 in UTC, the same on every database."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

from sqlalchemy import BigInteger, TypeDecorator
from sqlalchemy.engine import Dialect


class Moment(TypeDecorator[datetime]):
    """An aware datetime, kept as whole seconds since 1970."""

    impl = BigInteger
    cache_ok = True

    def process_bind_param(self, value: Any, dialect: Dialect) -> int | None:
        return epoch(value)

    def process_result_value(self, value: Any, dialect: Dialect) -> datetime | None:
        return None if value is None else moment_of(value)


def moment_of(at: int) -> datetime:
    """The moment of whole seconds since 1970, in UTC."""
    return datetime.fromtimestamp(at, UTC)


def epoch(value: datetime | int | None) -> int | None:
    """Whole seconds since 1970, rounded down."""
    if value is None or isinstance(value, int):
        return value
    return int(value.timestamp() // 1)
