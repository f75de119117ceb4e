"""The card that compares teams fairly: a sentence, a funnel plot, and a table in order of names."""

from __future__ import annotations

from collections.abc import Sequence

from dash import html
from dash.development.base_component import Component

from dashboard.cards import Children, drawing, pill
from dashboard.figures.funnel_plot import Dot, Limits, funnel_plot
from dashboard.format import number, percent, plural
from dashboard.team_tables import card, figure, listed, table, team_name
from data.team_view import Apart, TeamFunnel, TeamMark

TITLES = {
    "sla": "Resolution inside target",
    "csat": "Customer satisfaction",
    "delight": "Less than delighted",
}
_ROWS = {"sla": "ticket with a target", "csat": "rating", "delight": "answer"}
_MANY = {"sla": "tickets with a target", "csat": "ratings", "delight": "answers"}
_NOBODY = {
    "sla": "No ticket with a target ended in this window at any team.",
    "csat": "No rating in this window names its ticket, so nobody can say which team it was about.",
    "delight": "No answer in this window names its ticket, so nobody can say which team it was about.",
}
_TONES = {
    Apart.BETTER: "good",
    Apart.WORSE: "bad",
    Apart.LOOK: "watch",
    Apart.NOISE: "plain",
    Apart.TOO_FEW: "plain",
}
_SHAPES = {Apart.BETTER: "■ ", Apart.WORSE: "◆ ", Apart.LOOK: "▲ ", Apart.NOISE: "● ", Apart.TOO_FEW: ""}
_EDGE = "Outside the 95 % lines, as one team in twenty is by chance"
_LOOK = "all teams together: outside the 95 % lines, but not the 99.8 % ones"


def funnel_card(funnel: TeamFunnel, sign: str, signs: Component) -> Component:
    """signs: the links that choose what teams are compared by."""
    whole, title = funnel.whole, "Are teams apart, or is it chance?"
    about: list[Children] = [f"{TITLES[sign]} · {whole.window.label} · all teams "]
    about.append(figure(whole, _share_of(funnel, sign)))
    if funnel.target is None:
        return card(title, about, signs, html.P(_NOBODY[sign], className="hint"), name="funnel")
    return card(
        title,
        about,
        signs,
        html.P(_said(funnel.marks), className="team-said"),
        _plot(funnel, sign),
        _legend(funnel),
        table(
            f"{TITLES[sign]} by team, in the order of names",
            ("Team", "Share", f"Of {_MANY[sign]}", "95 % of teams by chance", "What it says"),
            [_row(mark, sign) for mark in funnel.marks],
        ),
        _without(funnel, sign),
        name="funnel",
    )


def _share_of(funnel: TeamFunnel, sign: str) -> str | None:
    """Of all, as the metric says it; where that counts, as a count."""
    if sign != "delight" or funnel.whole.value is None:
        return None
    return f"{number(funnel.whole.value)} of {plural(funnel.whole.n, 'answer')}"


def _said(marks: Sequence[TeamMark]) -> str:
    """The whole comparison in a sentence or three."""
    if len(marks) == 1:
        return f"{marks[0].name} is the only team, so there is nothing to compare it with."
    by = {apart: [mark.name for mark in marks if mark.apart is apart] for apart in Apart}
    parts = [
        f"{listed(by[apart])} {'is' if len(by[apart]) == 1 else 'are'} {apart.value}."
        for apart in (Apart.WORSE, Apart.BETTER, Apart.LOOK)
        if by[apart]
    ]
    count = len(by[Apart.NOISE])
    if not parts:
        return "No team is apart: the differences are no larger than chance makes them." if count else ""
    if not by[Apart.WORSE] and not by[Apart.BETTER]:
        parts.insert(0, "No team is clearly apart.")
    if count:
        rest = "The other one differs" if count == 1 else f"The other {count} differ"
        parts.append(f"{rest} no more than chance makes them.")
    return " ".join(parts)


def _plot(funnel: TeamFunnel, sign: str) -> Component | None:
    dots = [
        Dot(mark.n, mark.share, mark.name, _TONES[mark.apart])
        for mark in funnel.marks
        if mark.share is not None
    ]
    limits = [Limits(n, (at.near.low, at.near.high), (at.far.low, at.far.high)) for n, at in funnel.curve]
    label = f"{TITLES[sign]} by number of {_MANY[sign]}, one mark for each team; the table has the numbers"
    plot = drawing(funnel_plot(dots, limits, target=funnel.target or 0.0, label=label), "picture funnel-room")
    if plot is None:
        return None
    return html.Figure(
        [plot, html.Figcaption(f"→ {_MANY[sign]}", className="funnel-axis")], className="funnel-figure"
    )


def _legend(funnel: TeamFunnel) -> Component:
    wider = " They are wider than plain chance, since teams differ all over." if funnel.is_spread else ""
    shapes = [
        html.Span([_SHAPES[apart], apart.value], className=f"piece tone-text-{_TONES[apart]}")
        for apart in (Apart.NOISE, Apart.LOOK, Apart.BETTER, Apart.WORSE)
    ]
    told = (
        "By chance alone 95 % of teams lie between the dashed lines and 99.8 % between the outer ones."
        f"{wider} A team outside of them is named only where that holds for as many as are compared."
        " There is no ranking: within noise the order is luck."
    )
    return html.Div([html.P(shapes, className="team-legend"), html.P(told, className="hint")])


def _row(mark: TeamMark, sign: str) -> list[Children]:
    share, limits = "—", "—"
    if mark.share is not None and mark.limits is not None:
        share = percent(mark.share).text
        limits = f"{percent(mark.limits.near.low).text} to {percent(mark.limits.near.high).text}"
    shown: Children = figure(mark.reading, share) if mark.share is not None else share
    if sign == "delight" and mark.share is not None:
        shown = [figure(mark.reading, number(mark.hits)), f" · {share}"]
    says: list[Children] = [pill([_SHAPES[mark.apart], mark.apart.value], _TONES[mark.apart])]
    if (told := _beside(mark)) is not None:
        says.append(html.Span(f" {told}", className="hint"))
    return [team_name(mark.team, mark.name), shown, number(mark.n), limits, says]


def _beside(mark: TeamMark) -> str | None:
    """What is to be said of a team outside of the inner lines only."""
    if mark.share is None or mark.limits is None or mark.share in mark.limits.near:
        return None
    if mark.apart is Apart.LOOK:
        return f"{'Above' if mark.share > mark.limits.near.high else 'Below'} {_LOOK}"
    return _EDGE if mark.apart is Apart.NOISE else None


def _without(funnel: TeamFunnel, sign: str) -> Component | None:
    if not funnel.without_team:
        return None
    told = f"{plural(funnel.without_team, _ROWS[sign], _MANY[sign])} of no known team: not compared."
    return html.P(told, className="hint")
