"""What is asked of a large store, as screens ask it: Now, Now of an account and a team, a month in detail."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import cache

from sqlalchemy import Engine, func, select

from data import schema
from data.boards import build_board
from data.facts import TEAM_MARK
from data.metrics import metric_of
from data.readings import Readings
from data.window import Filters, Window, parse_window
from tests.benchmarks import by_pandas
from tests.benchmarks.telling import NOW, SETTINGS

MONTH = "2026-10"
IN_MONTH = ("nps", "backlog", "created", "solved", "sla_attainment", "sla_gap", "sla_gap_p90")
WORST = 10

Figures = Mapping[str, float | None]


@dataclass(frozen=True, slots=True)
class Question:
    """ask, pandas: both give the same figures, by name. most_ms: at ten million tickets, at the median.

    most_ratio: against a hundred thousand tickets; None: not promised.
    """

    name: str
    ask: Callable[[Engine], Figures]
    pandas: Callable[[Engine], Figures]
    most_ms: float
    most_ratio: float | None = None


def now(engine: Engine, filters: Filters = Filters()) -> Figures:  # noqa: B008 - frozen
    """All readings of Now; some of its figures."""
    board = build_board(engine, SETTINGS, filters, clock=lambda: NOW)
    return {
        "nps": board.nps.nps.value,
        "backlog": board.backlog.backlog.value,
        "oldest": board.backlog.oldest.value,
        "created": board.backlog.created_today.value,
        "solved": board.backlog.solved_today.value,
        "attainment": board.sla.attainment.value,
        "gap": board.sla.gap.value,
        "gap_p90": board.sla.gap_p90.value,
        "breached": board.sla.breached_now.value,
        **{f"{name} median": found.value for name, found in board.sla.resolution_by_priority.items()},
        **{f"backlog {place}": point.value for place, point in enumerate(reversed(board.backlog.trend))},
    }


def month(engine: Engine) -> Figures:
    """The signs of one month, by team and by priority, and its ten tickets that were latest."""
    window = month_window()
    with Readings(engine, SETTINGS, as_of=window.end, clock=lambda: NOW) as readings:
        figures = {}
        for key in IN_MONTH:
            figures[key] = readings.read(key, window=window).value
            for by in ("team", "priority"):
                if by in metric_of(key).splits:
                    split = readings.split(key, by, window=window)
                    figures |= {f"{key} {found.group}": found.value for found in split if found.group}
        ticket = schema.ticket
        latest = (  # from the index alone
            select(ticket.c.source, ticket.c.id)
            .where(
                ticket.c.is_counted.is_(True),
                ticket.c.sla_ended_at >= window.start,
                ticket.c.sla_ended_at < window.end,
                ticket.c.sla_gap_minutes.is_not(None),
            )
            .order_by(ticket.c.sla_gap_minutes.desc(), ticket.c.id)
            .limit(WORST)
            .subquery()
        )
        same = (latest.c.source == ticket.c.source) & (latest.c.id == ticket.c.id)
        query = (
            select(ticket.c.id, ticket.c.subject, ticket.c.priority, ticket.c.sla_gap_minutes)
            .join_from(latest, ticket, same)
            .order_by(ticket.c.sla_gap_minutes.desc(), ticket.c.id)
        )
        worst = readings.connection.execute(query).all()
    return figures | {f"worst {place}": row.sla_gap_minutes for place, row in enumerate(worst)}


def month_window() -> Window:
    return parse_window(MONTH, as_of=NOW, zone=SETTINGS.time_zone)


@cache
def busiest(engine: Engine) -> Filters:
    """The account that most tickets of the last days came from, and the team that has most of them."""
    ticket = schema.ticket
    since = parse_window("7d", as_of=NOW, zone=SETTINGS.time_zone).start
    query = select(ticket.c.account_key).where(
        ticket.c.created_at >= since, ticket.c.account_key.is_not(None), ticket.c.team_id.is_not(None)
    )
    with engine.connect() as connection:
        most = query.group_by(ticket.c.account_key).order_by(func.count().desc(), ticket.c.account_key)
        account = connection.execute(most).scalars().first()
        teams = (
            select(ticket.c.source, ticket.c.team_id)
            .where(ticket.c.created_at >= since, ticket.c.account_key == account)
            .group_by(ticket.c.source, ticket.c.team_id)
            .order_by(func.count().desc(), ticket.c.team_id)
        )
        source, team = connection.execute(teams).first() or ("", "")
    return Filters(account=account, team=f"{source}{TEAM_MARK}{team}")


QUESTIONS = (
    Question("Now", now, by_pandas.now, 50, 1.5),
    Question(
        "Now, an account and a team",
        lambda engine: now(engine, busiest(engine)),
        lambda engine: by_pandas.now(engine, busiest(engine)),
        150,
    ),
    Question("a month in detail", month, lambda engine: by_pandas.month(engine, month_window()), 300),
)
