"""Hand-made boards, one for each state that a screen must bear, and a provider that shows them."""

from __future__ import annotations

import random
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from typing import Any

from data.board import (
    Age,
    AudienceColumn,
    AudienceSign,
    BacklogSign,
    Board,
    NpsSign,
    Point,
    SlaSign,
    Voice,
)
from data.health import RejectSummary, SourceHealth, SourceState
from data.metrics.definition import Change, Direction, Kind, Metric, Unit
from data.reading import Reading, Standing
from data.records import Audience
from data.statistics import Interval
from data.statistics import Verdict as Realness
from data.verdict import SignVerdict, Tendency, Verdict, Weather
from data.window import Filters, parse_window

ZONE = "Europe/Berlin"
AT = datetime(2026, 11, 18, 13, 32, tzinfo=UTC)
HOSTILE = "</script><img src=x onerror=alert(1)><script>window.pwned=1</script>\"'&{{x}}"

Build = Callable[[datetime], Board]


def metric(key: str, unit: Unit, direction: Direction = Direction.HIGHER_IS_BETTER, **more: Any) -> Metric:
    """A definition with just what screens look at."""
    return Metric(
        key=key,
        label=key,
        short=key,
        unit=unit,
        clock=None,
        direction=direction,
        kind=more.pop("kind", Kind.FLOW),
        dated_by=more.pop("dated_by", "solved_at"),
        tally=dict,
        read=lambda tally: tally,
        definition="",
        answers="",
        minimum_sample=more.pop("minimum_sample", 5),
        splits=(),
        **more,
    )


NPS = metric("nps", Unit.POINTS, minimum_sample=10, dated_by="responded_at")
BACKLOG = metric("backlog", Unit.TICKETS, Direction.LOWER_IS_BETTER, kind=Kind.LEVEL, minimum_sample=0)
ATTAINMENT = metric("sla_attainment", Unit.SHARE)
GAP = metric("sla_gap", Unit.MINUTES, Direction.LOWER_IS_BETTER)
RATE = metric("response_rate", Unit.SHARE, dated_by="sent_at")


def read(kind: Metric, value: float | None, n: int = 400, *, at: datetime = AT, **more: Any) -> Reading:
    """A reading of `kind`; window: words as on the command line."""
    window = parse_window(more.pop("window", "30d"), as_of=at, zone=ZONE)
    given: dict[str, Any] = {"interval": None, "counts": {}, "left_out": {}} | more
    return Reading(
        metric=kind, value=value, n=n, window=window, filters=Filters(), as_of=at, data_version=1, **given
    )


def trend(
    first: float, last: float, *, at: datetime, days: int = 60, wave: float = 2.0, band: float = 0.0
) -> tuple[Point, ...]:
    """From one value to another with some unrest, a point a day; always the same for the same arguments."""
    chance = random.Random(f"{first} {last}")
    points, drift = [], 0.0
    for i in range(days):
        share = i / (days - 1)
        drift = 0.8 * drift + chance.uniform(-wave, wave)
        value = first + (last - first) * share + drift * (1 - share**6)
        low, high = (value - band, value + band) if band else (None, None)
        points.append(Point(at - timedelta(days=days - 1 - i), value, low, high, 400))
    return tuple(points)


def source(name: str, label: str, at: datetime, **more: Any) -> SourceHealth:
    """A live source, or what `more` makes of it."""
    age_s = more.pop("age_s", 8)
    success = None if age_s is None else at - timedelta(seconds=age_s)
    given: dict[str, Any] = {
        "kind": name,
        "is_invented": False,
        "state": SourceState.LIVE,
        "interval_seconds": 60,
        "feeds": frozenset({"tickets"}),
        "last_success_at": success,
        "last_run_at": success or at,
        "next_run_at": at + timedelta(seconds=52),
        "lag_seconds": None if age_s is None else float(age_s),
        "record_count": 40_213,
        "last_run_record_count": 12,
        "reject_count": 0,
        "rejects": (),
        "error": None,
        "setting": None,
        "notes": (),
    }
    return SourceHealth(name=name, label=label, **(given | more))


def _reject(stream: str, reason: str, count: int, place: str, at: datetime) -> RejectSummary:
    return RejectSummary(stream=stream, reason=reason, count=count, place=place, last_seen_at=at)


def four_sources(at: datetime) -> tuple[SourceHealth, ...]:
    surveys = frozenset({"surveys"})
    return (
        source("acme-support", "Zendesk", at, kind="zendesk", age_s=8),
        source("rt", "Request Tracker", at, kind="request_tracker", age_s=31, record_count=4_120),
        source("promoter", "Promoter.io", at, kind="promoter", age_s=44, feeds=surveys, record_count=6_002),
        source("csv", "Accounts folder", at, kind="files", age_s=50, feeds=frozenset(), record_count=60),
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


def empty(at: datetime = AT) -> Board:
    """Nothing is connected."""
    return replace(_without_values(full(at)), sources=(), ticket_as_of=None, survey_as_of=None, voices=())


def loading(at: datetime = AT) -> Board:
    """The first sync is under way."""
    state = {"state": SourceState.LOADING, "age_s": None, "feeds": frozenset()}
    sources = (
        source("acme-support", "Zendesk", at, record_count=12_400, **state),
        source(
            "promoter",
            "Promoter.io",
            at,
            state=SourceState.WAITING,
            age_s=None,
            feeds=frozenset(),
            record_count=0,
        ),
    )
    return replace(empty(at), sources=sources)


def quiet(at: datetime = AT) -> Board:
    """Sources answer, but the window holds nothing."""
    board = _without_values(full(at))
    zero = replace(
        board.backlog,
        backlog=read(BACKLOG, 0.0, 0, at=at, counts={"us": 0, "customer": 0, "elsewhere": 0}, previous=0.0),
    )
    return replace(board, backlog=zero, voices=())


def thin(at: datetime = AT) -> Board:
    """Too few answers and tickets to say anything."""
    board = full(at)
    few = {"promoters": 3, "passives": 0, "detractors": 1}
    columns = {
        name: replace(
            column, nps=replace(column.nps, n=n), attainment=replace(column.attainment, n=2), said=None
        )
        for name, column, n in (
            ("end_users", board.audiences.end_users, 3),
            ("decision_makers", board.audiences.decision_makers, 1),
        )
    }
    unsure = Verdict(
        Weather.UNKNOWN, Tendency.STEADY, "Too few tickets and answers to say how things stand", ()
    )
    return replace(
        board,
        verdict=unsure,
        nps=replace(
            board.nps, nps=replace(board.nps.nps, n=4, counts=few, change=Change(50.0, Realness.TOO_FEW))
        ),
        sla=replace(
            board.sla,
            attainment=replace(board.sla.attainment, n=3),
            breached_now=replace(board.sla.breached_now, value=0.0),
        ),
        audiences=AudienceSign(apart=Change(9.0, Realness.TOO_FEW), unknown=0, **columns),
        voices=board.voices[1:2],
    )


def stale(at: datetime = AT) -> Board:
    """The survey tool stopped answering 26 minutes ago."""
    board = full(at)
    gone = at - timedelta(minutes=26)
    late = replace(
        board.sources[2],
        state=SourceState.FAILING,
        last_success_at=gone,
        lag_seconds=1560.0,
        error="Promoter.io answered 503 five times in a row. Nothing to do: it is asked again each minute.",
    )
    return replace(board, survey_as_of=gone, sources=(*board.sources[:2], late, board.sources[3]))


def failing(at: datetime = AT) -> Board:
    """Everything stopped: the token was refused, and rows could not be read."""
    board = stale(at)
    gone = at - timedelta(hours=3)
    rejects = (
        _reject("tickets", "created_at is no date", 41, "incidents.csv, line 10412", gone),
        _reject("tickets", "unknown state", 2, "incidents.csv, line 77", gone),
    )
    first = replace(
        board.sources[0],
        state=SourceState.STOPPED,
        last_success_at=gone,
        lag_seconds=10_800.0,
        error="Zendesk refused the API token (401). Make a new token and name it in the settings.",
        setting="sources.acme-support.token",
        reject_count=43,
        rejects=rejects,
        notes=("SLA targets start on 1 Mar 2026: older tickets have none.",),
    )
    storm = replace(
        board.verdict, weather=Weather.STORM, reason="3 tickets are breached and the backlog grows"
    )
    return replace(board, verdict=storm, ticket_as_of=gone, sources=(first, *board.sources[1:]))


def demo(at: datetime = AT) -> Board:
    """Invented figures, which must be said everywhere."""
    board = full(at)
    sources = tuple(replace(source, is_invented=True) for source in board.sources)
    return replace(board, is_invented=True, title="Meridian MSP", sources=sources)


def hostile(at: datetime = AT) -> Board:
    """Every text that comes from outside tries to break out."""
    board = full(at)
    voices = tuple(replace(voice, comment=HOSTILE * 3, account=HOSTILE) for voice in board.voices)
    said = replace(voices[0], comment=HOSTILE)
    sources = tuple(
        replace(
            source,
            label=HOSTILE,
            error=HOSTILE,
            state=SourceState.STOPPED,
            notes=(HOSTILE,),
            reject_count=1,
            rejects=(_reject(HOSTILE, HOSTILE, 1, HOSTILE, at),),
        )
        for source in board.sources
    )
    return replace(
        board,
        title=HOSTILE,
        voices=voices,
        sources=sources,
        teams={HOSTILE: HOSTILE},
        accounts={HOSTILE: HOSTILE},
        verdict=replace(board.verdict, reason=HOSTILE),
        audiences=replace(
            board.audiences,
            end_users=replace(board.audiences.end_users, said=said),
            decision_makers=replace(board.audiences.decision_makers, said=said),
        ),
    )


def _without_values(board: Board) -> Board:
    """The same board with nothing to read anything from."""

    def none(reading: Reading) -> Reading:
        return replace(
            reading,
            value=None,
            n=0,
            interval=None,
            counts={},
            previous=None,
            change=None,
            standing=Standing.NO_DATA,
        )

    def column(given: AudienceColumn) -> AudienceColumn:
        return replace(
            given,
            nps=none(given.nps),
            response_rate=none(given.response_rate),
            attainment=none(given.attainment),
            trend=(),
            said=None,
        )

    sign, late = board.sla, board.backlog
    return replace(
        board,
        verdict=Verdict(Weather.UNKNOWN, Tendency.STEADY, "There is nothing to judge yet", ()),
        nps=NpsSign(nps=none(board.nps.nps), trend=()),
        backlog=BacklogSign(
            backlog=none(late.backlog),
            ages=tuple(replace(age, count=0) for age in late.ages),
            oldest=none(late.oldest),
            created_today=replace(late.created_today, value=0.0, n=0),
            solved_today=replace(late.solved_today, value=0.0, n=0),
            trend=(),
        ),
        sla=replace(
            sign,
            attainment=none(sign.attainment),
            gap=none(sign.gap),
            gap_p90=none(sign.gap_p90),
            resolution_by_priority={},
            resolution_p90_by_priority={},
            attainment_by_priority={},
            breached_now=none(sign.breached_now),
            due_soon=none(sign.due_soon),
            trend=(),
        ),
        audiences=AudienceSign(
            end_users=column(board.audiences.end_users),
            decision_makers=column(board.audiences.decision_makers),
            apart=None,
            unknown=0,
        ),
    )


STATES: Mapping[str, Build] = {
    "full": full,
    "demo": demo,
    "empty": empty,
    "loading": loading,
    "quiet": quiet,
    "thin": thin,
    "stale": stale,
    "failing": failing,
    "hostile": hostile,
}


@dataclass
class FakeProvider:
    """Shows one board, by a clock. `change` puts another in its place and raises the version."""

    build: Build
    clock: Callable[[], datetime] = lambda: AT
    facts: int = 1
    runs: int = 1
    asked: list[str] = field(default_factory=list)
    prepared: list[tuple[Filters, str | None]] = field(default_factory=list)
    zone: str = ZONE

    @property
    def title(self) -> str:
        return self.build(AT).title

    def board(self, filters: Filters, *, window: str | None) -> Board:
        self.prepared.append((filters, window))
        return replace(self.build(self.clock()), filters=filters, data_version=self.facts)

    def sources(self) -> tuple[SourceHealth, ...]:
        return self.build(self.clock()).sources

    def version(self) -> tuple[int, int]:
        return self.facts, self.runs

    def request_sync(self, source: str) -> None:
        if source not in {known.name for known in self.sources()}:
            raise KeyError(source)
        self.asked.append(source)

    def change(self, build: Build) -> None:
        self.build, self.facts, self.runs = build, self.facts + 1, self.runs + 1
