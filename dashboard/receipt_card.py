"""A receipt on a screen: the figure, how it was worked out, what went into it, and by which rules."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import timedelta

from dash import html
from dash.development.base_component import Component

from dashboard import cards
from dashboard import format as words
from dashboard.cards import Children
from dashboard.ids import entry
from data.metrics.definition import Direction, Metric, Unit
from data.opened import Opened
from data.reading import Reading
from data.receipt import Fraction, Receipt

SIGNED = {"sla_gap", "sla_gap_p90"}
_DATED = {"as of": "the as-of moment"}
_FILTERS = {"audience": "asked by", "team": "team", "account": "account", "priority": "priority"}
_RATIO = {"hits", "total"}


def figure_card(opened: Opened) -> Component:
    """The number first, then what it is made of."""
    receipt, reading = opened.receipt, opened.receipt.reading
    lines: list[Children] = [shown_value(reading, "receipt-value"), _beside(receipt)]
    if receipt.fraction is not None:
        lines.append(_worked(receipt.fraction, reading))
    lines.append(html.P(reading.metric.answers, className="receipt-answers"))
    return html.Section(
        [item for item in lines if item is not None],
        className="card receipt-figure",
        **{"aria-label": "The figure"},
    )


def shown_value(reading: Reading, class_name: str) -> Component:
    """The value as everywhere else; "no data" in words where there is none."""
    text = words.shown(reading.value, reading.metric.unit, is_signed=reading.metric.key in SIGNED)
    inner: list[Children] = [html.Span(text.number, className="digits")]
    if reading.value is None:
        inner = [html.Span("no data", className="digits")]
    elif text.unit:
        inner.append(html.Span(text.unit, className="unit"))
    return html.Span(
        inner,
        className=f"{class_name}{' is-missing' if reading.value is None else ''}",
        **{
            "data-receipt-of": reading.metric.key,
            "data-value": words.raw(reading.value),
            "data-n": str(reading.n),
        },
    )


def went_in_card(opened: Opened) -> Component:
    """Counted and left out, and why; what it was held against."""
    receipt, reading = opened.receipt, opened.receipt.reading
    rows: list[tuple[str, Children]] = [("Counted", sample(receipt))]
    rows += [
        (f"– {name}", words.number(count, 0 if float(count).is_integer() else 1))
        for name, count in reading.counts.items()
        if name not in _RATIO and name not in dict(receipt.assumptions)
    ]
    left: Children = "none"
    if receipt.left_out:
        left = html.Ul([html.Li(f"{words.number(count)} {why}") for count, why in receipt.left_out])
    rows.append(("Left out", left))
    rows += [("Assumed", f"{name} = {value:g}") for name, value in receipt.assumptions]
    rows.append(("Exactness", receipt.exactness))
    rows.append(("Standing", receipt.judged))
    if reading.target is not None:
        rows.append(("Target", _text(reading.target, reading.metric)))
    if reading.previous is not None:
        said = f", {receipt.compared}" if receipt.compared else ""
        rows.append(("Before", f"{_text(reading.previous, reading.metric)}{said}"))
    return _facts_card("What went into it", rows)


def about_card(opened: Opened) -> Component:
    """Window, zone, filters, as-of and data version: with these anybody gets the same number."""
    receipt, reading = opened.receipt, opened.receipt.reading
    zone = reading.window.zone
    rows: list[tuple[str, Children]] = [
        ("Window", _window(receipt)),
        ("Dated by", _DATED.get(reading.metric.dated_by, reading.metric.dated_by.replace("_", " "))),
        ("Time zone", zone),
        ("Filters", filters_in_words(opened.filters) or "none: everything counts"),
        ("As of", words.day_and_clock(reading.as_of, zone)),
        ("Data version", words.number(reading.data_version)),
    ]
    return _facts_card("When, and of what", rows)


def rules_card(opened: Opened) -> Component:
    """Definition, formula, caveat and version; where the other definitions are."""
    metric = opened.receipt.reading.metric
    texts: list[Children] = [
        html.H2("How this is counted", className="sign-title"),
        html.P(metric.definition, className="definition"),
        html.P([html.Span("Formula ", className="dim"), opened.receipt.formula], className="formula"),
        html.P(metric.caveat, className="hint") if metric.caveat else None,
        html.P(
            [
                html.Code(metric.key),
                f" · version {metric.version} · {direction_in_words(metric)} · ",
                html.A("in the glossary", href=f"/glossary#{entry(metric.key)}"),
            ],
            className="foot",
        ),
    ]
    return html.Section([text for text in texts if text is not None], className="card rules")


def direction_in_words(metric: Metric) -> str:
    return "neither is better" if metric.direction is Direction.NEITHER else str(metric.direction)


def filters_in_words(filters: Mapping[str, str]) -> str:
    """ "team First line, priority high"; names and values are somebody's own words."""
    return ", ".join(
        f"{_FILTERS.get(name, name)} {value.replace('_', ' ')}" for name, value in filters.items()
    )


def sample(receipt: Receipt) -> str:
    """What the figure rests on, with thin thousands."""
    reading = receipt.reading
    return f"{words.number(reading.n)}{receipt.counted.removeprefix(str(reading.n))}"


def _beside(receipt: Receipt) -> Component:
    """Interval, sample, and the word for few."""
    reading = receipt.reading
    pieces: list[Children] = []
    if reading.interval is not None:
        low, high = (_text(end, reading.metric) for end in (reading.interval.low, reading.interval.high))
        pieces.append(["between ", cards.strong(low), " and ", cards.strong(high)])
    pieces.append(cards.strong(sample(receipt)))
    if reading.value is not None and reading.is_thin:
        pieces.append(cards.pill("too few to say", "plain"))
    elif change := cards.change_pill(reading):
        pieces.append(change)
    return cards.dotted(pieces)


def _worked(fraction: Fraction, reading: Reading) -> Component:
    """Numerator over denominator, as one would write it on paper."""
    stack = html.Span(
        [
            _term(fraction.numerator, fraction.above, "above"),
            html.Span(" divided by ", className="heard"),
            _term(fraction.denominator, fraction.below, "below"),
        ],
        className="fraction",
    )
    scale = [html.Span(f"× {fraction.scale}", className="times")] if fraction.scale != 1 else []
    equals = html.Span([html.Span("= ", className="dim"), cards.strong(_precise(reading))])
    return html.P([stack, *scale, equals], className="worked")


def _precise(reading: Reading) -> str:
    """One decimal more than the figure has, so that the sum can be checked: it is rounded only there."""
    value, unit = reading.value or 0.0, reading.metric.unit
    if unit is Unit.SHARE:
        return f"{words.number(value * 100, 1)}{words.NARROW}%"
    return words.signed(value, 1) if unit is Unit.POINTS else words.number(value, 2)


def _term(value: float, what: str, place: str) -> Component:
    return html.Span([cards.strong(words.number(value)), f" {what}"], className=f"term term-{place}")


def _window(receipt: Receipt) -> Children:
    reading = receipt.reading
    if not receipt.is_windowed:
        return "none: a level, as it stands at the as-of moment"
    window = reading.window
    first = words.day_and_clock(window.start, window.zone)
    last = words.day_and_clock(window.end - timedelta(seconds=1), window.zone)
    return [window.label, html.Br(), html.Span(f"{first} to {last}", className="dim")]


def _text(value: float | None, metric: Metric) -> str:
    if metric.unit is Unit.MINUTES:
        return words.shown(value, metric.unit, is_signed=metric.key in SIGNED).text
    return words.shown(value, metric.unit).text


def _facts_card(title: str, rows: list[tuple[str, Children]]) -> Component:
    facts = [html.Div([html.Dt(name), html.Dd(value)], className="fact") for name, value in rows]
    return html.Section(
        [html.H2(title, className="sign-title"), html.Dl(facts, className="facts one-column")],
        className="card",
    )
