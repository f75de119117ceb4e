"""The board: the four vital signs, the verdict and the voices, at one as-of and one data version.

Every standing view (wall, Now, later digest and screens) is drawn from one Board, so that no two
surfaces can differ and no screen ever mixes two states of the store.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from data.health import SourceHealth
from data.metrics.definition import Change
from data.metrics.nps import nps_class
from data.reading import Reading
from data.records import Audience
from data.verdict import Verdict
from data.window import Filters


@dataclass(frozen=True, slots=True)
class Point:
    """One step of a trend. value None: nothing to read it from; low, high: its 95 % interval."""

    at: datetime
    value: float | None
    low: float | None = None
    high: float | None = None
    n: int = 0


@dataclass(frozen=True, slots=True)
class Voice:
    """What somebody said with a score. All texts are customers' words: hostile until escaped."""

    said_at: datetime
    score: float
    scale_max: int
    group: str  # promoter, passive, detractor
    audience: Audience
    comment: str
    account: str | None
    renewal_days: int | None = None
    yearly_value: float | None = None


def voice_of(row: Mapping[str, Any], today: date) -> Voice:
    """From a row of an NPS answer: responded_at, score, audience, comment, and as far as they are asked for
    account, renewal_on and yearly_value."""
    renewal = row.get("renewal_on")
    return Voice(
        said_at=row["responded_at"],
        score=row["score"],
        scale_max=10,
        group=nps_class(row["score"]),
        audience=Audience(row["audience"]),
        comment=row["comment"],
        account=row.get("account"),
        renewal_days=(renewal - today).days if renewal else None,
        yearly_value=row.get("yearly_value"),
    )


@dataclass(frozen=True, slots=True)
class Age:
    """Backlog tickets whose age falls into a class of days; the last class is open (`to_days` None)."""

    from_days: int
    to_days: int | None
    count: int


@dataclass(frozen=True, slots=True, kw_only=True)
class NpsSign:
    nps: Reading  # counts: promoters, passives, detractors
    trend: tuple[Point, ...]  # the trailing window's NPS at the end of each day, with its band


@dataclass(frozen=True, slots=True, kw_only=True)
class BacklogSign:
    backlog: Reading  # counts: us, customer, elsewhere; previous: at this time yesterday
    ages: tuple[Age, ...]
    oldest: Reading  # minutes
    created_today: Reading
    solved_today: Reading
    trend: tuple[Point, ...]  # at the end of each local day, today's at as_of


@dataclass(frozen=True, slots=True, kw_only=True)
class SlaSign:
    attainment: Reading
    gap: Reading  # median, minutes
    gap_p90: Reading
    resolution_by_priority: Mapping[str, Reading]  # median on the SLA's clock, minutes; key: priority
    resolution_p90_by_priority: Mapping[str, Reading]
    target_by_priority: Mapping[str, float | None]  # median target as applied, minutes
    attainment_by_priority: Mapping[str, Reading]
    breached_now: Reading
    due_soon: Reading
    trend: tuple[Point, ...]  # attainment a day, trailing 7 days


@dataclass(frozen=True, slots=True, kw_only=True)
class AudienceColumn:
    audience: Audience
    nps: Reading
    response_rate: Reading
    attainment: Reading  # of the tickets that these people asked
    trend: tuple[Point, ...]
    said: Voice | None  # the latest with a comment


@dataclass(frozen=True, slots=True, kw_only=True)
class AudienceSign:
    end_users: AudienceColumn
    decision_makers: AudienceColumn
    apart: Change | None  # decision-makers minus end users; None while either is missing
    unknown: int  # answers whose role is not known


@dataclass(frozen=True, slots=True, kw_only=True)
class Board:
    """ticket_as_of, survey_as_of: the oldest last success among the sources that the signs rest on.

    None: no such source has succeeded yet. deadline_s: seconds after as-of past which a figure is old.
    """

    as_of: datetime
    data_version: int
    zone: str
    filters: Filters
    is_invented: bool
    title: str
    verdict: Verdict
    nps: NpsSign
    backlog: BacklogSign
    sla: SlaSign
    audiences: AudienceSign
    voices: tuple[Voice, ...]
    sources: tuple[SourceHealth, ...]
    ticket_as_of: datetime | None
    survey_as_of: datetime | None
    ticket_deadline_s: int
    survey_deadline_s: int
    teams: Mapping[str, str]  # id → name, for filters
    accounts: Mapping[str, str]
