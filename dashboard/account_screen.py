"""One account: its four signs, where it stands, what waiting cost it, its people, tickets and words."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from dash import html
from dash.development.base_component import Component

from dashboard import account_parts as parts
from dashboard import cards
from dashboard import format as words
from dashboard.account_report_screen import account_report_screen, head_lines, window_of
from dashboard.cards import Children
from dashboard.controls import Query, filter_bar
from dashboard.prepare import Screens
from dashboard.signs.audiences import audience_mark
from dashboard.ticket_links import ticket_path
from dashboard.voices import dated_voices
from data.account_list import WINDOW
from data.account_page import AccountPage, AccountQuestion
from data.account_rows import AccountTicket, Person
from data.metrics.definition import Unit
from data.reading import Reading
from data.records import Audience
from data.study import Offered

MOST_NAMES = 40
_ASSUMED = {
    "wait_lost_share": "the share of a wait that is lost working time",
    "hours_per_week": "the hours of a full-time week",
}
NO_OFFER = Offered({}, {}, {})
AUDIENCES = (Audience.DECISION_MAKER, Audience.END_USER, Audience.UNKNOWN)
_POSITIONS = {
    "thin": ("plain", "Too few answers or targets to say where it stands."),
    "watermelon": ("watch", "▼ Green SLA, unhappy people: its targets are kept as aimed for, and more of its"
                   " people advise against us than for us."),
    "kept": ("good", "✓ Its targets are kept as aimed for, and its people say so."),
    "late": ("bad", "! Its targets are missed more often than aimed for, and its people feel it."),
    "forgiven": ("plain", "Its targets are missed more often than aimed for, and its people like us all the"
                 " same."),
}  # fmt: skip


def account_screen(screens: Screens, given: Mapping[str, str]) -> Component:
    """Raises LookupError for an account that is none, ValueError for a window that is none."""
    account, window = parts.account_in(given.get("account", "")), window_of(screens, given)
    if given.get("print", "").strip():
        return account_report_screen(screens, account, window)
    page = screens.study(AccountQuestion(account, window))
    query = Query(window=None if window == WINDOW else window)
    bar = filter_bar(NO_OFFER, query, action=parts.account_href(account), shows=("window",))
    report = html.A(
        "What we did for you",
        href=parts.account_href(account, print="1", window=window),
        className="button",
    )
    return parts.screen(
        "account",
        html.Div(
            [head_lines(page.head), html.Div([bar, report], className="filters")], className="title-row"
        ),
        _signs(page),
        html.Div(
            [
                html.Div([_position(page), _people(page)]),
                html.Div([_downtime(page), _said(page)]),
            ],
            className="account-two",
        ),
        _tickets("Open tickets", page.open, page, "due first", "No ticket of this account is open."),
        _tickets(
            "Latest missed targets",
            page.missed,
            page,
            f"in {page.head.window.label}, newest first",
            "No target of this account was missed in this window.",
        ),
        is_invented=page.head.is_invented,
    )


def _signs(page: AccountPage) -> Component:
    """NPS, backlog, SLA, and who says what, as everywhere."""
    of = page.readings
    window = page.head.window.label
    nps = [parts.figure(of["nps"], size="second"), _about(of["nps"], window), cards.change_pill(of["nps"])]
    late = of["breached_now"]
    backlog = [
        parts.figure(of["backlog"], size="second"),
        html.P("unsolved now", className="dim"),
        cards.pill([parts.figure(late), " breached"], "bad" if late.value else "good"),
    ]
    gap = [parts.figure(of["sla_gap"], is_signed=True), " median gap to target"]
    sla = [
        parts.figure(of["sla_attainment"], size="second"),
        _about(of["sla_attainment"], window, "inside target"),
        html.P(gap, className="dim") if of["sla_gap"].value is not None else None,
    ]
    who = [_audience(audience, reading) for audience, reading in page.by_audience.items()]
    tiles = {"NPS": nps, "Backlog": backlog, "Resolution against SLA": sla, "Who says what": who}
    return html.Div(
        [parts.card(name, *inner, label=name) for name, inner in tiles.items()], className="account-signs"
    )


def _about(reading: Reading, window: str, what: str = "") -> Component:
    pieces = [piece for piece in (what, parts.between(reading)) if piece]
    return cards.dotted([*pieces, parts.sample(reading), window])


def _audience(audience: Audience, reading: Reading) -> Component:
    who = audience_mark(audience, is_plural=True)
    return html.Div([who, html.P([parts.figure(reading), " · ", parts.sample(reading)], className="dim")])


def _position(page: AccountPage) -> Component:
    tone, told = _POSITIONS[page.position]
    of = page.readings
    rows: dict[str, Children] = {}
    goal = of["sla_attainment"].target
    if goal is not None:
        rows["Aimed for"] = (
            f"{words.percent(goal).text} of targets kept; green is that or more, and unhappy a score below 0"
        )
    rows["Lived through"] = [
        parts.figure(of["experienced_attainment"]),
        " of the targets of those who answered were kept",
    ]
    rows["Green, yet unhappy"] = [
        parts.figure(of["watermelon"]), " of those whose every target was kept are less than delighted",
    ]  # fmt: skip
    return parts.card(
        "Perception against reality",
        html.P(told, className=f"position tone-text-{tone}"),
        parts.facts(rows),
        label="Perception against reality",
    )


def _downtime(page: AccountPage) -> Component:
    """What waiting cost its people, with what was assumed."""
    hours, posts = page.readings["downtime_hours"], page.readings["downtime_fte"]
    counts = {**hours.counts, **posts.counts}
    assumed = [f"{words_of} ({name} = {counts[f'{name} (assumed)']:g})" for name, words_of in _ASSUMED.items()
               if f"{name} (assumed)" in counts]  # fmt: skip
    rows: dict[str, Children] = {
        "Hours": [parts.figure(hours), f" of working time lost in {page.head.window.label}"],
        "In posts": [parts.figure(posts), " full-time posts among 25 employees"],
        "Assumed": ", ".join(assumed) or "nothing: no ticket was solved",
    }
    return parts.card("What waiting cost", parts.facts(rows), label="What waiting cost")


def _people(page: AccountPage) -> Component:
    """Sums by role, then the names."""
    people = page.people
    if not people:
        hint = "Nobody of this account is known by name. Sources bring people with their tickets and surveys."
        return parts.card("Who has answered", html.P(hint, className="hint"), label="Who has answered")
    rows = [
        [audience_mark(audience, is_plural=True), *(words.number(n) for n in _sums(mine))]
        for audience in AUDIENCES
        if (mine := [person for person in people if person.audience is audience])
    ]
    told = f"{words.plural(len(people), 'person', 'people')} known · the last 365 days"
    heads = ("Role", "Known", "Asked", "Answered", "Asked, silent")
    return parts.card(
        "Who has answered",
        html.P(told, className="dim"),
        parts.table("Who has answered, by role", heads, rows),
        _names("Have answered", [person for person in people if person.is_answered]),
        _names("Were asked and have not answered", [p for p in people if p.is_asked and not p.is_answered]),
        _names("Were not asked", [p for p in people if not p.is_asked and not p.is_answered]),
        label="Who has answered",
    )


def _sums(people: Sequence[Person]) -> tuple[int, int, int, int]:
    asked = sum(person.is_asked for person in people)
    silent = sum(person.is_asked and not person.is_answered for person in people)
    return len(people), asked, sum(person.is_answered for person in people), silent


def _names(title: str, people: Sequence[Person]) -> Component | None:
    """Decision-makers first; names and titles alone."""
    if not people:
        return None
    first = sorted(people, key=lambda person: AUDIENCES.index(person.audience))
    items: list[Children] = [_name(person) for person in first[:MOST_NAMES]]
    if len(first) > MOST_NAMES:
        items.append(html.Li(f"and {words.number(len(first) - MOST_NAMES)} more", className="dim"))
    head = html.H3([title, html.Span(f" · {words.number(len(first))}", className="dim")])
    return html.Div([head, html.Ul(items, className="names")], className="people-part")


def _name(person: Person) -> Component:
    mark = {Audience.DECISION_MAKER: "◆ ", Audience.END_USER: "● "}.get(person.audience, "○ ")
    title = html.Span(f" {person.title}", className="dim") if person.title else None
    sign = html.Span(
        mark, className=f"audience-{person.audience.value.replace('_', '-')}", **{"aria-hidden": "true"}
    )
    return html.Li([sign, person.name or "no name", title])


def _said(page: AccountPage) -> Component:
    body: Children = html.P("Nobody has written anything within a year.", className="hint")
    if page.voices:
        body = dated_voices(page.voices, page.head.zone)
    return parts.card("What they said", body, label="What they said")


def _tickets(
    title: str, tickets: Sequence[AccountTicket], page: AccountPage, order: str, none: str
) -> Component:
    body: Children = html.P(none, className="hint")
    if tickets:
        heads = ("Ticket", "State", "Priority", "Created", "Due", "Against target")
        body = parts.table(title, heads, [_ticket(item, page) for item in tickets])
    return parts.card(
        [title, html.Span(f" · {order}", className="dim")], body, label=title, class_name="evidence"
    )


def _ticket(item: AccountTicket, page: AccountPage) -> list[Children]:
    zone = page.head.zone
    subject = (item.subject or "").strip() or "no subject"
    name = html.A(
        [html.Span(subject, className="words"), " ", html.Code(f"{item.source}:{item.id}", className="dim")],
        href=ticket_path(item.source, item.id),
    )
    gap = words.NOTHING
    if item.gap_minutes is not None:
        gap = words.shown(item.gap_minutes, Unit.MINUTES, is_signed=True).text
    due: Children = words.NOTHING
    if item.due_at is not None:
        due = words.day_and_clock(item.due_at, zone)
        if item.solved_at is None and item.due_at < page.head.as_of:
            due = [due, " ", cards.pill("! breached", "bad")]
    return [name, item.state.replace("_", " "), item.priority or words.NOTHING,
            words.day_and_clock(item.created_at, zone), due, gap]  # fmt: skip
