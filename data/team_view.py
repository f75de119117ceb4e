"""Teams side by side, fairly: a funnel instead of a league table, who hands on to whom, and whom to thank."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from data import facts
from data.funnel import FEWEST, Funnel, FunnelLimits, FunnelUnit, arcsine_limits, share_funnel, share_p_value
from data.handoffs import Handoffs, handoffs_of
from data.metrics.definition import Direction, Metric
from data.multiple import discoveries
from data.reading import Reading
from data.readings import NO_FILTERS, Readings
from data.stars import Star, stars
from data.statistics import Verdict
from data.study import Offered, offered
from data.window import Filters

SIGNS = {"sla": "sla_attainment", "csat": "csat", "delight": "less_than_delighted"}
"""What teams are compared by, as a URL says it, and its metric."""

USUAL_WINDOW = "30d"
STARS = 6
STEPS = 48
"""Points of each line of limits."""


class Apart(StrEnum):
    """What may be said of a team against all teams together.

    BETTER, WORSE: outside of the 99.8 % limits. LOOK: only outside of the 95 % limits, but many being
    compared does not explain it either.
    """

    BETTER = "better than chance"
    WORSE = "worse than chance"
    LOOK = "worth a look"
    NOISE = "within noise"
    TOO_FEW = "too few to say"


@dataclass(frozen=True, slots=True, kw_only=True)
class TeamMark:
    """One dot. hits of n, share: None where n is too small to be shown."""

    reading: Reading
    team: str
    name: str
    hits: int
    n: int
    share: float | None
    limits: FunnelLimits | None
    apart: Apart


@dataclass(frozen=True, slots=True, kw_only=True)
class TeamFunnel:
    """whole: the reading of all teams. target: the share of the teams together; None: nothing to compare.

    marks: by name. curve: limits by n, for the lines. without_team: rows of no team, which are left out.
    is_spread: the limits are widened, since teams differ by more than chance all over.
    """

    whole: Reading
    target: float | None
    marks: tuple[TeamMark, ...]
    curve: tuple[tuple[float, FunnelLimits], ...]
    without_team: int
    is_spread: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Teams:
    """All that the page shows of a window, in one snapshot. names: of teams, by their value in filters."""

    as_of: datetime
    offered: Offered
    funnel: TeamFunnel
    handoffs: Handoffs
    stars: tuple[Star, ...]
    names: dict[str, str]
    is_invented: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class TeamsQuestion:
    """Which teams' page. sign: of SIGNS. window: words. filters: no team and no account."""

    sign: str = "sla"
    window: str = USUAL_WINDOW
    filters: Filters = NO_FILTERS
    as_of: datetime | None = None

    def answer(self, readings: Readings) -> Teams:
        """Raises ValueError for a sign or window that is none."""
        window = readings.window(self.window)
        names = facts.team_names(readings.connection)
        return Teams(
            as_of=readings.as_of,
            offered=offered(readings, self.filters),
            funnel=funnel_of(readings, self),
            handoffs=handoffs_of(readings, window, self.filters, names),
            stars=stars(readings.scope(window, self.filters), limit=STARS),
            names=names,
            is_invented=readings.is_invented,
        )


def funnel_of(readings: Readings, question: TeamsQuestion) -> TeamFunnel:
    """The teams' shares against that of all teams together. Raises ValueError."""
    if question.sign not in SIGNS:
        raise ValueError(f"sign is one of {', '.join(SIGNS)}, not {question.sign[:40]!r}.")
    key = SIGNS[question.sign]
    split = readings.split(key, "team", window=question.window, filters=question.filters)
    teams = [reading for reading in split if reading.group is not None and reading.n]
    teams.sort(key=lambda reading: ((reading.group_label or "").casefold(), reading.group))
    units = [(hits_of_reading(reading), reading.n) for reading in teams]
    funnel = share_funnel(units)
    return TeamFunnel(
        whole=readings.read(key, window=question.window, filters=question.filters, compare=False),
        target=funnel.target if funnel else None,
        marks=_marks(teams, units, funnel) if funnel else (),
        curve=curve_of(funnel) if funnel else (),
        without_team=sum(reading.n for reading in split if reading.group is None),
        is_spread=funnel is not None and funnel.tau_squared > 0,
    )


def hits_of_reading(reading: Reading) -> int:
    """The rows of a share's numerator; of a metric that counts, its value."""
    return int(reading.counts.get("hits", reading.value or 0))


def _marks(
    teams: Sequence[Reading], units: Sequence[tuple[int, int]], funnel: Funnel
) -> tuple[TeamMark, ...]:
    """Both must hold: outside of the limits, and a discovery among as many as are compared."""
    kept = [n >= FEWEST for _, n in units]
    p_values = [
        share_p_value(hits, n, funnel.target, tau_squared=funnel.tau_squared) if is_kept else 1.0
        for (hits, n), is_kept in zip(units, kept, strict=True)
    ]
    shown = iter(discoveries([p for p, is_kept in zip(p_values, kept, strict=True) if is_kept]))
    found = []
    for reading, (hits, n), unit in zip(teams, units, funnel.units, strict=True):
        is_found = unit.value is not None and next(shown)
        found.append(
            TeamMark(
                reading=reading,
                team=reading.group or "",
                name=reading.group_label or reading.group or "",
                hits=hits,
                n=n,
                share=unit.value,
                limits=unit.limits,
                apart=_apart(reading.metric, unit, funnel.target, is_found=is_found),
            )
        )
    return tuple(found)


def _apart(metric: Metric, unit: FunnelUnit, target: float, *, is_found: bool) -> Apart:
    if unit.value is None or unit.limits is None:
        return Apart.TOO_FEW
    if not is_found or unit.value in unit.limits.near:
        return Apart.NOISE
    if unit.verdict is not Verdict.REAL:
        return Apart.LOOK
    is_good = (unit.value > target) == (metric.direction is Direction.HIGHER_IS_BETTER)
    return Apart.BETTER if is_good else Apart.WORSE


def curve_of(funnel: Funnel) -> tuple[tuple[float, FunnelLimits], ...]:
    """Smooth limits from the fewest rows that are shown to a little beyond the largest team."""
    most = max((unit.n for unit in funnel.units if unit.value is not None), default=0)
    if not most:
        return ()
    first, last = min(FEWEST, most), most * 1.06
    # closer together where the lines bend most
    sizes = [first + (last - first) * (step / STEPS) ** 2 for step in range(STEPS + 1)]
    return tuple(
        (n, arcsine_limits(funnel.target, max(1, round(n)), tau_squared=funnel.tau_squared)) for n in sizes
    )
