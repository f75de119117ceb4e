"""A board on which everything is there, as on the pictures of the product."""

from __future__ import annotations

from datetime import datetime, timedelta

from data.board import (
    Age,
    AudienceColumn,
    AudienceSign,
    BacklogSign,
    Board,
    NpsSign,
    SlaSign,
    Voice,
)
from data.metrics.definition import Change, Direction, Kind, Metric, Unit
from data.reading import Reading, Standing
from data.records import Audience
from data.statistics import Interval
from data.statistics import Verdict as Realness
from data.verdict import SignVerdict, Tendency, Verdict, Weather
from data.window import Filters
from tests.dashboard.readings import (
    AT,
    ATTAINMENT,
    BACKLOG,
    GAP,
    NPS,
    RATE,
    ZONE,
    four_sources,
    metric,
    read,
    trend,
)


def full(at: datetime = AT) -> Board:
    """Everything is there."""
    change = Change(6.0, Realness.NOISE, Interval(-4, 16))
    nps = read(
        NPS,
        42.0,
        412,
        at=at,
        window="90d",
        interval=Interval(35, 49),
        counts={"promoters": 230, "passives": 125, "detractors": 57},
        previous=36.0,
        change=change,
    )
    return Board(
        as_of=at,
        data_version=7,
        zone=ZONE,
        filters=Filters(),
        is_invented=False,
        title="Support floor",
        verdict=_verdict(),
        nps=NpsSign(nps=nps, trend=trend(33, 42, at=at, days=90, wave=2, band=8)),
        backlog=_backlog(at),
        sla=_sla(at),
        audiences=_audiences(at),
        voices=_voices(at),
        sources=four_sources(at),
        ticket_as_of=at - timedelta(seconds=31),
        survey_as_of=at - timedelta(seconds=44),
        ticket_deadline_s=180,
        survey_deadline_s=1200,
        teams={"1": "First line", "2": "Network", "3": "Field service"},
        accounts={"a": "Harbour Logistics", "b": "Alder Dental", "c": "Northline"},
    )


def _verdict() -> Verdict:
    reason = "High-priority tickets miss their target for the 6th day (88 % of 95 %)"
    return Verdict(
        Weather.CHANGE,
        Tendency.FALLING,
        reason,
        (
            SignVerdict("nps", Weather.FAIR, Tendency.STEADY, "+42, within noise of the 90 days before"),
            SignVerdict("backlog", Weather.FAIR, Tendency.FALLING, "137 unsolved, 12 more than yesterday"),
            SignVerdict("sla", Weather.CHANGE, Tendency.FALLING, reason),
            SignVerdict(
                "audiences",
                Weather.CHANGE,
                Tendency.STEADY,
                "Decision-makers are 20 points lower, and it is real",
            ),
        ),
    )


def _backlog(at: datetime) -> BacklogSign:
    counts = {"us": 89, "customer": 41, "elsewhere": 7}
    flow = metric("tickets_created", Unit.TICKETS, Direction.NEITHER, dated_by="created_at")
    out = metric("tickets_solved", Unit.TICKETS, Direction.NEITHER)
    oldest = metric("oldest_ticket", Unit.MINUTES, Direction.LOWER_IS_BETTER, minimum_sample=1)
    return BacklogSign(
        backlog=read(BACKLOG, 137.0, 137, at=at, counts=counts, previous=125.0),
        ages=(Age(0, 1, 61), Age(1, 3, 38), Age(3, 7, 24), Age(7, None, 14)),
        oldest=read(oldest, 19 * 1440.0 + 200, 137, at=at),
        created_today=read(flow, 46.0, 46, at=at, window="today"),
        solved_today=read(out, 34.0, 34, at=at, window="today"),
        trend=trend(118, 137, at=at, days=60, wave=5),
    )


_MINUTES = {  # priority: median, 90th percentile, target, attainment, n
    "urgent": (96, 175, 240, 0.97, 84),
    "high": (324, 545, 480, 0.88, 212),
    "normal": (672, 1210, 1440, 0.94, 618),
    "low": (1560, 2560, 2400, 0.91, 290),
}


def _sla(at: datetime) -> SlaSign:
    took = metric("full_resolution", Unit.MINUTES, Direction.LOWER_IS_BETTER)
    slow = metric("full_resolution_p90", Unit.MINUTES, Direction.LOWER_IS_BETTER)
    late = metric("breached_now", Unit.TICKETS, Direction.LOWER_IS_BETTER, kind=Kind.LEVEL, minimum_sample=0)
    due = metric("due_soon", Unit.TICKETS, Direction.LOWER_IS_BETTER, kind=Kind.LEVEL, minimum_sample=0)
    p90 = metric("sla_gap_p90", Unit.MINUTES, Direction.LOWER_IS_BETTER)

    def by(kind: Metric, place: int) -> dict[str, Reading]:
        return {
            name: read(
                kind,
                float(row[place]),
                int(row[4]),
                at=at,
                by="priority",
                group=name,
                standing=Standing.BAD if kind is ATTAINMENT and row[3] < 0.9 else Standing.GOOD,
            )
            for name, row in _MINUTES.items()
        }

    return SlaSign(
        attainment=read(ATTAINMENT, 0.92, 1204, at=at, target=0.95, standing=Standing.WATCH),
        gap=read(GAP, -168.0, 1204, at=at),
        gap_p90=read(p90, 95.0, 1204, at=at),
        resolution_by_priority=by(took, 0),
        resolution_p90_by_priority=by(slow, 1),
        target_by_priority={name: float(row[2]) for name, row in _MINUTES.items()},
        attainment_by_priority=by(ATTAINMENT, 3),
        breached_now=read(late, 3.0, 137, at=at),
        due_soon=read(due, 12.0, 137, at=at),
        trend=trend(0.95, 0.92, at=at, days=30, wave=0.012),
    )


def _audiences(at: datetime) -> AudienceSign:
    def column(
        who: Audience, nps: float, band: float, n: int, rate: float, sla: float, said: str, first: float
    ) -> AudienceColumn:
        mine = {"by": "audience", "group": who.value, "at": at}
        interval = Interval(nps - band, nps + band)
        return AudienceColumn(
            audience=who,
            nps=read(NPS, nps, n, window="90d", interval=interval, **mine),
            response_rate=read(RATE, rate, int(n / rate), window="90d", **mine),
            attainment=read(ATTAINMENT, sla, n * 2, **mine),
            trend=trend(first, nps, at=at, days=60, wave=3),
            said=Voice(at, 9, 10, "promoter", who, said, None),
        )

    return AudienceSign(
        end_users=column(Audience.END_USER, 48.0, 8, 288, 0.31, 0.93, "fast and friendly", 44),
        decision_makers=column(
            Audience.DECISION_MAKER, 28.0, 14, 124, 0.44, 0.89, "answers fast, resolves late", 37
        ),
        apart=Change(-20.0, Realness.REAL, Interval(-36, -4)),
        unknown=38,
    )


def _voices(at: datetime) -> tuple[Voice, ...]:
    who, boss = Audience.END_USER, Audience.DECISION_MAKER

    def ago(minutes: int) -> datetime:
        return at - timedelta(minutes=minutes)

    third = "Third time this month I had to explain the printer problem from the beginning."
    return (
        Voice(ago(6), 4, 10, "detractor", boss, third, "Harbour Logistics", 41, 86_000),
        Voice(ago(22), 10, 10, "promoter", who, "Priya fixed it before my coffee was cold.", "Alder Dental"),
        Voice(
            ago(64),
            7,
            10,
            "passive",
            boss,
            "Fine, but I never know what you do between tickets.",
            "Northline",
            130,
        ),
        Voice(ago(200), 9, 10, "promoter", who, "Quick answer, clear steps, thank you.", "Quill & Sons"),
    )
