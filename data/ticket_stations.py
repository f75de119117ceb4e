"""Who had a ticket: its stations at teams and people over time, and to whom it came back. Pure."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from data.lifecycle import Span
from data.moment import moment_of


@dataclass(frozen=True, slots=True, kw_only=True)
class Station:
    """A stretch in which the same team and the same person had it; names, or ids where no name is known.

    team, assignee: None while it was with none. is_team_back, is_person_back: it came back to those who
    had had it before somebody else did.
    """

    started_at: datetime
    ended_at: datetime
    team: str | None
    assignee: str | None
    is_team_back: bool = False
    is_person_back: bool = False

    @property
    def minutes(self) -> float:
        """How long, on the calendar clock."""
        return (self.ended_at - self.started_at).total_seconds() / 60


def stations_of(
    history: Sequence[Span], until: int, *, teams: Mapping[str, str], people: Mapping[str, str]
) -> tuple[Station, ...]:
    """From creation until `until` (epoch second), without gaps. teams, people: names by id.

    Empty where nobody is known to have had it. What came after `until` is left out, but for the one who has
    it where nothing else is left.
    """
    spans = [span for span in history if span.started_at < until] or list(history[-1:])
    if not any(span.team_id or span.assignee_id for span in spans):
        return ()
    had_team, had_person = _returns(lambda span: span.team_id), _returns(lambda span: span.assignee_id)
    found: list[Station] = []
    last: tuple[str | None, str | None] | None = None
    for span in spans:
        end = moment_of(max(until, span.started_at) if span.ended_at is None else min(span.ended_at, until))
        is_team_back, is_person_back = had_team(span), had_person(span)
        holder = (span.team_id, span.assignee_id)
        if found and holder == last:
            found[-1] = replace(found[-1], ended_at=end)
            continue
        last = holder
        found.append(
            Station(
                started_at=moment_of(span.started_at), ended_at=end, team=named(span.team_id, teams),
                assignee=named(span.assignee_id, people), is_team_back=is_team_back,
                is_person_back=is_person_back,
            )
        )  # fmt: skip
    return tuple(found)


def _returns(holder_of: Callable[[Span], str | None]) -> Callable[[Span], bool]:
    """Tells, span by span, whether it came back to a holder that had it before another one had."""
    seen: set[str] = set()
    last: str | None = None

    def is_back(span: Span) -> bool:
        nonlocal last
        holder = holder_of(span)
        if not holder:
            return False
        came_back = holder in seen and holder != last
        seen.add(holder)
        last = holder
        return came_back

    return is_back


def named(id: str | None, names: Mapping[str, str]) -> str | None:
    """What a team or a person is called, else the id; None for nobody. Of an e-mail address, which some
    helpdesks take for a name, only what stands before the @."""
    if not id:
        return None
    name = names.get(id, id)
    return re.sub(r"@\S*", "", name) or "somebody"
