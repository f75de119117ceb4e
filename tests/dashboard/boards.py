"""Hand-made boards, one for each state that a screen must bear, and a provider that shows them."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from typing import Any, TypeVar

from data.board import (
    AudienceSign,
    Board,
)
from data.health import SourceHealth, SourceState
from data.metrics import CATALOG
from data.metrics.definition import Change
from data.opened import Asked, Glossary, Opened
from data.statistics import Verdict as Realness
from data.study import Study
from data.verdict import Tendency, Verdict, Weather
from data.window import Filters
from tests.dashboard.full_board import full
from tests.dashboard.no_values import without_values
from tests.dashboard.open_receipts import receipts_of
from tests.dashboard.readings import AT, BACKLOG, HOSTILE, ZONE, read, reject, source

Answer = TypeVar("Answer")
NEVER_OLD_S = 10**9  # what the store gives figures of the past
Build = Callable[[datetime], Board]


def empty(at: datetime = AT) -> Board:
    """Nothing is connected."""
    return replace(without_values(full(at)), sources=(), ticket_as_of=None, survey_as_of=None, voices=())


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
    board = without_values(full(at))
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
        reject("tickets", "created_at is no date", 41, "incidents.csv, line 10412", gone),
        reject("tickets", "unknown state", 2, "incidents.csv, line 77", gone),
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
            rejects=(reject(HOSTILE, HOSTILE, 1, HOSTILE, at),),
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
    opened: list[Asked] = field(default_factory=list)
    receipts: Callable[[Asked, datetime], Opened] = receipts_of
    studies: dict[type, Callable[[Any], Any]] = field(default_factory=dict)
    pasts: list[tuple[datetime, bool]] = field(default_factory=list)
    zone: str = ZONE

    @property
    def title(self) -> str:
        return self.build(AT).title

    def board(
        self,
        filters: Filters,
        *,
        window: str | None,
        as_of: datetime | None = None,
        known_then: bool = False,
    ) -> Board:
        self.prepared.append((filters, window))
        if as_of is not None:
            self.pasts.append((as_of, known_then))
            past = replace(self.build(as_of), ticket_deadline_s=NEVER_OLD_S, survey_deadline_s=NEVER_OLD_S)
            return replace(past, filters=filters, data_version=self.facts)
        return replace(self.build(self.clock()), filters=filters, data_version=self.facts)

    def receipt(self, asked: Asked) -> Opened:
        """Of the catalogue's metric, or of the board's own that only has a name."""
        self.opened.append(asked)
        return self.receipts(asked, self.clock())

    def glossary(self) -> Glossary:
        receipts = tuple(receipts_of(Asked(metric=metric.key), self.clock()).receipt for metric in CATALOG)
        return Glossary(as_of=self.clock(), receipts=receipts)

    def study(self, question: Study[Answer]) -> Answer:
        """The answer that a test has laid ready for this kind of question."""
        return self.studies[type(question)](question)

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
