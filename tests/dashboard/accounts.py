"""Hand-made answers for the pages about accounts: full, empty, thin and hostile."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta
from typing import Any

from data.account_list import AccountLine, AccountList
from data.account_page import AccountHead, AccountPage, AccountReport
from data.account_rows import AccountTicket, Firm, Person
from data.board import Voice
from data.metrics import BY_KEY
from data.metrics.definition import Value
from data.reading import Reading
from data.records import Audience
from data.statistics import Interval
from data.study import Offered
from data.window import parse_window
from tests.dashboard.readings import AT, HOSTILE, ZONE, read

SOURCES = Offered({}, {}, {"desk": "Desk"})
FLOWS = ("nps", "sla_attainment", "sla_gap", "experienced_attainment", "watermelon", "downtime_hours",
         "downtime_fte", "response_rate", "created", "solved", "first_reply_calendar_minutes",
         "full_resolution_calendar_minutes", "backlog", "breached_now")  # fmt: skip
ASSUMED = {"wait_lost_share (assumed)": 0.1, "hours_per_week (assumed)": 40.0}


def figure(key: str, value: float | None, n: int = 100, **more: Any) -> Reading:
    return read(BY_KEY[key], value, n, window="90d", **more)


def line(account: str, **more: Any) -> AccountLine:
    """One that is content and says enough."""
    given: dict[str, Any] = {
        "name": account.title(),
        "value": 86_000.0,
        "size": 2,
        "renewal_on": date(2027, 1, 1),
        "renews_in": 44,
        "score": 9.0,
        "said_at": AT,
        "nps": Value(40.0, 20),
        "attainment": Value(0.95, 50),
        "is_thin": False,
    }
    return AccountLine(account=account, **(given | more))


MELON = line("melon", nps=Value(-20.0, 20), attainment=Value(1.0, 40), is_watermelon=True)
LOST = line("lost", score=2.0, is_at_risk=True, nps=Value(-60.0, 15), attainment=Value(0.5, 30))
THIN = line("thin", nps=Value(100.0, 1), attainment=Value(1.0, 2), is_thin=True, size=1)
MUTE = AccountLine(account="mute", name="Mute")


def account_list(*lines: AccountLine) -> AccountList:
    asked = figure("response_rate", 0.25, 40, counts={"hits": 10.0, "total": 40.0})
    counts = {"accounts": 1.0, "lukewarm accounts": 0.0, "unheard accounts": 1.0, "unheard value": 5_000.0}
    return AccountList(
        as_of=AT,
        zone=ZONE,
        is_invented=False,
        offered=SOURCES,
        lines=lines,
        nps=figure("nps", 30.0),
        attainment=figure("sla_attainment", 0.93, target=0.9),
        value_at_risk=figure("value_at_risk", 86_000.0, 3, counts=counts),
        asked=(replace(asked, by="audience", group="end_user"),),
    )


def empty_list() -> AccountList:
    return replace(
        account_list(),
        nps=figure("nps", None, 0),
        attainment=figure("sla_attainment", None, 0),
        value_at_risk=figure("value_at_risk", None, 0),
        asked=(),
    )


def head(name: str = "Acme", account: str = "acme") -> AccountHead:
    return AccountHead(
        as_of=AT,
        zone=ZONE,
        is_invented=False,
        renews_in=41,
        firm=Firm(account=account, name=name, employees=50, value=86_000.0, renewal_on=date(2026, 12, 29)),
        window=parse_window("90d", as_of=AT, zone=ZONE),
    )


def readings(n: int = 100) -> dict[str, Reading]:
    found = {key: figure(key, 0.9 if key.endswith("attainment") else 3.0, n) for key in FLOWS}
    found["nps"] = figure("nps", -20.0, n, interval=Interval(-40.0, 0.0))
    found["sla_attainment"] = figure("sla_attainment", 0.97, n, target=0.9)
    found["breached_now"] = figure("breached_now", 1.0, 1)
    found["downtime_fte"] = figure("downtime_fte", 0.4, n, counts=ASSUMED)
    return found


def ticket(number: int, **more: Any) -> AccountTicket:
    given: dict[str, Any] = {
        "source": "desk",
        "id": f"T-{number}",
        "subject": f"Subject {number}",
        "state": "on_hold",
        "priority": "high",
        "created_at": AT - timedelta(hours=30),
        "solved_at": None,
        "due_at": AT - timedelta(hours=1),
        "gap_minutes": None,
        "reply_minutes": 7.0,
    }
    return AccountTicket(**(given | more))


def voice(comment: str, score: float = 9.0) -> Voice:
    return Voice(AT - timedelta(days=2), score, 10, "promoter", Audience.DECISION_MAKER, comment, None)


def person(name: str | None, audience: Audience, *, is_asked: bool, is_answered: bool) -> Person:
    return Person(name=name, title="COO", audience=audience, is_asked=is_asked, is_answered=is_answered)


PEOPLE = (
    person("Ada", Audience.DECISION_MAKER, is_asked=True, is_answered=True),
    person("Bob", Audience.END_USER, is_asked=True, is_answered=False),
    person(None, Audience.UNKNOWN, is_asked=False, is_answered=False),
)


def account_page(**more: Any) -> AccountPage:
    given: dict[str, Any] = {
        "head": head(),
        "readings": readings(),
        "people": PEOPLE,
        "open": (ticket(1),),
        "missed": (ticket(2, gap_minutes=150.0, solved_at=AT),),
        "voices": (voice("Third time this month"),),
        "by_audience": {
            Audience.END_USER: figure("nps", -30.0),
            Audience.DECISION_MAKER: figure("nps", 10.0, 2),
        },
    }
    return AccountPage(**(given | more))


def empty_page() -> AccountPage:
    nothing = {key: figure(key, None, 0) for key in FLOWS}
    silent = dict.fromkeys((Audience.END_USER, Audience.DECISION_MAKER), nothing["nps"])
    return account_page(readings=nothing, by_audience=silent, people=(), open=(), missed=(), voices=())


def hostile_page() -> AccountPage:
    """Every text that a customer could have written means harm."""
    bad = ticket(1, id=HOSTILE, subject=HOSTILE, state=HOSTILE, priority=HOSTILE, source="desk")
    who = replace(person(HOSTILE, Audience.END_USER, is_asked=True, is_answered=True), title=HOSTILE)
    firm = head(HOSTILE, HOSTILE)
    return account_page(head=firm, people=(who,), open=(bad,), missed=(bad,), voices=(voice(HOSTILE),))


def account_report(**more: Any) -> AccountReport:
    given: dict[str, Any] = {
        "head": head(),
        "readings": readings(),
        "fastest": (ticket(1),),
        "praise": (voice("Brilliant"),),
    }
    return AccountReport(**(given | more))
