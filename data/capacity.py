"""Overwhelmed, understaffed or slower? One week of a team against its own earlier weeks, in words. Pure.

A name for what is wrong is given only where more came in than was solved; then that name is given whose
part left what is usual. No name blames anybody: fewer solves per agent may be harder tickets.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum

from data.control import Chart, Limits, fit_individuals, fit_rates

FEWEST_WEEKS = 12
"""Earlier weeks that the usual rests on, as the months of data/signals.py."""

MOST_WEEKS = 26
"""Half a year: what was usual before that says little of the team as it is now."""

FEWEST_TICKETS = 20
"""A week with fewer, in and out together, is too small to be judged."""


class Load(StrEnum):
    """What may be said of a week."""

    OVERWHELMED = "overwhelmed"
    UNDERSTAFFED = "understaffed"
    SLOWER = "slower"
    KEEPING_UP = "keeping up"
    TOO_FEW = "too few to say"


@dataclass(frozen=True, slots=True)
class Week:
    """Tickets created and solved, and the days on which agents were active, added up over agents."""

    created: int
    solved: int
    agent_days: int

    @property
    def pace(self) -> float:
        """Solved per active agent and day; 0 where nobody was active."""
        return self.solved / self.agent_days if self.agent_days else 0.0


@dataclass(frozen=True, slots=True)
class LoadJudgement:
    """verdict with its reason, a sentence. limits: of arrivals (tickets), agent days, solved (tickets) and
    pace (solved per agent and day), within which such a week usually lies; None where there are none."""

    verdict: Load
    reason: str
    weeks_before: int
    arrivals: Limits | None = None
    agent_days: Limits | None = None
    solved: Limits | None = None
    pace: Limits | None = None


def judge_week(weeks: Sequence[Week]) -> LoadJudgement:
    """Judge the last of these complete weeks, in order, by those before it. ValueError without any.

    Limits are those of Shewhart's charts for counts and rates (Laney's where weeks differ by more than
    chance), and of XmR for agent days. Weeks in which nothing happened are no part of the usual.
    """
    if not weeks:
        message = "No week to judge."
        raise ValueError(message)
    week = weeks[-1]
    before = [each for each in weeks[:-1] if each.agent_days and each.created + each.solved > 0][-MOST_WEEKS:]
    if week.created + week.solved < FEWEST_TICKETS:
        found = f"{week.created + week.solved} tickets in and out in this week, {FEWEST_TICKETS} needed."
        return LoadJudgement(Load.TOO_FEW, found, len(before))
    if len(before) < FEWEST_WEEKS:
        found = f"{len(before)} of the {FEWEST_WEEKS} earlier weeks that the usual needs."
        return LoadJudgement(Load.TOO_FEW, found, len(before))
    arrivals = _of_one(fit_rates([(each.created, 1.0) for each in before]))
    solved = _of_one(fit_rates([(each.solved, 1.0) for each in before]))
    staff = _of_one(fit_individuals([float(each.agent_days) for each in before]))
    pace = None
    if week.agent_days:
        pace = fit_rates([(each.solved, float(each.agent_days)) for each in before])
    limits = (arrivals, staff, solved, pace.at(week.agent_days) if pace else None)
    verdict, reason = _said(week, before, *limits)
    return LoadJudgement(verdict, reason, len(before), *limits)


def _said(
    week: Week,
    before: Sequence[Week],
    arrivals: Limits | None,
    staff: Limits | None,
    solved: Limits | None,
    pace: Limits | None,
) -> tuple[Load, str]:
    flow = f"{week.created} came in and {week.solved} were solved"
    is_more = arrivals is not None and week.created > arrivals.upper
    has_fewer = staff is not None and week.agent_days < staff.lower
    if staff is None:  # every week had as many
        has_fewer = week.agent_days < before[-1].agent_days
    is_less = solved is not None and week.solved < solved.lower
    is_slow = pace is not None and week.pace < pace.lower
    if week.created <= week.solved:
        more = ", though more than usual came in" if is_more else ""
        return Load.KEEPING_UP, f"{flow}{more}."
    usual = sum(each.created for each in before) / len(before)
    if is_slow and pace is not None:
        speed = f"each agent solved {week.pace:.1f} a day, {pace.centre:.1f} are usual"
        return Load.SLOWER, f"{flow}; {speed}{', and more than usual came in' if is_more else ''}."
    if is_more:
        fewer = " by fewer agents than usual" if has_fewer else ""
        compared = f"{usual:.0f} new a week are usual, and each was as fast as ever"
        return Load.OVERWHELMED, f"{flow}{fewer}; {compared}."
    if has_fewer or is_less:
        present = sum(each.agent_days for each in before) / len(before)
        days = f"agents were active on {week.agent_days} days in all, {present:.0f} are usual"
        return Load.UNDERSTAFFED, f"{flow}; {days}, and each was as fast as ever."
    return Load.KEEPING_UP, f"{flow}, within what is usual from week to week."


def _of_one(chart: Chart | None) -> Limits | None:
    return chart.at(1.0) if chart else None
