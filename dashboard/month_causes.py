"""What made a month different, as a table of causes with bars; the words stand beside every bar."""

from __future__ import annotations

from collections.abc import Mapping
from fractions import Fraction

from dash import html
from dash.development.base_component import Component

from dashboard import format as words
from dashboard.cards import Children
from dashboard.month_words import address, months_of, name_of
from data.autopsy import Autopsy, Part, Why
from data.month import MonthFound

SMALL = Fraction(1, 2000)
"""Parts that would be shown as 0.0 points are counted with everything else."""

_DIMENSIONS = {"team": "teams", "priority": "priorities", "audience": "audiences", "account": "accounts"}
_GROUPS = {"team": "Team", "priority": "Priority", "audience": "Audience", "account": "Account"}
_UNKNOWN = {"team": "no team", "priority": "no priority", "audience": "role not known"}


def causes_card(found: MonthFound, given: Mapping[str, str]) -> Component:
    """The split, or the words why there is none."""
    month = name_of(found.label).split()[0]
    title: list[Children] = [f"What made {month} different"]
    body: list[Children] = _no_split(found, given)
    if found.autopsy is not None:
        title.append(html.Span(f" · {_gap(found.autopsy)}", className="dim"))
        body = _split(found.autopsy, found, given)
    body.append(_arrivals(found))
    return html.Section(
        [html.H2(title, className="sign-title"), *body], className="card causes", **{"aria-label": "Causes"}
    )


def _gap(autopsy: Autopsy) -> str:
    points = float(autopsy.difference * 100)
    if abs(points) < float(SMALL * 100):
        return "as in the usual month"
    side = "below" if points < 0 else "above"
    return f"{words.number(abs(points), 1)} points {side} the usual month"


def _no_split(found: MonthFound, given: Mapping[str, str]) -> list[Children]:
    if found.sign.reading.metric.key in ("sla_attainment", "nps"):
        return [
            html.P("There is nothing to compare: no rows in this month, or none before it.", className="hint")
        ]
    links = [
        html.A(name, href=address(found.label, key, given))
        for key, name in (("sla_attainment", "SLA attainment"), ("nps", "NPS"))
    ]
    text = "This sign is no mean over its rows, so it does not split into parts that sum to it. These do: "
    return [html.P([text, links[0], " and ", links[1], "."], className="hint")]


def _split(autopsy: Autopsy, found: MonthFound, given: Mapping[str, str]) -> list[Children]:
    shown = [part for part in autopsy.parts[:-1] if abs(part.size) >= SMALL]
    rest = autopsy.difference - sum((part.size for part in shown), Fraction(0))
    most = max([abs(part.size) for part in shown] + [abs(rest)], default=Fraction(0)) or Fraction(1)
    is_good_up = found.sign.standing.bad.value == "low"
    rows = [
        _row(_named(part, found, given), _note(part, autopsy, found), part.size, most, is_good_up)
        for part in shown
    ]
    last = autopsy.parts[-1]
    rows.append(_row("Everything else", _of_rest(last, found), rest, most, is_good_up))
    names = ("Cause", "Size", "Points")
    head = html.Tr([html.Th(text, scope="col", role="columnheader") for text in names], role="row")
    table = html.Table(
        [
            html.Caption("Causes, largest first", className="heard"),
            html.Thead(head, className="heard", role="rowgroup"),
            html.Tbody(rows, role="rowgroup"),
        ],
        className="cause-rows",
        role="table",
    )
    usual = months_of(found.sign.standing.usual)
    foot = f"The parts sum to the whole exactly, before they are rounded. Usual: {usual}. Each"
    foot += f" {_thing(found)} is held against what such a one gives in those months. The parts go together"
    foot += " with the figure; they do not prove why."
    return [table, html.P(foot, className="foot")]


def _row(name: Children, note: Children, size: Fraction, most: Fraction, is_good_up: bool) -> Component:
    points = float(size * 100)
    tone = "plain" if abs(size) < SMALL else "good" if (size > 0) == is_good_up else "bad"
    width = f"{float(abs(size) / most) * 100:.1f}%"
    bar = html.Span(className=f"cause-bar hue-{tone}", style={"--size": width}, **{"aria-hidden": "true"})
    label = [html.B(name), html.Span(note, className="cause-note")] if note else [html.B(name)]
    return html.Tr(
        [
            html.Th(label, scope="row", role="rowheader"),
            html.Td(bar, className="cause-size", role="cell"),
            html.Td(
                f"{words.signed(points, 1)} points", className=f"cause-points tone-text-{tone}", role="cell"
            ),
        ],
        role="row",
    )


def _named(part: Part, found: MonthFound, given: Mapping[str, str]) -> Children:
    """The cause; a group leads to the same page for itself alone."""
    name = _name(part, found)
    if part.why is not Why.GROUP or part.group is None:
        return name
    key = found.sign.reading.metric.key
    return html.A(name, href=address(found.label, key, {**given, part.by: part.group}))


def _name(part: Part, found: MonthFound) -> str:
    if part.why is Why.MIX:
        return f"Mix of {_DIMENSIONS[part.by]}"
    if part.why is Why.GROUP:
        return f"{_GROUPS[part.by]} {called(part.by, part.group, found)}"
    now, usual = float(part.now or 0), float(part.usual or 0)
    if part.why is Why.HANDOFFS:
        return f"Handoffs {words.number(usual - 1, 2)} → {words.number(now - 1, 2)} a ticket"
    return f"Reopened {words.number(usual * 100, 1)} → {words.number(now * 100, 1)}{words.NARROW}% of tickets"


def called(by: str, group: str | None, found: MonthFound) -> str:
    """A group by its name."""
    if group is None:
        return _UNKNOWN.get(by, "not known")
    return found.names.get(group, group).replace("_", "-" if group == "decision_maker" else " ")


def _note(part: Part, autopsy: Autopsy, found: MonthFound) -> str:
    if part.why is Why.MIX:
        return f"other {_DIMENSIONS[part.by]} than usual, at their usual figures"
    if part.why is not Why.GROUP:
        return "by how much worse such tickets did within the same team"
    whole = sum(each.n for each in autopsy.parts if each.why in (Why.GROUP, Why.REST))
    off = float(part.size * whole / part.n * 100)
    side = "below" if off < 0 else "above"
    count, months = words.plural(part.n, _thing(found)), len(found.sign.standing.usual)
    if part.usual_n is not None and months:
        count += f" (usually {words.number(part.usual_n / months)} a month)"
    return f"{count}, {words.number(abs(off))} points {side} what such usually give{_most_of(part, found)}"


def _of_rest(part: Part, found: MonthFound) -> str:
    count = words.plural(part.n, _thing(found))
    return f"{count} in no group that stands out{_most_of(part, found)}"


def _most_of(part: Part, found: MonthFound) -> str:
    """What makes up most of it; these overlap, so no more than three are named."""
    named = [
        f"{words.signed(float(share.size * 100), 1)} {_GROUPS[share.by].lower()}"
        f" {called(share.by, share.group, found)}"
        for share in part.within[:3]
        if abs(share.size) >= SMALL
    ]
    return f"; of it {', '.join(named)}" if named else ""


def _thing(found: MonthFound) -> str:
    return "answer" if found.sign.reading.metric.rows == "answer" else "ticket"


def _arrivals(found: MonthFound) -> Component:
    """How many came, against the usual months: context, and no part of the split."""
    reading, usual = found.arrivals, found.usual_arrivals
    if reading.value is None:
        return html.P("Arrivals: no data.", className="foot")
    said = f"Arrivals: {words.plural(reading.value, 'ticket')}"
    if usual and found.is_over:
        change = reading.value / len(reading.window.days()) / usual - 1
        said += f", {words.signed(change * 100)}{words.NARROW}% a day against the usual months"
    return html.P(said + ".", className="foot")
