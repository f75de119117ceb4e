"""What was done for an account in a window: a page to print and to hand over. It invents no words."""

from __future__ import annotations

from collections.abc import Mapping

from dash import html
from dash.development.base_component import Component

from dashboard import account_parts as parts
from dashboard import format as words
from dashboard.cards import Children
from dashboard.prepare import Screens
from dashboard.voices import dated_voices
from data.account_list import WINDOW
from data.account_page import AccountHead, AccountReport, ReportQuestion
from data.metrics.definition import Unit
from data.window import parse_window

LINES = 6
_SHOWN = {
    "solved": "tickets solved",
    "sla_attainment": "inside target",
    "first_reply_calendar_minutes": "to the first answer, half of the time",
    "full_resolution_calendar_minutes": "to the solution, half of the time",
}


def window_of(screens: Screens, given: Mapping[str, str]) -> str:
    """The window that the URL asks for, checked. Raises ValueError."""
    text = given.get("window", "").strip() or WINDOW
    parse_window(text, as_of=screens.clock(), zone=screens.provider.zone)
    return text


def head_lines(head: AccountHead) -> Component:
    """The name, and what hangs on it."""
    firm = head.firm
    about = ["yearly value not known" if firm.value is None else f"{words.money(firm.value).text} a year"]
    about.append("renewal not known" if head.renews_in is None else f"renews {parts.renewal(head.renews_in)}")
    if firm.employees is not None:
        about.append(words.plural(firm.employees, "employee"))
    return html.Div(
        [html.H1(firm.name), html.P(" · ".join(about), className="dim")], className="account-head"
    )


def account_report_screen(screens: Screens, account: str, window: str) -> Component:
    """Raises LookupError for an account that is none."""
    report = screens.study(ReportQuestion(account, window))
    back = html.A("Back to the account", href=parts.account_href(account, window=window), className="button")
    title = html.Div(
        [
            html.Div(
                [
                    html.H1(f"What we did for {report.head.firm.name}"),
                    html.P(_period(report), className="dim"),
                ],
                className="account-head",
            ),
            html.Div([back], className="filters"),
        ],
        className="title-row",
    )
    return parts.screen(
        "account-report",
        title,
        _figures(report),
        _fastest(report),
        _praise(report),
        _changed(),
        is_invented=report.head.is_invented,
    )


def _period(report: AccountReport) -> str:
    days = report.head.window.days()
    first, last = days[0], days[-1]
    return f"{first.day} {first:%b %Y} to {last.day} {last:%b %Y}"


def _figures(report: AccountReport) -> Component:
    tiles = [
        html.Div([parts.figure(report.readings[key], size="second"), html.P(what, className="dim")])
        for key, what in _SHOWN.items()
    ]
    return parts.card("In figures", html.Div(tiles, className="report-figures"), label="In figures")


def _fastest(report: AccountReport) -> Component:
    rows: list[list[Children]] = [
        [
            (item.subject or "").strip() or "no subject",
            words.shown(item.reply_minutes, Unit.MINUTES).text,
            words.day_and_clock(item.created_at, report.head.zone),
        ]
        for item in report.fastest
    ]
    none = html.P("No ticket of this time has been answered yet.", className="hint")
    body = parts.table("Fastest answers", ("Ticket", "Answered within", "Created"), rows) if rows else none
    return parts.card("Fastest answers", body, label="Fastest answers")


def _praise(report: AccountReport) -> Component:
    none = html.P("Nobody who gave a 9 or 10 in this time wrote a comment.", className="hint")
    body = dated_voices(report.praise, report.head.zone) if report.praise else none
    return parts.card("What you praised", body, label="What you praised")


def _changed() -> Component:
    """Theirs to write: lines, and no words of ours."""
    lines = html.Ul([html.Li() for _ in range(LINES)], className="report-lines", **{"aria-hidden": "true"})
    hint = html.P("Room to write: what was changed since the last time.", className="hint")
    return parts.card("What we changed", hint, lines, label="What we changed")
