"""How each source is: its state in words, its last success, what it could not read, and what to do."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from urllib.parse import quote

from dash import html
from dash.development.base_component import Component

from dashboard.cards import Children
from dashboard.format import age, day_and_clock, iso, moment, number, plural
from data.health import RejectSummary, SourceHealth, SourceState

STATES = {
    SourceState.WAITING: ("○", "not read yet", "plain"),
    SourceState.LOADING: ("◐", "first sync under way", "plain"),
    SourceState.LIVE: ("●", "live", "good"),
    SourceState.LATE: ("▲", "late", "watch"),
    SourceState.FAILING: ("▲", "failing, tried again by itself", "watch"),
    SourceState.STOPPED: ("■", "stopped, needs you", "bad"),
}
"""Mark, words and tone of each state."""


def source_list(sources: Sequence[SourceHealth], at: datetime, zone: str) -> Component:
    """One card a source."""
    if not sources:
        return html.P(
            "No source is configured. Name one in barometer.toml: [sources.NAME] with its kind.",
            className="hint empty",
        )
    return html.Div([_card(source, at, zone) for source in sources], className="sources")


def source_strip(sources: Sequence[SourceHealth], at: datetime) -> Component:
    """The same in one line each, for the side of Now."""
    rows = [
        html.Li(
            [
                _state(source),
                html.Span(source.label, className="source-name"),
                html.Span(_last(source, at), className="source-age"),
            ]
        )
        for source in sources
    ]
    title = html.H2("Where it comes from", className="sign-title")
    more = html.P(html.A("All about the sources", href="/sources"), className="foot")
    return html.Div([title, html.Ul(rows, className="source-strip"), more])


def _card(source: SourceHealth, at: datetime, zone: str) -> Component:
    return html.Section(
        [
            html.Header(
                [
                    html.Div(
                        [
                            html.H2(source.label, className="sign-title"),
                            html.P(f"{source.name} · {source.kind}", className="sign-meta"),
                        ]
                    ),
                    _state(source, has_words=True),
                ],
                className="sign-head",
            ),
            _error(source),
            _facts(source, at, zone),
            html.Ul([html.Li(note) for note in source.notes], className="notes") if source.notes else None,
            _rejects(source, zone),
            _sync_now(source),
        ],
        className=f"source-card state-{source.state.value}",
        **{"data-source": source.name, "data-state": source.state.value, "aria-label": source.label},
    )


def _state(source: SourceHealth, *, has_words: bool = False) -> Component:
    mark, words, tone = STATES[source.state]
    inner: list[Children] = [html.Span(mark, className="arrow", **{"aria-hidden": "true"})]
    inner.append(html.Span(words, className="" if has_words else "heard"))
    if not has_words:
        return html.Span(inner, className=f"state-mark tone-text-{tone}", title=words)
    return html.Span(inner, className=f"pill tone-{tone}")


def _last(source: SourceHealth, at: datetime) -> Children:
    if source.last_success_at is None:
        return "never"
    seconds = (at - source.last_success_at).total_seconds()
    return html.Span(
        [html.Span(age(seconds), className="age"), " ago"],
        className="age-of",
        **{"data-age-of": iso(source.last_success_at)},
    )


def _error(source: SourceHealth) -> Component | None:
    if not source.error:
        return None
    setting: list[Children] = []
    if source.setting:
        setting = [" Look at the setting ", html.Code(source.setting), "."]
    return html.P([html.B("Last error: "), source.error, *setting], className="source-error")


def _facts(source: SourceHealth, at: datetime, zone: str) -> Component:
    success = source.last_success_at
    rows: list[tuple[str, Children]] = [
        ("Last success", [_last(source, at), f", {moment(success, at, zone)}"] if success else "never"),
        ("Last run", moment(source.last_run_at, at, zone) if source.last_run_at else "never"),
        ("Next run", _next(source, at, zone)),
        ("Read every", age(source.interval_seconds)),
        ("Records", _records(source)),
        ("Unreadable", plural(source.reject_count, "row")),
        ("Brings", " and ".join(sorted(source.feeds)) or "no tickets or answers"),
    ]
    return html.Dl(
        [html.Div([html.Dt(name), html.Dd(value)], className="fact") for name, value in rows],
        className="facts",
    )


def _records(source: SourceHealth) -> str:
    return f"{number(source.record_count)} ({number(source.last_run_record_count)} in the last run)"


def _next(source: SourceHealth, at: datetime, zone: str) -> str:
    if source.state is SourceState.STOPPED:
        return "not before the setting is changed"
    if source.next_run_at is None:
        return "not planned"
    if source.next_run_at <= at:
        return "due now"
    return moment(source.next_run_at, at, zone)


def _rejects(source: SourceHealth, zone: str) -> Component | None:
    if not source.reject_count:
        return None
    head = html.Thead(
        html.Tr([html.Th(name) for name in ("Rows", "Stream", "Reason", "Latest place", "Seen")])
    )
    body = html.Tbody([_reject(reject, zone) for reject in source.rejects])
    return html.Details(
        [
            html.Summary(f"{plural(source.reject_count, 'row')} could not be read"),
            html.Div(html.Table([head, body], className="rejects"), className="scrolls", tabIndex="0"),
            html.P("They are kept as they came, and read again after a fix.", className="hint"),
        ],
        className="reject-list",
    )


def _reject(reject: RejectSummary, zone: str) -> Component:
    seen = day_and_clock(reject.last_seen_at, zone)
    texts = (number(reject.count), reject.stream, reject.reason, reject.place or "—", seen)
    return html.Tr([html.Td(text) for text in texts])


def _sync_now(source: SourceHealth) -> Component:
    return html.Form(
        html.Button("Sync now", type="submit", className="button"),
        method="post",
        action=f"/sources/{quote(source.name, safe='')}/sync",
        className="sync-now",
    )
