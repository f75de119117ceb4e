"""The rows of a receipt as a table, worst first, with the sentence that says whether they add up to it.

All texts in it are customers' words: they stand between tags, never inside them.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from functools import partial

from dash import html
from dash.development.base_component import Component

from dashboard import format as words
from dashboard.cards import Children, pill
from dashboard.receipt_card import SIGNED
from dashboard.receipt_query import DOWNLOAD, PER_PAGE, address_of
from dashboard.tables import cell, named, row, rows_table
from dashboard.ticket_links import ticket_path
from data.evidence_rows import EvidenceRow, Part
from data.metrics.definition import Kind, Metric, Unit
from data.opened import Opened

MOST_IN_FILE = 10_000
"""Rows that a download holds at most."""

_TONES = {Part.HIT: "plain", Part.COUNTED: "plain", Part.BESIDE: "plain", Part.LEFT_OUT: "watch"}
_AUDIENCES = {"end_user": "● End user", "decision_maker": "◆ Decision-maker", "unknown": "○ Role not known"}
_TITLES = {"ticket": "Ticket", "answer": "What they said", "invitation": "Survey", "account": "Account"}
_MANY = {"ticket": "tickets", "answer": "answers", "invitation": "invitations", "account": "accounts"}
_RANKED = {
    "sla_gap_minutes": "Against target",
    "sla_due_at": "Due",
    "reply_count": "Replies",
    "reopen_count": "Reopened",
    "assignee_count": "Agents",
    "team_count": "Teams",
}
_QUIET = {"counted", "in the denominator only"}
_SILENT = {"ticket": "no subject", "answer": "no comment"}
Cell = Callable[[EvidenceRow, str], Children]


def evidence_section(opened: Opened) -> Component:
    """Heading, check, table, pager, download."""
    found, reading = opened.evidence, opened.receipt.reading
    title = html.H2(f"The {_MANY.get(found.kind, 'rows')} behind it", className="sign-title")
    download = html.A("Download as CSV", href=address_of(reading, path=DOWNLOAD), className="button")
    head = html.Header(
        [html.Div([title, _check(opened)]), download if found.rows else None], className="evidence-head"
    )
    return html.Section(
        [item for item in (head, _body(opened), _pager(opened)) if item is not None],
        className="card evidence",
        **{"aria-label": "Evidence"},
    )


def _check(opened: Opened) -> Component:
    """The sum of the rows against the figure, said in words."""
    found = opened.evidence
    count = words.plural(found.total_rows, "row")
    if not found.adds_up:
        told = "These rows do not add up to the figure. That is a fault in Barometer: please report it."
        return html.P(pill(told, "bad"), className="check", **{"data-adds-up": "false"})
    mark = html.Span("✓ ", **{"aria-hidden": "true"})
    said: list[Children] = [
        f"{count}, worst first. ",
        html.Span([mark, "They add up to the figure."], className="tone-text-good"),
    ]
    if not found.is_whole:
        said = [f"{count}: too many to list. The worst are shown; the sum was checked over groups."]
    if not found.total_rows:
        said = ["No rows: there is nothing to count here."]
    return html.P(said, className="check", **{"data-adds-up": "true"})


def _body(opened: Opened) -> Component | None:
    found, zone = opened.evidence, opened.receipt.reading.window.zone
    if not found.rows:
        return None
    columns = _columns(opened.receipt.reading.metric, found.rows)
    return rows_table(
        f"Rows {_range(opened)}",
        columns,
        [_row(item, columns, zone) for item in found.rows],
        label="Table of the rows",
    )


def _row(item: EvidenceRow, columns: Mapping[str, Cell], zone: str) -> Component:
    cells: list[Component] = []
    for name, show in columns.items():
        inner, class_name = show(item, zone), f"col-{name.split()[0].lower()}"
        if not cells:
            cells.append(named(inner, className=class_name, **{"data-label": name}))
        else:
            cells.append(cell(name, words.NOTHING if inner in (None, "") else inner, className=class_name))
    return row(*cells, className=f"part-{item.part.value.replace(' ', '-')}")


def _columns(metric: Metric, rows: tuple[EvidenceRow, ...]) -> dict[str, Cell]:
    """Columns of a kind, without those of which no shown row knows anything."""
    every: dict[str, tuple[str, Cell]] = {
        "Score": ("score", lambda row, _: None if row.score is None else html.B(f"{row.score:g}")),
        _minutes_named(metric): ("value", lambda row, _: _minutes(row.value, is_signed=metric.key in SIGNED)),
        "State": ("state", lambda row, _: (row.state or "").replace("_", " ")),
        "Priority": ("priority", lambda row, _: row.priority),
        "Team": ("team", lambda row, _: row.team),
        "Account": ("account", lambda row, _: row.account),
        "Who": ("audience", lambda row, _: _AUDIENCES.get(row.audience or "", row.audience)),
        "Created": ("created_at", lambda row, zone: _moment(row.created_at, zone)),
        "Solved": ("solved_at", lambda row, zone: _moment(row.solved_at, zone)),
        "Sent": ("sent_at", lambda row, zone: _moment(row.sent_at, zone)),
        "Answered": ("responded_at", lambda row, zone: _moment(row.responded_at, zone)),
        "Counts as": ("part", lambda row, _: _counts_as(row)),
    }
    if metric.unit is not Unit.MINUTES and metric.ranks_by in _RANKED:
        every = {_RANKED[metric.ranks_by]: ("rank", partial(_rank, metric.ranks_by))} | every
    known = {
        name: cell
        for name, (field, cell) in every.items()
        if any(getattr(row, field) is not None for row in rows)
    }
    return {_TITLES.get(metric.rows, "Row"): lambda row, _: _title(row)} | known


def _title(row: EvidenceRow) -> Children:
    """What a person knows it by, with its id: a ticket's leads to its page, and on to the helpdesk."""
    name = f"{row.source}:{row.id}" if row.source else row.id
    text = (row.title or "").strip()
    words_of_it = html.Span(text or _SILENT.get(row.kind, ""), className="words" if text else "dim")
    label: Children = [words_of_it, " ", html.Code(name, className="dim")]
    inside = html.A(label, href=ticket_path(row.source, row.id)) if row.kind == "ticket" else None
    if row.url is None:
        return inside if inside is not None else label
    out = {"href": row.url, "rel": "noopener noreferrer", "target": "_blank"}
    if inside is None:
        return html.A(label, **out)
    return [inside, " ", html.A("↗", **out, **{"aria-label": f"Open {name} in the helpdesk"})]


def _minutes_named(metric: Metric) -> str:
    if metric.key in SIGNED:
        return "Against target"
    if metric.key == "sla_target":
        return "Target"
    return "Waits" if metric.kind is Kind.LEVEL else "Took"


def _minutes(value: float | None, *, is_signed: bool) -> str | None:
    return None if value is None else words.shown(value, Unit.MINUTES, is_signed=is_signed).text


def _rank(column: str, row: EvidenceRow, zone: str) -> str | None:
    """What the order goes by, where no other column shows it."""
    if row.rank is None:
        return None
    if column.endswith("_at"):
        return _moment(datetime.fromtimestamp(row.rank, UTC), zone)
    return _minutes(row.rank, is_signed=True) if column.endswith("_minutes") else words.number(row.rank)


def _counts_as(row: EvidenceRow) -> Component:
    """Loud only where it says more than that the row is one of them."""
    if row.says in _QUIET:
        return html.Span(row.says, className="dim")
    return pill(row.says, _TONES[row.part])


def _moment(at: datetime | None, zone: str) -> str | None:
    return None if at is None else words.day_and_clock(at, zone)


def _range(opened: Opened) -> str:
    """Which rows are shown, of how many: "51 to 100 of 1 204"."""
    found = opened.evidence
    last = found.offset + len(found.rows)
    return f"{words.number(found.offset + 1)} to {words.number(last)} of {words.number(found.total_rows)}"


def _pager(opened: Opened) -> Component | None:
    """Ways to the rows before and after; at the receipt's own as-of, so that no row moves meanwhile."""
    found, reading = opened.evidence, opened.receipt.reading
    page = found.offset // PER_PAGE + 1
    has_more = found.offset + len(found.rows) < found.total_rows and bool(found.rows)
    links: list[Component] = []
    if page > 1:
        links.append(html.A("← Worse rows", href=address_of(reading, page=page - 1), className="button"))
    if has_more:
        links.append(html.A("More rows →", href=address_of(reading, page=page + 1), className="button"))
    if not links:
        return None
    told = _range(opened)
    if not found.rows:
        told = f"There are only {words.number(found.total_rows)}"
    return html.Nav([html.Span(told, className="dim"), *links], className="pager", **{"aria-label": "Rows"})
