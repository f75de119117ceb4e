"""What the tests of the Request Tracker connector share: its recorded pages, and a first reading of them."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any

from connectors.helpdesks.request_tracker import RequestTracker
from data.records import (
    Ticket,
)
from tests.connectors.fakes import (
    Expectation,
    FakeHttp,
    FakeKnown,
    build,
    expect,
    fixture,
    read_all,
    records_of,
)

LEVELS = {
    "standard": {"response": "4h", "resolve": "24h"},
    "urgent": {"response": "30m", "resolve": "4h", "clock": "calendar"},
}
CONFIG = {
    "url": "https://rt.example.com",
    "token": "1-14-secret",
    "role_field": "Customer role",
    "sla_levels": LEVELS,
}
EMPTY: dict[str, Any] = {"items": [], "count": 0, "page": 1, "total": None, "pages": None}
STAFF = {"staff": ["14", "40", "42", "44", "46", "48", "50"], "nobody": "6"}
READ = {"ticket": 406, "is_complete": True, "feed": 8464} | STAFF


def recorded(name: str) -> Any:
    return fixture("request_tracker", name)


def connector(http: FakeHttp, unsolved: tuple[str, ...] = (), **config: Any) -> RequestTracker:
    return build(RequestTracker, CONFIG | config, http, known=FakeKnown(unsolved))


def at(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=UTC)


def page(*items: Mapping[str, Any]) -> dict[str, Any]:
    return EMPTY | {"items": list(items), "count": len(items)}


def first_reading() -> list[Expectation]:
    """What a first reading asks, up to the tickets' people."""
    return [
        expect("transactions", None, EMPTY),
        expect("tickets", None, recorded("tickets")),
        expect("transactions", None, recorded("history")),
    ]


def people(*numbers: int) -> list[Expectation]:
    return [expect(f"user/{number}", {}, recorded(f"user_{number}")) for number in numbers]


def touched(*rows: Mapping[str, Any]) -> Expectation:
    return expect("transactions", None, page(*rows))


def row(number: int, ticket: int, kind: str, field: str = "", old: str = "", new: str = "") -> dict[str, Any]:
    return {
        "id": number, "ObjectId": str(ticket), "Type": kind, "Field": field, "OldValue": old, "NewValue": new,
        "Created": "2026-11-21T10:00:00Z", "Creator": {"id": 40, "Name": "agent1", "type": "user"},
    }  # fmt: skip


def read_whole(**config: Any) -> list[Any]:
    """The records of a first reading of the three recorded tickets."""
    with FakeHttp(*first_reading(), *people(6, 44, 48, 46, 40), expect("transactions", None, EMPTY)) as http:
        return records_of(read_all(connector(http, **config), "tickets"))


def of(records: list[Any], kind: type, ticket: str = "") -> list[Any]:
    return [r for r in records if isinstance(r, kind) and (not ticket or ticket in _ticket_of(r))]


def _ticket_of(record: Any) -> tuple[str, ...]:
    return (record.id,) if isinstance(record, Ticket) else (record.ticket_id,)
