"""Eighteen small months that are alike but for May 2026, when the field team keeps hardly a promise."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from sqlalchemy import Engine

from data.records import Account, State, Team
from tests.data.small_world import answer, at, person, settings_of, store_of, survey, target, ticket, write

NOW = at("2026-11-18T14:30")
MONTHS = tuple(f"{year}-{month:02}" for year in (2025, 2026) for month in range(1, 13))[4:22]
BAD = "2026-05"
TICKETS, FIELD = 30, 10
PROMISED, QUICK, LATE = 120, 60, 600  # minutes


def fill(engine: Engine, *, subject: str = "Printer", comment: str = "Fine.") -> Engine:
    """Of 30 tickets a month 10 are the field team's, of which 4 are of Harbour; one of the desk's is late. In
    May 8 of the field team's are late as well, among them Harbour's 4. 30 people answer each month, of whom
    20 are promoters; in May 10, all others detractors."""
    store = store_of(engine, settings_of())
    records: list[Any] = [
        Account(id="harbour", name="Harbour"), Account(id="quill", name="Quill"),
        Team(id="field", name="Field"), Team(id="desk", name="Desk"), survey(),
        person("h", "user", account_id="harbour"), person("q", "user", account_id="quill"),
    ]  # fmt: skip
    for month in MONTHS:
        for number in range(TICKETS):
            records += _ticket(month, number, subject)
        glad = 10 if month == BAD else 20
        records += [
            answer(
                f"{month}-{n}", f"{month}-12T09:00", 10.0 if n < glad else 2.0,
                comment=comment if n == 29 else None, contact_id="q", account_id="quill",
            )
            for n in range(30)
        ]  # fmt: skip
    write(store, "desk", *records)
    return engine


def _ticket(month: str, number: int, subject: str) -> list[Any]:
    is_field = number < FIELD
    is_late = number == FIELD or (month == BAD and number < 8)
    opened = f"{month}-10T09:00"
    done = at(opened) + timedelta(minutes=LATE + number if is_late else QUICK)
    id = f"{month}-{number}"
    given = ticket(
        id, opened, State.SOLVED, subject=subject, solved_at=done, has_own_solved_at=True,
        team_id="field" if is_field else "desk", requester_id="h" if number < 4 else "q",
        account_id="harbour" if number < 4 else "quill",
    )  # fmt: skip
    return [given, target(id, opened, PROMISED)]
