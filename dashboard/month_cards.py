"""The cards of one month: its signs, its control chart, the rows that moved it most, its comments."""

from __future__ import annotations

from collections.abc import Mapping

from dash import html
from dash.development.base_component import Component

from dashboard import format as words
from dashboard.cards import Children, pill
from dashboard.figures.control_chart import control_chart
from dashboard.month_words import (
    TONES,
    address,
    charted,
    in_short,
    months_of,
    name_of,
    value_of,
    verdict,
)
from dashboard.picture import Picture
from dashboard.receipt_links import figure_link
from dashboard.receipt_query import DOWNLOAD, address_of, href_of
from dashboard.signs.audiences import audience_mark
from dashboard.tables import cell, named, row, rows_table, scroller
from dashboard.ticket_links import ticket_path
from dashboard.voices import dated_voices
from data.metrics.definition import Unit
from data.month import MonthFound
from data.month_rows import Moved
from data.reading import Reading
from data.records import Audience

Given = Mapping[str, str]


def figure(reading: Reading, class_name: str) -> Component:
    """The value as a link to its receipt."""
    text = value_of(reading)
    return figure_link(reading, text, inner=text, class_name=class_name)


def signs_strip(found: MonthFound, given: Given) -> Component:
    """The signs of this month beside each other, each with its verdict and a link."""
    here = found.sign.reading.metric.key
    items = [
        html.A(
            [
                html.Span(sign.reading.metric.short, className="dim"),
                html.B(value_of(sign.reading)),
                html.Span(
                    in_short(sign), className=f"tone-text-{TONES[sign.standing.judged.verdict]} sign-says"
                ),
            ],
            href=address(found.label, sign.reading.metric.key, given),
            className="month-sign",
            **({"aria-current": "true"} if sign.reading.metric.key == here else {}),
        )
        for sign in found.signs
    ]
    return html.Nav(items, className="month-signs", **{"aria-label": "Signs of this month"})


def chart_card(found: MonthFound, given: Given) -> Component:
    """The month's figure, what may be said of it, and the months around it."""
    sign = found.sign
    tone = TONES[sign.standing.judged.verdict]
    head = html.Header(
        [
            html.Div(
                [
                    html.H2(sign.reading.metric.label, className="sign-title"),
                    figure(sign.reading, "month-value"),
                ]
            ),
            pill(verdict(found), tone),
        ],
        className="month-head",
    )
    parts: list[Children] = [
        head,
        _chart(found, tone),
        _key(found),
        _beside(found, given),
        _table(found, given),
    ]
    return html.Section(
        [part for part in parts if part is not None], className="card", **{"aria-label": "Control chart"}
    )


def _chart(found: MonthFound, tone: str) -> Component | None:
    limits, chart = found.sign.standing.judged.limits, found.chart
    marked = next(place for place, month in enumerate(chart) if month.is_it)
    lines = None
    if limits is not None:
        inside = limits.clipped(0.0, 1.0) if found.sign.standing.is_share else limits
        if found.sign.reading.metric.unit is Unit.POINTS:
            inside = limits.clipped(-100.0, 100.0)
        lines = (inside.lower, inside.upper)
    reading = found.sign.reading
    label = f"{reading.metric.label} by month; {name_of(found.label)} is {value_of(reading)}"
    svg = control_chart(
        [month.value for month in chart],
        marked=marked,
        label=f"{label}. The table below says the same.",
        hue=tone,
        centre=limits.centre if limits is not None else None,
        limits=lines,
    )
    if not svg:
        return None
    names = [
        html.Span(
            name_of(month.reading.window.label, is_short=True),
            className="is-it" if month.is_it else "minor" if (place - marked) % 3 else "",
        )
        for place, month in enumerate(chart)
    ]
    return html.Div(
        [Picture(svg, "month-chart"), html.Div(names, className="month-names", **{"aria-hidden": "true"})]
    )


def _key(found: MonthFound) -> Component:
    """What the lines are, with their numbers."""
    standing = found.sign.standing
    limits = standing.judged.limits
    if limits is None:
        return html.P(
            f"No limits yet: they need 12 earlier months ({months_of(standing.usual)}).", className="hint"
        )
    inside = limits.clipped(0.0, 1.0) if standing.is_share else limits
    said = f"Dashed: usual, {charted(limits.centre, found)}. Band: what chance gives a month of this size, "
    said += (
        f"{charted(inside.lower, found)} to {charted(inside.upper, found)}, from {months_of(standing.usual)}"
    )
    return html.P(said + ".", className="foot")


def _beside(found: MonthFound, given: Given) -> Component:
    """The month before and the same month a year ago."""
    facts: list[Component] = []
    for name, reading in (("Month before", found.before), ("A year before", found.year_ago)):
        value: Children = html.Span("no data", className="dim")
        if reading is not None:
            label = reading.window.label
            where = html.A(name_of(label), href=address(label, reading.metric.key, given), className="dim")
            value = [figure(reading, "fig-month"), " ", where]
        facts.append(html.Div([html.Dt(name), html.Dd(value)], className="fact"))
    return html.Dl(facts, className="facts month-facts")


def _table(found: MonthFound, given: Given) -> Component:
    """The chart as a table."""
    metric = found.sign.reading.metric
    rows = [
        html.Tr(
            [
                html.Th(
                    html.A(
                        name_of(month.reading.window.label),
                        href=address(month.reading.window.label, metric.key, given),
                    ),
                    scope="row",
                ),
                html.Td(charted(month.value, found)),
                html.Td(words.number(month.reading.n)),
            ],
            className="is-it" if month.is_it else "",
        )
        for month in reversed(found.chart)
    ]
    thing = "Answers" if metric.rows == "answer" else "Tickets"
    head = html.Tr([html.Th(text, scope="col") for text in ("Month", metric.short, thing)])
    table = html.Table(
        [
            html.Caption(f"{metric.label} by month, newest first", className="heard"),
            html.Thead(head),
            html.Tbody(rows),
        ],
        className="month-table",
    )
    inner = scroller(table, "Months")
    return html.Details([html.Summary("The same as a table"), inner], className="as-table")


def moved_card(found: MonthFound) -> Component:
    """The rows that moved the figure most, and the ways to all of them."""
    reading = found.sign.reading
    is_answers = reading.metric.rows == "answer"
    name = "Answers" if is_answers else "Tickets"
    count = f" · {len(found.moved)} of {words.number(reading.n)}, worst first" if found.moved else ""
    title = html.H2([f"{name} that moved it most", html.Span(count, className="dim")], className="sign-title")
    ways = html.Nav(
        [
            html.A("All rows and how they add up", href=href_of(reading), className="button"),
            html.A("Download as CSV", href=address_of(reading, path=DOWNLOAD), className="button"),
        ],
        className="month-ways",
        **{"aria-label": "All rows"},
    )
    body = _moved_table(found) if found.moved else html.P(_no_rows(found), className="hint")
    return html.Section(
        [html.Header([title, ways], className="evidence-head"), body],
        className="card evidence",
        **{"aria-label": f"{name} that moved it most"},
    )


def _no_rows(found: MonthFound) -> str:
    reading = found.sign.reading
    if not reading.n:
        return "Nothing in this month."
    return (
        "None made it worse."
        if reading.metric.key in ("sla_attainment", "sla_gap", "nps")
        else ("Too many to rank here: the receipt lists the worst.")
    )


def _moved_table(found: MonthFound) -> Component:
    every: dict[str, tuple[str, object]] = {
        "Account": ("account", None),
        "Team": ("team", None),
        "Priority": ("priority", None),
        "Over target": ("late_minutes", _late),
        "Handoffs": ("handoffs", None),
        "Score": ("score", lambda row: f"{row.score:g}"),
        "Who": ("audience", lambda row: audience_mark(Audience(row.audience))),
    }
    known = {
        name: (field, show)
        for name, (field, show) in every.items()
        if any(getattr(row, field) is not None for row in found.moved)
    }
    first = "What they said" if found.sign.reading.metric.rows == "answer" else "Ticket"
    body = []
    for moved in found.moved:
        cells = []
        for name, (field, show) in known.items():
            value = getattr(moved, field)
            shown = words.NOTHING if value is None else show(moved) if callable(show) else str(value)
            cells.append(cell(name, shown, className=f"col-{name.split()[0].lower()}"))
        body.append(row(named(_title(moved)), *cells))
    return rows_table("Worst first", (first, *known), body, label="Table of the worst rows")


def _late(row: Moved) -> Component:
    text = words.duration(row.late_minutes or 0.0, is_signed=True).text
    return html.Span(text, className="tone-text-bad")


def _title(row: Moved) -> Children:
    """The ticket's own page, where there is one."""
    text = (row.title or "").strip()
    silent = "no comment" if row.audience is not None else "no subject"
    inner = html.Span(text or silent, className="words" if text else "dim")
    if row.ticket_id is None:
        return inner
    href = ticket_path(row.source, row.ticket_id)
    return html.A([inner, " ", html.Code(row.ticket_id, className="dim")], href=href)


def comments_card(found: MonthFound, zone: str) -> Component:
    """What people wrote in this month, newest first."""
    month = name_of(found.label)
    title = html.H2([f"What people wrote in {month}"], className="sign-title")
    body: Component = html.P("No comments in this month.", className="hint")
    if found.comments:
        body = dated_voices(found.comments, zone)
    return html.Section([title, body], className="card", **{"aria-label": "Comments"})
