"""What each row adds to the stored tallies: the one definition that writing, rebuilding and checking share.

Pure: rows in (as they are stored, moments as whole seconds), counts out. A row's contribution is taken off
by adding it with the sign -1.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Sequence
from operator import add
from typing import Any

from data.cubes import COUNTED, TIMED, Cube, team_of
from data.histogram import bucket_of, key_of
from data.moment import epoch
from data.records import Priority
from data.sla import WAITS_FOR
from data.tally_tables import answer_tally, backlog_tally, ticket_tally
from data.window import FOREVER

Row = tuple[Any, ...]
Day = Callable[[int], str]
Place = tuple[str, str, str, str, str, str]
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
"""The durations that each moment dates; "exact": every second has its own bucket."""

PRIORITIES = ("", *Priority)
"""All of them lie in one histogram's cell; "": none is known."""

NEVER = FOREVER.date().isoformat()
_FOREVER = epoch(FOREVER)
_WIDTH, _BACKLOG_WIDTH = 19, 8
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
_FIRST_MINUTES = TICKET_COLUMNS.index(next(iter(MEASURES.values()))[0][0])
RESPONSE_COLUMNS = (
    *("source", "id", "team_id", "audience", "account_key", "kind", "score", "responded_at", "is_deleted"),
)  # and is_transactional, scale_min and scale_max of the survey
INVITATION_COLUMNS = ("source", "id", "audience", "account_key", "sent_at", "is_delivered", "is_answered")
# and the kind of the survey


def series_of(column: str, priority: str | None = None) -> range:
    """The series of a histogram that hold a duration: one for each priority. None: all of them."""
    first = (TICKET_COLUMNS.index(column) - _FIRST_MINUTES) * len(PRIORITIES)
    if priority is None:
        return range(first, first + len(PRIORITIES))
    one = first + PRIORITIES.index(priority)
    return range(one, one + 1)


_PLACES = {
    (moment, priority): tuple(
        (
            TICKET_COLUMNS.index(column) - _FIRST_MINUTES,
            key_of(series_of(column, priority).start, 0),
            bool(exact),
        )
        for column, exact in measures
    )
    for moment, measures in MEASURES.items()
    for priority in PRIORITIES
}
"""Where the durations of a moment stand among those of a ticket: (place, where their keys begin, exact)."""


class Cells:
    """Counts by place and histograms by place and family, put into cubes at the end.

    Rows are tuples in the order of the …_COLUMNS; days are ISO texts, which both databases take.
    """

    def __init__(self, day: Day) -> None:
        self._day = day
        self.counts: dict[str, dict[Any, list[int]]] = defaultdict(dict)
        self.minutes: dict[Any, dict[int, int]] = {}

    def __len__(self) -> int:
        return len(self.minutes) + sum(len(found) for found in self.counts.values())

    def add(self, table: str, rows: Iterable[Row], sign: int) -> None:
        """Rows of ticket, ticket_span, response or invitation; sign: 1 or -1."""
        way = {
            "ticket": self._add_ticket,
            "ticket_span": self._add_span,
            "response": self._add_response,
            "invitation": self._add_invitation,
        }[table]
        for row in rows:
            way(row, sign)

    def _add_ticket(self, row: Row, sign: int) -> None:
        """Nothing for tickets that are deleted or merged."""
        source, _, team_id, priority, audience, channel, _, is_counted, *rest = row
        created, replied, first, solved, ended, replies, reopenings, *rest = rest
        agents, teams, is_after_hours, met, *minutes = rest
        if not is_counted:
            return
        place = (source, team_of(source, team_id), priority or "", audience or "", channel or "")
        cell = self._on("ticket_tally", self._day(created), place, _WIDTH)
        cell[_T["created"]] += sign
        if met is not None:
            cell[_T["created_judged"]] += sign
            cell[_T["created_kept"]] += sign if met else 0
        if is_after_hours is not None:
            cell[_T["created_hours_known"]] += sign
            cell[_T["created_after_hours"]] += sign if is_after_hours else 0
        if replied is not None:
            day = self._day(replied)
            self._on("ticket_tally", day, place, _WIDTH)[_T["first_replied"]] += sign
            self._times("first_replied", day, place, minutes, sign)
        if first is not None:
            day = self._day(first)
            cell = self._on("ticket_tally", day, place, _WIDTH)
            cell[_T["first_solved"]] += sign
            cell[_T["first_solved_reopened"]] += sign if reopenings else 0
            self._times("first_solved", day, place, minutes, sign)
        if solved is not None:
            day = self._day(solved)
            self._add_solve(
                self._on("ticket_tally", day, place, _WIDTH), (replies or 0, agents or 0, teams or 0), sign
            )
            self._times("solved", day, place, minutes, sign)
        if ended is not None:
            day = self._day(ended)
            cell = self._on("ticket_tally", day, place, _WIDTH)
            cell[_T["sla_ended"]] += sign
            if met is not None:
                cell[_T["sla_judged"]] += sign
                cell[_T["sla_kept"]] += sign if met else 0
            self._times("sla_ended", day, place, minutes, sign)

    @staticmethod
    def _add_solve(cell: list[int], work: tuple[int, int, int], sign: int) -> None:
        replies, agents, teams = work
        cell[_T["solved"]] += sign
        cell[_T["solved_one_touch"]] += sign if replies == 1 else 0
        cell[_T["solved_replied"]] += sign if replies else 0
        cell[_T["replies"]] += sign * replies
        cell[_T["agent_stations"]] += sign * agents
        cell[_T["agent_held"]] += sign if agents else 0
        cell[_T["team_stations"]] += sign * teams
        cell[_T["team_held"]] += sign if teams else 0

    def _add_span(self, row: Row, sign: int) -> None:
        """A span in the backlog: begun on one day, ended on another, or for ever."""
        (source, _, started, ended, created, state, is_return, team_id, priority, audience, channel, _) = row
        place = (source, team_of(source, team_id), priority or "", audience or "", channel or "")
        begun = self._on("backlog_tally", self._day(started), place, _BACKLOG_WIDTH)
        begun[_BEGUN[state]] += sign
        begun[_B["returned"]] += sign if is_return else 0
        if ended == _FOREVER:
            self._on("backlog_tally", NEVER, place, _BACKLOG_WIDTH)[_ENDED[state]] += sign
            self._on("backlog_tally", self._day(created), place, _BACKLOG_WIDTH)[_B["open_created"]] += sign
        else:
            self._on("backlog_tally", self._day(ended), place, _BACKLOG_WIDTH)[_ENDED[state]] += sign

    def _add_response(self, row: Row, sign: int) -> None:
        """An answer with what its survey is like (None: the survey is not known)."""
        source, _, team_id, audience, _, kind, score, responded, is_deleted, is_transactional, low, high = row
        if is_deleted:
            return
        place = (source, team_of(source, team_id), "", audience or "", "")
        if kind == "nps":
            cell = self._on("answer_tally", self._day(responded), place, len(_A))
            name = _nps_class(score)
            cell[_A[name]] += sign
            cell[_A[f"transactional_{name}"]] += sign if is_transactional else 0
        elif kind in ("csat", "ces") and low is not None:
            key = (self._day(responded), *place, kind, mark_text(low, high, score))
            self.counts["mark_tally"].setdefault(key, [0])[0] += sign

    def _add_invitation(self, row: Row, sign: int) -> None:
        """An invitation with its survey's kind; only those to NPS surveys count."""
        source, _, audience, _, sent, is_delivered, is_answered, kind = row
        if kind != "nps":
            return
        cell = self._on("invitation_tally", self._day(sent), (source, "", "", audience or "", ""), 3)
        arrived = is_delivered is None or bool(is_delivered)
        cell[0] += sign if arrived and is_answered else 0
        cell[1 if arrived else 2] += sign

    def _on(self, table: str, day: str, place: tuple[str, ...], width: int) -> list[int]:
        key = (day, *place)
        cell = self.counts[table].get(key)
        if cell is None:
            cell = self.counts[table][key] = [0] * width
        return cell

    def _times(
        self, dated_by: str, day: str, place: tuple[str, ...], minutes: Sequence[float | None], sign: int
    ) -> None:
        source, team, priority, audience, _ = place
        key = (day, source, team, audience)
        cell = self.minutes.get(key)
        if cell is None:
            cell = self.minutes[key] = {}
        for at, base, is_exact in _PLACES[dated_by, priority]:
            value = minutes[at]
            if value is not None:
                seconds = round(value * 60)
                entry = base + (seconds if is_exact else bucket_of(seconds))
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
        for (day, source, team, audience), entries in self.minutes.items():
            if not any(entries.values()):
                continue
            members = {"": "", "team": team, "audience": audience}
            for cube in TIMED:
                into = found.setdefault((cube.name, members[cube.member], day, source), {})
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


def _nps_class(score: float | None) -> str:
    if score is None or not 0 <= score <= 10:
        return "without_score"
    return "promoters" if score >= 9 else "passives" if score >= 7 else "detractors"
