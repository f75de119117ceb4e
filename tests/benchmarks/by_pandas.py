"""The same figures straight from the rows with pandas, for comparison; reading the rows is part of it.

Nothing is prepared, only the columns that are needed are read, and what a filter or a month leaves out the
database leaves out. Rows come in pieces and repeated texts are kept once, so that ten million tickets fit
into memory.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import pandas as pd
from sqlalchemy import Engine, text

from data.facts import TEAM_MARK
from data.records import Audience, Priority
from data.window import Filters, Window, parse_window
from tests.benchmarks.telling import NOW, SETTINGS

PIECE = 500_000
KINDS = {
    "priority": pd.CategoricalDtype([item.value for item in Priority]),
    "audience": pd.CategoricalDtype([item.value for item in Audience]),
}
TICKET = (
    "SELECT created_at, solved_at, priority, sla_ended_at, sla_is_met, sla_gap_minutes, sla_elapsed_minutes,"
    " sla_due_at{more} FROM ticket WHERE is_counted"
)
SPAN = "SELECT started_at, ended_at, created_at, priority{more} FROM ticket_span WHERE 1 = 1"
ANSWER = "SELECT score, responded_at, audience{more} FROM response WHERE kind = 'nps'"
TEAM = f", source || '{TEAM_MARK}' || team_id AS team"

Figures = dict[str, float | None]


def now(engine: Engine, filters: Filters = Filters()) -> Figures:  # noqa: B008 - frozen
    """The figures of questions.now."""
    given = _given(filters)
    tickets = _frame(engine, TICKET, given)
    spans = _frame(engine, SPAN, given)
    answers = _frame(engine, ANSWER, given)
    at = int(NOW.timestamp())
    recent = answers[answers.responded_at.between(_since("90d"), at)]
    standing = spans[(spans.started_at <= at) & (spans.ended_at > at)]
    ended = tickets[tickets.sla_ended_at.between(_since("30d"), at)]
    by_priority = ended.groupby("priority", observed=True).sla_elapsed_minutes
    return {
        "nps": _nps(recent.score),
        "nps by audience": len(recent.groupby("audience", observed=True).score.apply(_nps)),
        "backlog": float(len(standing)),
        "oldest": _number((at - standing.created_at.min()) / 60),
        "created": float((tickets.created_at >= _since("today")).sum()),
        "solved": float((tickets.solved_at >= _since("today")).sum()),
        "attainment": _number(ended.sla_is_met.astype(float).mean()),
        "gap": _number(ended.sla_gap_minutes.median()),
        "gap_p90": _number(ended.sla_gap_minutes.quantile(0.9)),
        "breached": float(((tickets.sla_due_at < at) & tickets.solved_at.isna()).sum()),
        **{f"{name} median": value for name, value in by_priority.median().items()},
        **{f"{name} p90": value for name, value in by_priority.quantile(0.9).items()},
        **_levels(spans, at),
    }


def month(engine: Engine, window: Window) -> Figures:
    """The figures of questions.month."""
    first, end = int(window.start.timestamp()), int(window.end.timestamp())
    bounds = {"first": first, "end": end}
    within = " AND {0} >= :first AND {0} < :end"
    ended = _frame(engine, TICKET, bounds, more=TEAM, where=within.format("sla_ended_at"))
    created = _frame(engine, TICKET, bounds, more=TEAM, where=within.format("created_at"))
    solved = _frame(engine, TICKET, bounds, more=TEAM, where=within.format("solved_at"))
    standing = _frame(
        engine, SPAN, {"end": end}, more=TEAM, where=" AND started_at <= :end AND ended_at > :end"
    )
    answers = _frame(engine, ANSWER, bounds, more=TEAM, where=within.format("responded_at"))
    kept = ended.assign(sla_is_met=ended.sla_is_met.astype(float))
    figures: Figures = {"nps": _nps(answers.score)}
    figures |= {f"nps {group}": _nps(scores) for group, scores in answers.groupby("team").score}
    for key, frame in (("backlog", standing), ("created", created), ("solved", solved)):
        figures[key] = float(len(frame))
        for by in ("team", "priority"):
            figures |= {f"{key} {group}": float(n) for group, n in frame[by].value_counts().items()}
    for key, column, share in (
        ("sla_attainment", "sla_is_met", None), ("sla_gap", "sla_gap_minutes", 0.5),
        ("sla_gap_p90", "sla_gap_minutes", 0.9),
    ):  # fmt: skip
        figures[key] = _number(kept[column].mean() if share is None else kept[column].quantile(share))
        for by in ("team", "priority"):
            groups = kept.groupby(by, observed=True)[column]
            found = groups.mean() if share is None else groups.quantile(share)
            figures |= {f"{key} {group}": _number(value) for group, value in found.items()}
    worst = ended.sla_gap_minutes.nlargest(10)
    return figures | {f"worst {place}": value for place, value in enumerate(worst)}


def _levels(spans: pd.DataFrame, at: int) -> Figures:
    """The backlog at the end of each of the last local days, today's at as-of."""
    window = parse_window("56d", as_of=NOW, zone=SETTINGS.time_zone)
    ends = [
        int(parse_window(f"{day}..{day}", as_of=NOW, zone=window.zone).end.timestamp())
        for day in window.days()
    ]
    moments = [min(end, at) for end in reversed(ends)]
    return {
        f"backlog {place}": float(((spans.started_at <= moment) & (spans.ended_at > moment)).sum())
        for place, moment in enumerate(moments)
    }


def _frame(
    engine: Engine, query: str, values: Mapping[str, Any], *, more: str = "", where: str = ""
) -> pd.DataFrame:
    """All rows of a query; values that are named as columns are what those columns must be."""
    own = "".join(f" AND {name} = :{name}" for name in values if name not in ("first", "end"))
    statement = text(query.format(more=more) + where + own)
    pieces = []
    with engine.connect().execution_options(stream_results=True) as connection:
        for piece in pd.read_sql(statement, connection, params=dict(values), chunksize=PIECE):
            kinds = {name: kind for name, kind in KINDS.items() if name in piece}
            pieces.append(piece.astype(kinds))
    return pd.concat(pieces, ignore_index=True)


def _given(filters: Filters) -> dict[str, str]:
    given = filters.given()
    source, _, team = given.pop("team", "").partition(TEAM_MARK)
    if team:
        given |= {"source": source, "team_id": team}
    if "account" in given:
        given["account_key"] = given.pop("account")
    return given


def _nps(scores: pd.Series[float]) -> float | None:
    point = (scores >= 9).astype(int) - (scores <= 6).astype(int)
    return _number(100 * point.mean())


def _number(value: Any) -> float | None:
    return None if pd.isna(value) else float(value)


def _since(window: str) -> int:
    return int(parse_window(window, as_of=NOW, zone=SETTINGS.time_zone).start.timestamp())
