"""Which regions each view has, and what fills them. A region is what a live update can replace."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime

from dash import html
from dash.development.base_component import Component

from dashboard import ids
from dashboard.controls import Query, filter_bar, offered_on
from dashboard.freshness import freshness, invented, notices
from dashboard.past import past_freshness, past_notices, past_sources
from dashboard.provider import Provider
from dashboard.receipt_links import linked
from dashboard.signs.audiences import audiences_card
from dashboard.signs.backlog import backlog_card
from dashboard.signs.nps import nps_card
from dashboard.signs.sla import sla_card
from dashboard.source_cards import source_list, source_strip
from dashboard.verdict import verdict_line, why
from dashboard.voices import voice_line, voice_list
from data.board import Board


@dataclass(frozen=True, slots=True)
class Content:
    """live: by region id, kept up to date on open pages. fixed: by name, as it was when the page opened."""

    live: Mapping[str, Component]
    fixed: Mapping[str, Component] = field(default_factory=dict)


View = Callable[[Provider, Callable[[], Board], Query, datetime], Content]
"""Provider, the board (made when asked for), what the URL asks, the moment."""


def wall(provider: Provider, get_board: Callable[[], Board], query: Query, at: datetime) -> Content:
    """The support floor's screen."""
    board = get_board()
    return Content(
        {
            ids.WALL_NOTICE: html.Div(invented() if board.is_invented else None),
            ids.WALL_VERDICT: verdict_line(board.verdict),
            ids.WALL_FRESHNESS: freshness(board.sources, at, board.zone),
            ids.WALL_NPS: nps_card(board, at),
            ids.WALL_BACKLOG: backlog_card(board, at),
            ids.WALL_SLA: sla_card(board, at),
            ids.WALL_AUDIENCES: audiences_card(board, at),
            ids.WALL_VOICE: voice_line(board.voices, at),
        },
        {"scope": html.Span(_scope(board, query), className="scope")},
    )


def now(provider: Provider, get_board: Callable[[], Board], query: Query, at: datetime) -> Content:
    """The desk's and the phone's first screen."""
    board = get_board()
    content = Content(
        {
            ids.NOW_FRESHNESS: freshness(board.sources, at, board.zone),
            ids.NOW_NOTICES: notices(board.sources, is_invented=board.is_invented),
            ids.NOW_VERDICT: html.Section(
                [item for item in (verdict_line(board.verdict), why(board.verdict)) if item is not None],
                className="card verdict-card",
                **{"aria-label": "Verdict"},
            ),
            ids.NOW_NPS: linked(nps_card(board, at)),
            ids.NOW_BACKLOG: linked(backlog_card(board, at)),
            ids.NOW_SLA: linked(sla_card(board, at)),
            ids.NOW_AUDIENCES: linked(audiences_card(board, at)),
            ids.NOW_VOICES: voice_list(board.voices, at),
            ids.NOW_SOURCES: source_strip(board.sources, at),
        },
        {"filters": filter_bar(offered_on(board), query)},
    )
    return content if query.as_of is None else _of_the_past(content, board, query)


def _of_the_past(content: Content, board: Board, query: Query) -> Content:
    """The same screen, but for what is only true of the present."""
    past = {
        ids.NOW_FRESHNESS: past_freshness(board.as_of, board.zone),
        ids.NOW_NOTICES: past_notices(query, board.as_of, board.zone, is_invented=board.is_invented),
        ids.NOW_SOURCES: past_sources(),
    }
    return Content({**content.live, **past}, content.fixed)


def sources(provider: Provider, get_board: Callable[[], Board], query: Query, at: datetime) -> Content:
    """How the sources are. Filters mean nothing here."""
    known = provider.sources()
    return Content(
        {
            ids.SOURCES_FRESHNESS: freshness(known, at, provider.zone),
            ids.SOURCES_NOTICES: html.Div(
                invented() if any(source.is_invented for source in known) else None, className="notices"
            ),
            ids.SOURCES_LIST: source_list(known, at, provider.zone),
        }
    )


VIEWS: Mapping[str, View] = {"wall": wall, "now": now, "sources": sources}


def _scope(board: Board, query: Query) -> str:
    """What the wall is narrowed to, in words."""
    given = query.filters.given()
    if "team" in given:
        given["team"] = board.teams.get(given["team"], given["team"])
    if "account" in given:
        given["account"] = board.accounts.get(given["account"], given["account"])
    return ", ".join(value.replace("_", " ") for value in given.values()) or "all teams"
