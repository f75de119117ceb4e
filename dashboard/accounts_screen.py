"""The accounts: perception against reality as a picture, whom to call, who was heard, and all of them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from urllib.parse import urlencode

from dash import html
from dash.development.base_component import Component

from dashboard import account_parts as parts
from dashboard import format as words
from dashboard.cards import Children, dotted, drawing, pill
from dashboard.cards import strong as bold
from dashboard.controls import choices, filter_bar, parse_query
from dashboard.figures.scatter import Dot, scatter
from dashboard.prepare import Screens
from dashboard.receipt_query import page_number
from dashboard.signs.audiences import audience_mark
from data.account_list import (
    SORTS,
    AccountLine,
    AccountList,
    AccountsQuestion,
    drawn,
    ordered,
    reading_of,
)
from data.reading import Reading
from data.records import Audience
from data.window import Filters

PER_PAGE, LAST_PAGE, CALLS = 50, 10_000, 6
_SORTED = {"risk": "At risk", "value": "Value", "renewal": "Renewal", "nps": "NPS",
           "attainment": "Inside SLA", "name": "Name"}  # fmt: skip
_HEADS = ("Account", "Standing", "A year", "Renews", "Decision-makers", "NPS", "Inside SLA")
_ARIA = {"name": ("Account", "ascending"), "value": ("A year", "descending"),
         "renewal": ("Renews", "ascending"), "nps": ("NPS", "ascending"),
         "attainment": ("Inside SLA", "ascending")}  # fmt: skip


def accounts_screen(screens: Screens, given: Mapping[str, str]) -> Component:
    """Raises ValueError for a filter, an order or a page that nobody can mean."""
    query = parse_query(
        {name: given[name] for name in ("source", "audience") if name in given},
        at=screens.clock(),
        zone=screens.provider.zone,
    )
    sort, page = (
        given.get("sort", "").strip() or "risk",
        page_number(given.get("page", "").strip() or "1", LAST_PAGE),
    )
    found = screens.study(AccountsQuestion(query.filters))
    lines = ordered(found.lines, sort)
    bar = filter_bar(found.offered, query, action=parts.PATH, shows=("audience", "source"))
    side = html.Div([_calls(found), _heard(found)], className="accounts-side")
    return parts.screen(
        "accounts",
        html.Div([html.H1("Accounts"), bar], className="title-row"),
        html.Div([_picture(found), side], className="accounts-top"),
        _all(found, lines, query.filters, sort, page),
        is_invented=found.is_invented,
    )


def _picture(found: AccountList) -> Component:
    shown = drawn(found.lines)
    melons = sum(line.is_watermelon for line in found.lines)
    told = f"{words.plural(melons, 'account')} with a green SLA and unhappy people"
    svg = scatter(
        [_dot(line) for line in shown],
        target=found.attainment.target,
        label=f"Share of targets kept against NPS, {words.plural(len(shown), 'account')}; {told}.",
    )
    body: list[Children] = [drawing(svg, "picture scatter-room"), _legend(found)]
    if not svg:
        body = [html.P(_nothing(found), className="hint")]
    return parts.card(
        "Perception against reality",
        html.P(
            [
                f"{found.nps.window.label} · up: the score of its people · to the right: its targets kept · ",
                bold(told),
            ],
            className="dim",
        ),
        *body,
        label="Perception against reality",
        class_name="scatter-card",
    )


def _nothing(found: AccountList) -> str:
    if not found.lines:
        return "No account is known yet. Sources bring them with their tickets, or a file of accounts does."
    return "No account has both an answer and a target that ended in this window, so none has a place here."


def _dot(line: AccountLine) -> Dot:
    score, kept = line.nps.value or 0.0, line.attainment.value or 0.0
    kind = "watermelon" if line.is_watermelon else "thin" if line.is_thin else "plain"
    few = ", too few to say" if line.is_thin else ""
    title = (
        f"{line.name}: NPS {words.signed(score)} of {words.plural(line.nps.n, 'answer')},"
        f" {words.percent(kept).text} of {words.plural(line.attainment.n, 'target')} kept{few}"
    )
    href = parts.account_href(line.account)
    return Dot(x=kept, y=score, size=line.size, kind=kind, name=line.name, title=title, href=href)


def _legend(found: AccountList) -> Component:
    placed = [line for line in found.lines if line.is_placed]
    left_out = len(found.lines) - len(placed)
    items: list[Children] = [
        html.Li([html.Span("●", className="key-plain"), " enough to say"]),
        html.Li([html.Span("○", className="key-plain"), " too few to say"]),
        html.Li([html.Span("▼", className="key-bad"), " green SLA, unhappy: target reached, NPS below 0"]),
        html.Li("larger: a higher third of yearly value"),
    ]
    if left_out:
        items.append(html.Li(f"{words.plural(left_out, 'account')} without answers or ended targets"))
    if len(placed) > len(drawn(found.lines)):
        items.append(html.Li(f"of {words.number(len(placed))} the most valuable are drawn"))
    return html.Ul(items, className="scatter-keys")


def _calls(found: AccountList) -> Component:
    """Whom to call today."""
    at_risk = [line for line in ordered(found.lines, "risk") if line.is_at_risk]
    total = found.value_at_risk
    head = html.Div([parts.figure(total, size="second"), html.Span(" a year", className="dim")])
    told = (
        f"{words.plural(len(at_risk), 'account')} whose decision-makers' last answer within a year was 0 to 6"
    )
    items: list[Children] = [_call(line) for line in at_risk[:CALLS]]
    more = None
    if len(at_risk) > CALLS:
        rest = words.number(len(at_risk) - CALLS)
        more = html.P(f"and {rest} more, first in the table below", className="foot")
    none = (
        None
        if at_risk
        else html.P("No decision-maker who answered would advise against us.", className="hint")
    )
    return parts.card(
        "At risk",
        head if total.value is not None else None,
        html.P(told, className="dim") if at_risk else none,
        html.Ul(items, className="calls") if items else None,
        more,
        label="At risk",
    )


def _call(line: AccountLine) -> Component:
    about: list[Children] = [_money(line)]
    if line.renews_in is not None:
        about.append(f"renews {parts.renewal(line.renews_in)}")
    name = html.A(line.name, href=parts.account_href(line.account), className="words")
    mark = parts.score_mark(line.score) if line.score is not None else None
    return html.Li([html.Div([name, mark], className="call-head"), dotted(about)])


def _heard(found: AccountList) -> Component:
    """Who has answered and who has not, as sums."""
    counts = found.value_at_risk.counts
    rows: list[Children] = [_rate(reading) for reading in found.asked if reading.n]
    unheard = counts.get("unheard accounts")
    silent = None
    if unheard:
        value = words.money(counts.get("unheard value", 0.0)).text
        silent = html.P(
            [
                bold(words.plural(unheard, "account")),
                f" active within a year whose decision-makers have said nothing · {value} a year",
            ]
        )
    elif unheard is not None and found.lines:
        silent = html.P(
            "Of every active account a decision-maker has answered within a year.", className="dim"
        )
    empty = None if rows else html.P("Nobody was asked in this window.", className="hint")
    return parts.card(
        "Who has answered",
        html.Ul(rows, className="heard-list") if rows else empty,
        silent,
        label="Who has answered",
    )


def _rate(reading: Reading) -> Component:
    who = audience_mark(Audience(reading.group or "unknown"), is_plural=True)
    answered = reading.counts.get("hits")
    told: list[Children] = [parts.figure(reading)]
    if answered is not None:
        told.append(f" · {words.number(answered)} of {words.plural(reading.n, 'invitation')} answered")
    return html.Li([who, html.Span(told, className="dim")])


def _all(
    found: AccountList, lines: Sequence[AccountLine], filters: Filters, sort: str, page: int
) -> Component:
    start = (page - 1) * PER_PAGE
    shown = lines[start : start + PER_PAGE]
    head = html.Header(
        [html.H2("All accounts", className="sign-title"), _sorts(filters, sort)], className="evidence-head"
    )
    caption = f"Accounts {words.number(start + 1)} to {words.number(start + len(shown))} of"
    caption += f" {words.number(len(lines))}, by {_SORTED[sort].lower()}"
    column, way = _ARIA.get(sort, ("", ""))
    body: Children = html.P(
        f"There are only {words.plural(len(lines), 'account')}." if lines else _nothing(found),
        className="hint",
    )
    if shown:
        rows = [_row(found, line) for line in shown]
        body = parts.table(caption, _HEADS, rows, **({column: way} if column else {}))
    return html.Section(
        [item for item in (head, body, _pager(lines, filters, sort, page, caption)) if item is not None],
        className="card evidence",
        **{"aria-label": "All accounts"},
    )


def _sorts(filters: Filters, sort: str) -> Component:
    ways = [(_SORTED[name], _address(filters, name, 1), name == sort) for name in SORTS]
    return choices("Order of the accounts", ways, class_name="topics")


def _address(filters: Filters, sort: str, page: int) -> str:
    given = filters.given() | {"sort": sort} | ({"page": str(page)} if page > 1 else {})
    return f"{parts.PATH}?{urlencode(given)}"


def _row(found: AccountList, line: AccountLine) -> list[Children]:
    name = html.A(line.name, href=parts.account_href(line.account), className="words")
    said = (
        parts.score_mark(line.score)
        if line.score is not None
        else html.Span("nobody answered", className="dim")
    )
    return [
        name,
        _standing(line),
        _money(line, short=True),
        parts.renewal(line.renews_in),
        said,
        _figure(reading_of(found.nps, line.account, line.nps), "answer"),
        _figure(reading_of(found.attainment, line.account, line.attainment), "target"),
    ]


def _standing(line: AccountLine) -> Children:
    marks: list[Children] = []
    if line.is_at_risk:
        marks.append(pill("! at risk", "bad"))
    if line.is_watermelon:
        marks.append(pill("▼ green SLA, unhappy", "watch"))
    if line.is_thin and not marks:
        marks.append(html.Span("too few to say", className="dim"))
    if not marks:
        marks.append(html.Span("no warning", className="dim"))
    return html.Span(marks, className="marks")


def _figure(reading: Reading, what: str) -> Children:
    if reading.value is None:
        return words.NOTHING
    text = words.shown(reading.value, reading.metric.unit).text
    more = html.Span(f" of {words.plural(reading.n, what)}", className="dim")
    if reading.is_thin:
        return html.Span([parts.figure(reading), more], className="dim")
    return html.Span([parts.figure(reading, text=text), more])


def _money(line: AccountLine, *, short: bool = False) -> str:
    if line.value is None:
        return words.NOTHING if short else "value not known"
    text = words.money(line.value).text
    return text if short else f"{text} a year"


def _pager(
    lines: Sequence[AccountLine], filters: Filters, sort: str, page: int, caption: str
) -> Component | None:
    links: list[Component] = []
    if page > 1:
        links.append(html.A("← Before", href=_address(filters, sort, page - 1), className="button"))
    if page * PER_PAGE < len(lines):
        links.append(html.A("More accounts →", href=_address(filters, sort, page + 1), className="button"))
    if not links:
        return None
    return html.Nav(
        [html.Span(caption, className="dim"), *links],
        className="pager",
        **{"aria-label": "Pages of accounts"},
    )
