"""The board as JSON and as text: the four signs and the verdict, from readings only."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from data.board import AudienceColumn, Board
from data.export import iso, known, line, reading_as_dict, tame
from data.reading import Reading
from data.verdict import SignVerdict, Verdict, Weather

TITLES = {
    "nps": "Net Promoter Score",
    "backlog": "Backlog",
    "sla": "Resolution time against SLA",
    "audiences": "Who says what",
}


def board_as_dict(board: Board) -> dict[str, Any]:
    """The board as plain data; each figure as `export.reading_as_dict` gives it."""
    first = board.nps.nps
    return {
        "title": board.title,
        "as_of": iso(board.as_of),
        "known_at": None if first.known_at is None else iso(first.known_at),
        "time_zone": board.zone,
        "filters": board.filters.given(),
        "data_version": board.data_version,
        "is_invented": board.is_invented,
        "verdict": _said(board.verdict)
        | {"signs": [_said(s) | {"sign": s.sign} for s in board.verdict.signs]},
        "signs": {
            sign: {name: reading_as_dict(reading) for name, reading in readings.items()}
            for sign, readings in readings_of(board).items()
        },
    }


def board_as_text(board: Board) -> str:
    """The board for a person: the verdict, then each sign with its figures."""
    lines = [
        f"{tame(board.title)}, as of {iso(board.as_of)}, {known(board.nps.nps.known_at)}",
        f"{_words(board.verdict)}. {board.verdict.reason}",
    ]
    if board.is_invented:
        lines.insert(1, "Invented data: this is the demo.")
    judged = {sign.sign: sign for sign in board.verdict.signs}
    for sign, readings in readings_of(board).items():
        lines += ["", TITLES[sign]]
        if sign in judged:
            lines[-1] += f": {_words(judged[sign])}. {judged[sign].reason}"
        width = max(len(name) for name in readings)
        lines += [f"  {name:<{width}}  {line(reading)}" for name, reading in readings.items()]
    return "\n".join(lines)


def readings_of(board: Board) -> dict[str, Mapping[str, Reading]]:
    """The figures of each sign, by name."""
    backlog, sla, audiences = board.backlog, board.sla, board.audiences
    return {
        "nps": {"nps": board.nps.nps},
        "backlog": {
            "backlog": backlog.backlog,
            "oldest": backlog.oldest,
            "created today": backlog.created_today,
            "solved today": backlog.solved_today,
        },
        "sla": {
            "attainment": sla.attainment,
            "gap": sla.gap,
            "gap, 90th percentile": sla.gap_p90,
            "breached now": sla.breached_now,
            "due soon": sla.due_soon,
        },
        "audiences": {
            **_column("end users", audiences.end_users),
            **_column("decision-makers", audiences.decision_makers),
        },
    }


def _column(who: str, column: AudienceColumn) -> dict[str, Reading]:
    return {
        f"{who}: nps": column.nps,
        f"{who}: response rate": column.response_rate,
        f"{who}: attainment": column.attainment,
    }


def _said(verdict: Verdict | SignVerdict) -> dict[str, Any]:
    return {
        "weather": verdict.weather.name.lower(),
        "tendency": verdict.tendency.value,
        "reason": verdict.reason,
    }


def _words(verdict: Verdict | SignVerdict) -> str:
    if verdict.weather is Weather.UNKNOWN:
        return "No verdict yet"
    return f"{verdict.weather.name.capitalize()}, {verdict.tendency.value}"
