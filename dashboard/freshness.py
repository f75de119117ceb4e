"""How live the screen is, in one line, and the notices that stand above the signs."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from dash import html
from dash.development.base_component import Component

from dashboard.cards import Children
from dashboard.format import age, clock, iso, number
from data.health import SourceHealth, SourceState

_STARTING = (SourceState.WAITING, SourceState.LOADING)


def freshness(sources: Sequence[SourceHealth], at: datetime, zone: str) -> Component:
    """ "updated 8 s ago · 4 of 4 sources", or which one is missing since when."""
    live = [source for source in sources if source.state is SourceState.LIVE]
    if not sources:
        return html.P("no source is connected", className="freshness")
    newest = max((s.last_success_at for s in sources if s.last_success_at), default=None)
    total = " source" if len(sources) == 1 else " sources"
    count = [f"{len(live)} of {len(sources)}", html.Span(total, className="wide-only")]
    if len(live) == len(sources) and newest is not None:
        return html.P([_updated(newest, at), " · ", *count], className="freshness")
    missing = _since(_worst(sources), zone)
    is_starting = all(s.state in (*_STARTING, SourceState.LIVE) for s in sources)
    return html.P(
        [
            html.Span(count, className=f"tone-text-{'plain' if is_starting else 'bad'} few"),
            html.Span(f" · {missing}", className="missing"),
        ],
        className="freshness",
    )


def invented() -> Component:
    """Said on every screen that shows made-up figures."""
    return html.P("Invented data: this is the demo", className="invented")


def notices(sources: Sequence[SourceHealth], *, is_invented: bool) -> Component:
    """Everything that a reader must know before the figures."""
    lines: list[Children] = []
    if is_invented:
        lines.append(invented())
    if not sources:
        lines.append(_nothing_connected())
    lines += [_loading(source) for source in sources if source.state is SourceState.LOADING]
    lines += [
        _trouble(source)
        for source in sources
        if source.state in (SourceState.FAILING, SourceState.STOPPED, SourceState.LATE)
    ]
    return html.Div(lines, className="notices")


def _updated(newest: datetime, at: datetime) -> Component:
    seconds = (at - newest).total_seconds()
    return html.Span(
        [html.Span("updated ", className="wide-only"), html.Span(age(seconds), className="age"), " ago"],
        className="age-of",
        **{"data-age-of": iso(newest)},
    )


def _worst(sources: Sequence[SourceHealth]) -> SourceHealth:
    late = [source for source in sources if source.state is not SourceState.LIVE] or list(sources)
    return max(late, key=lambda s: (s.state is SourceState.STOPPED, s.lag_seconds or 0.0))


def _since(source: SourceHealth, zone: str) -> str:
    if source.state is SourceState.LOADING:
        return f"{source.label}: first sync, {number(source.record_count)} records"
    if source.last_success_at is None:
        return f"{source.label} has not been read yet"
    return f"{source.label} since {clock(source.last_success_at, zone)}"


def _nothing_connected() -> Component:
    return html.P(
        [
            html.B("No source is connected."),
            " Name a helpdesk and a survey tool in barometer.toml, then start Barometer again.",
        ],
        className="notice tone-watch",
    )


def _loading(source: SourceHealth) -> Component:
    return html.P(
        [
            html.B(f"{source.label} is being read for the first time: "),
            f"{number(source.record_count)} records so far. Figures appear as they come.",
        ],
        className="notice tone-plain",
    )


def _trouble(source: SourceHealth) -> Component:
    what = "needs attention" if source.state is SourceState.STOPPED else "does not answer"
    return html.P(
        [
            html.B(f"{source.label} {what}. "),
            html.Span(f"{source.error} " if source.error else "", className="notice-text"),
            html.A("See sources", href="/sources"),
        ],
        className=f"notice tone-{'bad' if source.state is SourceState.STOPPED else 'watch'}",
    )
