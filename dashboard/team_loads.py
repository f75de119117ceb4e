"""The card of what each team carries, with the word that its last week deserves."""

from __future__ import annotations

from dash import html
from dash.development.base_component import Component

from dashboard.cards import Children, pill
from dashboard.team_tables import card, figure, listed, table, team_name
from data.capacity import Load
from data.team_load import Loads, TeamLoad

TITLE = "Do teams keep up?"
_TONES = {
    Load.OVERWHELMED: "bad",
    Load.UNDERSTAFFED: "bad",
    Load.SLOWER: "watch",
    Load.KEEPING_UP: "good",
    Load.TOO_FEW: "plain",
}
_SHAPES = {"bad": "◆ ", "watch": "▲ ", "good": "● ", "plain": ""}


def loads_card(loads: Loads) -> Component:
    """Teams by name."""
    days = loads.week.days()
    meta = f"Week of {days[0].day} {days[0]:%b %Y}, the last complete one · open tickets as of now"
    if not loads.teams:
        return card(TITLE, meta, html.P("No team holds or did anything yet.", className="hint"), name="load")
    return card(
        TITLE,
        meta,
        html.P(_said(loads), className="team-said"),
        table(
            "What each team carries, in the order of names",
            ("Team", "Open per agent", "New per agent and day", "Created after hours", "The week"),
            [_row(load) for load in loads.teams],
        ),
        html.P(
            "Against the team's own weeks before, by control limits. No word blames anybody: fewer solved"
            " by each agent may be harder tickets. Active on a day is who sent a"
            " public reply on it, or holds a ticket that was solved on it.",
            className="hint",
        ),
        name="load",
    )


def _said(loads: Loads) -> str:
    """The teams that do not keep up, in a sentence each word."""
    by = {verdict: [load.name for load in loads.teams if _verdict(load) is verdict] for verdict in Load}
    parts = [
        f"{listed(by[verdict])} {'was' if len(by[verdict]) == 1 else 'were'} {verdict.value}."
        for verdict in (Load.OVERWHELMED, Load.UNDERSTAFFED, Load.SLOWER)
        if by[verdict]
    ]
    keeping = len(by[Load.KEEPING_UP])
    if not parts:
        return "Every team that can be judged kept up." if keeping else "Too few to say of any team."
    if keeping:
        parts.append("The other one kept up." if keeping == 1 else f"{keeping} others kept up.")
    return " ".join(parts)


def _verdict(load: TeamLoad) -> Load:
    return load.judgement.verdict if load.judgement else Load.TOO_FEW


def _row(load: TeamLoad) -> list[Children]:
    verdict = _verdict(load)
    tone = _TONES[verdict]
    says: list[Children] = [pill([_SHAPES[tone], verdict.value], tone)]
    if load.judgement is not None:
        says.append(
            html.Span(f" {load.judgement.reason[:1].upper()}{load.judgement.reason[1:]}", className="hint")
        )
    cells = (
        figure(load.readings.get(key))
        for key in ("open_per_agent", "arrivals_per_agent_day", "after_hours_share")
    )
    return [team_name(load.team, load.name), *cells, says]
