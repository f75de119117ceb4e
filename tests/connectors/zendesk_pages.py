"""What the tests of Zendesk's recorded pages share."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any

from connectors.errors import UnavailableError
from tests.connectors.fakes import Expectation, expect, fixture

CONFIG: Mapping[str, Any] = {"subdomain": "acme", "token": "sesame"}
NOW = datetime(2026, 6, 15, 12, 0, tzinfo=UTC)
LIST = {"page[size]": "100"}
STAFF = {**LIST, "role[]": ["agent", "admin"]}
HOLIDAYS = "business_hours/schedules/{}/holidays"


def page(name: str) -> Any:
    return fixture("zendesk", name)


def at(text: str) -> datetime:
    return datetime.fromisoformat(f"{text}Z")


def forbidden(path: str) -> Expectation:
    return expect(path, None, UnavailableError("403"))


def agents() -> tuple[Expectation, ...]:
    return (
        expect("users", STAFF, page("agents_1")),
        expect("users", STAFF | {"page[after]": "YTE="}, page("agents_2")),
    )
