"""The glossary: every metric by topic, as the catalogue defines it, with what it reads now."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from dash import html
from dash.development.base_component import Component

from dashboard import format as words
from dashboard.cards import Children, pill
from dashboard.ids import TOPIC, entry
from dashboard.receipt_card import direction_in_words, sample, shown_value
from dashboard.receipt_query import href_of
from data.metrics.definition import Kind, Metric, Unit
from data.receipt import Receipt

TOPICS: Mapping[str, str] = {
    "nps": "Recommendation",
    "nps_kinds": "Recommendation, read in other ways",
    "coverage": "Who was heard",
    "csat": "After the work",
    "backlog": "Backlog and flow",
    "flow": "Demand and capacity",
    "effort": "What a solve costs",
    "capacity": "Demand and capacity",
    "problems": "The same problem again",
    "replies": "Replies",
    "durations": "How long it takes",
    "cohorts": "How long it takes",
    "waits": "Where the time goes",
    "downtime": "Working time lost by waiting",
    "sla": "What was promised",
    "parity": "What was promised",
    "experience": "Perception against reality",
    "stakes": "What is at stake",
    "reach": "Word of mouth",
}
"""Titles of the modules that define metrics; a new module is titled by its own name until it stands here.
Modules of one title share a section."""

_UNITS = {Unit.POINTS: "points, −100 to 100", Unit.SHARE: "per cent", Unit.MINUTES: "minutes, hours or days"}


def glossary_sections(receipts: Sequence[Receipt]) -> list[Component]:
    """One section a topic, in the order of the catalogue, under a list of the topics."""
    titled: dict[str, list[Receipt]] = {}
    for receipt in receipts:
        titled.setdefault(title_of(receipt.reading.metric.topic), []).append(receipt)
    sections = {mine[0].reading.metric.topic: mine for mine in titled.values()}
    links = [html.A(title_of(topic), href=f"#{TOPIC}{topic}") for topic in sections]
    nav = html.Nav(links, className="topics", **{"aria-label": "Topics"})
    return [nav, *(_section(topic, mine) for topic, mine in sections.items())]


def title_of(topic: str) -> str:
    return TOPICS.get(topic, topic.replace("_", " ").capitalize())


def _section(topic: str, receipts: Sequence[Receipt]) -> Component:
    return html.Section(
        [
            html.H2(title_of(topic), className="topic-title", id=f"{TOPIC}{topic}"),
            html.Div([_entry(receipt) for receipt in receipts], className="card entries"),
        ]
    )


def _entry(receipt: Receipt) -> Component:
    metric = receipt.reading.metric
    texts: list[Children] = [
        html.H3([metric.label, " ", html.Code(metric.key, className="dim")]),
        html.P(metric.answers, className="answers"),
        html.P(metric.definition, className="definition"),
        html.P([html.Span("Formula ", className="dim"), receipt.formula], className="formula"),
        html.P(metric.caveat, className="hint") if metric.caveat else None,
        _facts(metric),
    ]
    return html.Article(
        [html.Div([text for text in texts if text is not None], className="entry-text"), _now(receipt)],
        id=entry(metric.key),
        className="entry",
    )


def _facts(metric: Metric) -> Component:
    clock = f", {metric.clock} clock" if metric.clock else ""
    kind = f"over {metric.window}" if metric.kind is Kind.FLOW else "a level at a moment"
    rows = [
        ("Unit", f"{_UNITS.get(metric.unit, metric.unit.value)}{clock}"),
        ("Direction", direction_in_words(metric)),
        ("Dated by", metric.dated_by.replace("_", " ")),
        ("Usually", kind),
        ("Needs", words.plural(metric.minimum_sample, "row") if metric.minimum_sample else "no minimum"),
        ("Split by", ", ".join(metric.splits)),
        ("Version", str(metric.version)),
    ]
    return html.Dl(
        [html.Div([html.Dt(name), html.Dd(value)], className="entry-fact") for name, value in rows],
        className="entry-facts",
    )


def _now(receipt: Receipt) -> Component:
    """What it reads now, what that rests on, and the way to its receipt."""
    reading = receipt.reading
    lines: list[Children] = [shown_value(reading, "entry-value")]
    if reading.value is not None and reading.is_thin:
        lines.append(pill("too few to say", "plain"))
    window = reading.window.label if receipt.is_windowed else "now"
    lines.append(html.P(f"{sample(receipt)} · {window}", className="dim"))
    label = f"{reading.metric.label}: how this is counted"
    lines.append(html.A("How this is counted", href=href_of(reading), **{"aria-label": label}))
    return html.Div(lines, className="entry-now")
