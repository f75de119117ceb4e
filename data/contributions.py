"""What each row adds to the stored tallies: the one definition that writing, rebuilding and checking share.

Pure: rows in (as they are stored, moments as whole seconds), counts out. A row's contribution is taken off
by adding it with the sign -1.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping
from datetime import date
from operator import add
from typing import Any

from data.cubes import COUNTED, TIMED, Cube, team_of
from data.histogram import bucket_of, key_of
from data.moment import epoch
from data.sla import WAITS_FOR
from data.tally_tables import answer_tally, backlog_tally, ticket_tally
from data.window import FOREVER

Row = Mapping[str, Any]
Day = Callable[[int], date]
Place = tuple[date, str, str, str, str, str]
"""(day, source, team, priority, audience, channel) of a count, before it is put into cubes."""

Cell = tuple[Any, ...]
"""A whole key of a stored tally."""

MEASURES: dict[str, tuple[tuple[str, str], ...]] = {
    "solved": (
        ("full_resolution_calendar_minutes", ""),
        ("full_resolution_business_minutes", ""),
        ("requester_wait_calendar_minutes", ""),
        ("requester_wait_business_minutes", ""),
        ("agent_work_calendar_minutes", ""),
        ("agent_work_business_minutes", ""),
    ),
    "first_solved": (
        ("first_resolution_calendar_minutes", ""),
        ("first_resolution_business_minutes", ""),
    ),
    "first_replied": (
        ("first_reply_calendar_minutes", ""),
        ("first_reply_business_minutes", ""),
    ),
    "sla_ended": (
        ("sla_elapsed_minutes", ""),
        ("sla_gap_minutes", ""),
        ("sla_target_minutes", "exact"),  # few different ones: policies promise whole hours
    ),
}
"""The durations of each family, in the order of their numbers; "exact": every second has its own bucket."""

NEVER = FOREVER.date()
_FOREVER = epoch(FOREVER)
_T = {name: i for i, name in enumerate(c.name for c in ticket_tally.c if not c.primary_key)}
_B = {name: i for i, name in enumerate(c.name for c in backlog_tally.c if not c.primary_key)}
_A = {name: i for i, name in enumerate(c.name for c in answer_tally.c if not c.primary_key)}
_BEGUN = {state.value: _B[f"{who}_begun"] for state, who in WAITS_FOR.items()}
_ENDED = {state.value: _B[f"{who}_ended"] for state, who in WAITS_FOR.items()}

TICKET_COLUMNS = (
    *("source", "id", "team_id", "priority", "audience", "channel", "account_key", "is_counted"),
    *("created_at", "first_reply_at", "first_solved_at", "solved_at", "sla_ended_at"),
    *("reply_count", "reopen_count", "assignee_count", "team_count", "is_after_hours", "sla_is_met"),
    *(column for family in MEASURES.values() for column, _ in family),
)
SPAN_COLUMNS = (
    *("source", "ticket_id", "started_at", "ended_at", "created_at", "state", "is_return"),
    *("team_id", "priority", "audience", "channel", "account_key"),
)
RESPONSE_COLUMNS = (
    *("source", "id", "team_id", "audience", "account_key", "kind", "score", "responded_at", "is_deleted"),
)
INVITATION_COLUMNS = ("source", "id", "audience", "account_key", "sent_at", "is_delivered", "is_answered")


class Cells:
    """Counts by place and histograms by place and family, put into cubes at the end."""

    def __init__(self, day: Day) -> None:
        self._day = day
        self.counts: dict[str, dict[Any, list[int]]] = defaultdict(dict)
        self.minutes: dict[tuple[Place, str], dict[int, int]] = {}

    def __len__(self) -> int:
        return len(self.minutes) + sum(len(found) for found in self.counts.values())

    def add(self, table: str, rows: Iterable[Row], sign: int) -> None:
        """Rows of ticket (with its spans among them), response or invitation; sign: 1 or -1."""
        for row in rows:
            if table == "response":
                self.add_response(row, sign)
            elif table == "invitation":
                self.add_invitation(row, sign)
            elif "ended_at" in row:
                self.add_span(row, sign)
            else:
                self.add_ticket(row, sign)

    def add_ticket(self, row: Row, sign: int) -> None:
        """Nothing for tickets that are deleted or merged."""
        if not row["is_counted"]:
            return
        place = _place(row)
        met = row["sla_is_met"]
        created = self._at("ticket_tally", row["created_at"], place, len(_T))
        created[_T["created"]] += sign
        if met is not None:
            created[_T["created_judged"]] += sign
            created[_T["created_kept"]] += sign if met else 0
        if row["is_after_hours"] is not None:
            created[_T["created_hours_known"]] += sign
            created[_T["created_after_hours"]] += sign if row["is_after_hours"] else 0
        if row["first_reply_at"] is not None:
            replied = self._at("ticket_tally", row["first_reply_at"], place, len(_T))
            replied[_T["first_replied"]] += sign
            self._times("first_replied", row["first_reply_at"], row, place, sign)
        if row["first_solved_at"] is not None:
            first = self._at("ticket_tally", row["first_solved_at"], place, len(_T))
            first[_T["first_solved"]] += sign
            first[_T["first_solved_reopened"]] += sign if row["reopen_count"] else 0
            self._times("first_solved", row["first_solved_at"], row, place, sign)
        if row["solved_at"] is not None:
            self._add_solved(row, place, sign)
        if row["sla_ended_at"] is not None:
            ended = self._at("ticket_tally", row["sla_ended_at"], place, len(_T))
            ended[_T["sla_ended"]] += sign
            if met is not None:
                ended[_T["sla_judged"]] += sign
                ended[_T["sla_kept"]] += sign if met else 0
            self._times("sla_ended", row["sla_ended_at"], row, place, sign)

    def _add_solved(self, row: Row, place: tuple[str, ...], sign: int) -> None:
        solved = self._at("ticket_tally", row["solved_at"], place, len(_T))
        replies = row["reply_count"] or 0
        solved[_T["solved"]] += sign
        solved[_T["solved_one_touch"]] += sign if replies == 1 else 0
        solved[_T["solved_replied"]] += sign if replies else 0
        solved[_T["replies"]] += sign * replies
        for column, name in (("assignee_count", "agent"), ("team_count", "team")):
            solved[_T[f"{name}_stations"]] += sign * (row[column] or 0)
            solved[_T[f"{name}_held"]] += sign if row[column] else 0
        self._times("solved", row["solved_at"], row, place, sign)

    def add_span(self, row: Row, sign: int) -> None:
        """A span in the backlog: begun on one day, ended on another, or for ever."""
        place, state = _place(row), row["state"]
        begun = self._at("backlog_tally", row["started_at"], place, len(_B))
        begun[_BEGUN[state]] += sign
        begun[_B["returned"]] += sign if row["is_return"] else 0
        if row["ended_at"] == _FOREVER:
            self._on("backlog_tally", NEVER, place, len(_B))[_ENDED[state]] += sign
            self._at("backlog_tally", row["created_at"], place, len(_B))[_B["open_created"]] += sign
        else:
            self._at("backlog_tally", row["ended_at"], place, len(_B))[_ENDED[state]] += sign

    def add_response(self, row: Row, sign: int) -> None:
        """An answer with its survey's columns: is_transactional, scale_min, scale_max (None: not known)."""
        if row["is_deleted"]:
            return
        place = (row["source"], team_of(row["source"], row["team_id"]), "", row["audience"] or "", "")
        if row["kind"] == "nps":
            counts = self._at("answer_tally", row["responded_at"], place, len(_A))
            name = _nps_class(row["score"])
            counts[_A[name]] += sign
            counts[_A[f"transactional_{name}"]] += sign if row["is_transactional"] else 0
        elif row["kind"] in ("csat", "ces") and row["scale_min"] is not None:
            mark = mark_text(row["scale_min"], row["scale_max"], row["score"])
            key = (self._day(row["responded_at"]), *place, row["kind"], mark)
            found = self.counts["mark_tally"].setdefault(key, [0])
            found[0] += sign

    def add_invitation(self, row: Row, sign: int) -> None:
        """An invitation with its survey's kind; only those to NPS surveys count."""
        if row["kind"] != "nps":
            return
        place = (row["source"], "", "", row["audience"] or "", "")
        counts = self._at("invitation_tally", row["sent_at"], place, 3)
        arrived = row["is_delivered"] is None or bool(row["is_delivered"])
        counts[0] += sign if arrived and row["is_answered"] else 0
        counts[1 if arrived else 2] += sign

    def _at(self, table: str, moment: int, place: tuple[str, ...], width: int) -> list[int]:
        return self._on(table, self._day(moment), place, width)

    def _on(self, table: str, day: date, place: tuple[str, ...], width: int) -> list[int]:
        found = self.counts[table]
        key = (day, *place)
        if key not in found:
            found[key] = [0] * width
        return found[key]

    def _times(self, family: str, moment: int, row: Row, place: tuple[str, ...], sign: int) -> None:
        key: Any = ((self._day(moment), *place), family)
        cell = self.minutes.get(key)
        if cell is None:
            cell = self.minutes[key] = {}
        for number, (column, exact) in enumerate(MEASURES[family]):
            value = row[column]
            if value is not None:
                seconds = round(value * 60)
                entry = key_of(number, seconds if exact else bucket_of(seconds))
                cell[entry] = cell.get(entry, 0) + sign

    def counts_in_cubes(self, table: str) -> dict[Cell, list[int]]:
        """Every cube's cells of a table of counts, but for those in which nothing is left."""
        found: dict[Cell, list[int]] = {}
        for place, counts in self.counts.get(table, {}).items():
            if any(counts):
                for cell in _in_cubes(place, COUNTED):
                    into = found.get(cell)
                    found[cell] = counts if into is None else [*map(add, into, counts)]
        return {cell: counts for cell, counts in found.items() if any(counts)}

    def minutes_in_cubes(self) -> dict[Cell, dict[int, int]]:
        """Every cube's cells of histograms, each a difference by key."""
        found: dict[Cell, dict[int, int]] = {}
        for (place, family), entries in self.minutes.items():
            for cell in _in_cubes((*place, family), TIMED):
                into = found.setdefault(cell, {})
                for entry, count in entries.items():
                    into[entry] = into.get(entry, 0) + count
        return {cell: entries for cell, entries in found.items() if any(entries.values())}


def mark_text(lowest: int, highest: int, score: float | None) -> str:
    """A mark on a scale as one text."""
    return f"{lowest}|{highest}|{'' if score is None else float(score)}"


def _in_cubes(place: tuple[Any, ...], cubes: tuple[Cube, ...]) -> Iterator[Cell]:
    """The keys of the cells into which a count of this place goes; what follows a place stays behind it."""
    day, source, team, priority, audience, channel, *more = place
    for cube in cubes:
        member = team if cube.member == "team" else audience if cube.member == "audience" else ""
        yield (
            cube.name,
            member,
            day,
            source,
            priority,
            audience if "audience" in cube.dims else "",
            channel if "channel" in cube.dims else "",
            *more,
        )


def _place(row: Row) -> tuple[str, ...]:
    source = row["source"]
    return (
        source,
        team_of(source, row["team_id"]),
        row["priority"] or "",
        row["audience"] or "",
        row["channel"] or "",
    )


def _nps_class(score: float | None) -> str:
    if score is None or not 0 <= score <= 10:
        return "without_score"
    return "promoters" if score >= 9 else "passives" if score >= 7 else "detractors"
