"""Hand-made answers for the teams' page: full, empty, and with texts that mean harm."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

from data.capacity import Load, LoadJudgement
from data.funnel import FunnelLimits, arcsine_limits
from data.handoffs import Handoffs, pairs_of
from data.metrics import BY_KEY
from data.reading import Reading
from data.records import Audience
from data.stars import Star
from data.study import Offered
from data.team_load import LoadQuestion, Loads, TeamLoad, TeamLoads
from data.team_view import SIGNS, Apart, TeamFunnel, TeamMark, Teams, TeamsQuestion
from data.window import parse_window
from tests.dashboard.readings import AT, HOSTILE, ZONE, read

TARGET = 0.9
NAMES = {"desk:a": "Alpha", "desk:b": "beta", "desk:c": "Gamma", "desk:d": "Delta"}
OFFERED = Offered({}, {}, {"desk": "Desk"})
WINDOW = parse_window("30d", as_of=AT, zone=ZONE)
SAID = (Apart.NOISE, Apart.WORSE, Apart.TOO_FEW, Apart.BETTER)


def full(question: TeamsQuestion) -> Teams:
    """Four teams: within noise outside the near lines, worse, too few, better."""
    return _teams(question, NAMES)


def empty(question: TeamsQuestion) -> Teams:
    """Nothing is stored."""
    return replace(_teams(question, {}), stars=())


def hostile(question: TeamsQuestion) -> Teams:
    """Every name and text means harm."""
    found = _teams(question, dict.fromkeys(NAMES, HOSTILE))
    bad = replace(found.stars[0], comment=HOSTILE, subject=HOSTILE, account=HOSTILE, agents=(HOSTILE,) * 2)
    bad = replace(bad, ticket=HOSTILE, team=HOSTILE, source=HOSTILE)
    return replace(found, stars=(bad,))


def loads(question: LoadQuestion) -> TeamLoads:
    """One team of each word, and one of which nothing is known."""
    teams = [
        TeamLoad(
            team=f"desk:{word.value}",
            name=word.value.title(),
            readings={
                "open_per_agent": _of("open_per_agent", 4.25, 17, by="team", group=f"desk:{word.value}")
            },
            judgement=LoadJudgement(word, f"because of {word.value}", 13),
        )
        for word in Load
    ]
    teams.append(TeamLoad(team="desk:x", name=HOSTILE, readings={}, judgement=None))
    return _loads(tuple(teams))


def no_loads(question: LoadQuestion) -> TeamLoads:
    return _loads(())


def _teams(question: TeamsQuestion, names: dict[str, str]) -> Teams:
    counts = {("desk:a", "desk:b"): 30, ("desk:b", "desk:a"): 10, ("desk:c", "desk:a"): 5} if names else {}
    most = max(counts.values(), default=1)
    stations = _of("team_stations", 1.2 if names else None, 250 if names else 0)
    return Teams(
        as_of=AT,
        offered=OFFERED,
        funnel=_funnel(question.sign, names),
        handoffs=Handoffs(
            window=WINDOW,
            counts=counts,
            weights={pair: count / most for pair, count in counts.items()},
            teams=tuple(names)[:3],
            pairs=pairs_of(counts),
            stations=stations,
            unseen=2 if names else 0,
        ),
        stars=(_star(is_named=True), _star(is_named=False)),
        names=names,
        is_invented=False,
    )


def _funnel(sign: str, names: dict[str, str]) -> TeamFunnel:
    key = SIGNS[sign]
    if not names:
        return TeamFunnel(
            whole=_of(key, None, 0), target=None, marks=(), curve=(), without_team=0, is_spread=False
        )
    sizes = (100.0, 200.0, 3.0, 400.0)
    marks = [
        _mark(key, team, name, int(n), apart)
        for (team, name), n, apart in zip(names.items(), sizes, SAID, strict=True)
    ]
    curve = tuple((n, _limits(n)) for n in (5.0, 50.0, 200.0, 424.0))
    return TeamFunnel(
        whole=_of(key, 0.9, 703),
        target=TARGET,
        marks=tuple(marks),
        curve=curve,
        without_team=12,
        is_spread=True,
    )


def _mark(key: str, team: str, name: str, n: int, apart: Apart) -> TeamMark:
    share = {Apart.BETTER: 0.97, Apart.WORSE: 0.8, Apart.NOISE: 0.83}.get(apart)
    hits = round(n * (share or 0.5))
    return TeamMark(
        reading=_of(key, share, n, by="team", group=team, group_label=name, counts={"hits": float(hits)}),
        team=team,
        name=name,
        hits=hits,
        n=n,
        share=share,
        limits=None if share is None else _limits(n),
        apart=apart,
    )


def _limits(n: float) -> FunnelLimits:
    return arcsine_limits(TARGET, round(n))


def _of(key: str, value: float | None, n: int, **more: object) -> Reading:
    return read(BY_KEY[key], value, n, **more)


def _star(*, is_named: bool) -> Star:
    return Star(
        said_at=AT - timedelta(days=2),
        score=10.0,
        highest=10,
        comment="They called back at once.",
        audience=Audience.DECISION_MAKER,
        account="Acme",
        agents=("Ann", "Bob"),
        team="Alpha",
        source="desk",
        ticket="T-17",
        subject="Printer",
        solved_at=AT - timedelta(days=3),
        is_named=is_named,
    )


def _loads(teams: tuple[TeamLoad, ...]) -> TeamLoads:
    week = parse_window("2026-11-09..2026-11-15", as_of=AT, zone=ZONE)
    return TeamLoads(as_of=AT, offered=OFFERED, loads=Loads(week=week, teams=teams), is_invented=True)
