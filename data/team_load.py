"""What each team carries: open and new per agent, work after hours, and whether it keeps up."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from data.capacity import FEWEST_WEEKS, LoadJudgement, judge_week
from data.facts import team_names
from data.reading import Reading
from data.readings import NO_FILTERS, Readings
from data.study import Offered, offered
from data.weeks import last_week, weeks_by_team
from data.window import Filters, Window

WEEKS = FEWEST_WEEKS + 2
"""The judged week, those that its usual needs at least, and one to spare."""

SHOWN = ("open_per_agent", "arrivals_per_agent_day", "after_hours_share")


@dataclass(frozen=True, slots=True, kw_only=True)
class TeamLoad:
    """readings: those of SHOWN by key, where there is one. judgement: of the week; None: nothing is known."""

    team: str
    name: str
    readings: Mapping[str, Reading]
    judgement: LoadJudgement | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Loads:
    """week: the last complete one, which all but open_per_agent (a level: now) is of. teams: by name."""

    week: Window
    teams: tuple[TeamLoad, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class TeamLoads:
    """All that the page shows of the load, in one snapshot."""

    as_of: datetime
    offered: Offered
    loads: Loads
    is_invented: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class LoadQuestion:
    """What each team carries. filters: no team and no account."""

    filters: Filters = NO_FILTERS
    as_of: datetime | None = None

    def answer(self, readings: Readings) -> TeamLoads:
        """Raises nothing of its own."""
        return TeamLoads(
            as_of=readings.as_of,
            offered=offered(readings, self.filters),
            loads=loads_of(readings, self.filters, team_names(readings.connection)),
            is_invented=readings.is_invented,
        )


def loads_of(readings: Readings, filters: Filters, names: Mapping[str, str]) -> Loads:
    """Of every team that holds or did anything. names: of teams."""
    week = last_week(readings)
    found: dict[str, dict[str, Reading]] = {}
    for key in SHOWN:
        for reading in readings.split(key, "team", window=week, filters=filters):
            if reading.group is not None and reading.value is not None:
                found.setdefault(reading.group, {})[key] = reading
    weeks = weeks_by_team(readings, WEEKS, filters)
    teams = [
        TeamLoad(
            team=team,
            name=names.get(team, team),
            readings=found.get(team, {}),
            judgement=judge_week(weeks[team]) if weeks.get(team) else None,
        )
        for team in found.keys() | weeks.keys()
    ]
    return Loads(week=week, teams=tuple(sorted(teams, key=lambda load: (load.name.casefold(), load.team))))
