"""One account as its page shows it: the signs of it alone, its people, its tickets and its words."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from data import account_rows
from data.account_list import UNHAPPY, WINDOW
from data.account_rows import AccountTicket, Firm, Person
from data.board import Voice, voice_of
from data.reading import Reading
from data.readings import Readings
from data.records import Audience
from data.window import Filters, Window

HEARD_WINDOW = "365d"
"""As far back as answers count for who was heard."""
TICKETS, VOICES, PRAISE, FASTEST = 10, 10, 5, 5
PRAISES = 9


@dataclass(frozen=True, slots=True, kw_only=True)
class AccountHead:
    """Which account, as of when. renews_in: days to the renewal, below 0 where it has passed."""

    as_of: datetime
    zone: str
    is_invented: bool
    firm: Firm
    renews_in: int | None
    window: Window


@dataclass(frozen=True, slots=True, kw_only=True)
class AccountPage:
    """readings: by key, of the account alone. by_audience: its score by who gave it. people: who is known,
    asked and heard in the last 365 days. open: what is due first; missed: the latest of the window."""

    head: AccountHead
    readings: Mapping[str, Reading]
    by_audience: Mapping[Audience, Reading]
    people: tuple[Person, ...]
    open: tuple[AccountTicket, ...]
    missed: tuple[AccountTicket, ...]
    voices: tuple[Voice, ...]

    @property
    def is_thin(self) -> bool:
        """Too few answers or targets to say where it stands."""
        return any(self.readings[key].is_thin for key in ("nps", "sla_attainment"))

    @property
    def position(self) -> str:
        """thin; watermelon (kept as aimed for, unhappy), kept (and content), late (and unhappy), forgiven
        (not kept as aimed for, and content all the same)."""
        score, kept = self.readings["nps"], self.readings["sla_attainment"]
        if self.is_thin or score.value is None or kept.value is None or kept.target is None:
            return "thin"
        is_green, is_unhappy = kept.value >= kept.target, score.value < UNHAPPY
        return {
            (True, True): "watermelon",
            (True, False): "kept",
            (False, True): "late",
            (False, False): "forgiven",
        }[is_green, is_unhappy]


@dataclass(frozen=True, slots=True, kw_only=True)
class AccountReport:
    """What was done for an account in the window: nothing that is not in the store. praise: what its people
    said with a 9 or 10."""

    head: AccountHead
    readings: Mapping[str, Reading]
    fastest: tuple[AccountTicket, ...]
    praise: tuple[Voice, ...]


@dataclass(frozen=True, slots=True)
class AccountQuestion:
    """account: the key that is the same in every source. window: of what flows, in words."""

    account: str
    window: str = WINDOW
    as_of: datetime | None = None

    def answer(self, readings: Readings) -> AccountPage:
        """LookupError: no such account. ValueError: no such window."""
        head = _head(readings, self.account, self.window)
        connection, span = readings.connection, head.window
        mine = Filters(account=self.account)
        flows = ("nps", "sla_attainment", "sla_gap", "experienced_attainment", "watermelon",
                 "downtime_hours", "downtime_fte", "response_rate", "created", "solved")  # fmt: skip
        found = {key: readings.read(key, window=span, filters=mine, compare=key == "nps") for key in flows}
        for level in ("backlog", "breached_now"):
            found[level] = readings.read(level, filters=mine, compare=False)
        heard = readings.window(HEARD_WINDOW)
        voices = account_rows.comments(connection, self.account, heard, limit=VOICES)
        return AccountPage(
            head=head,
            readings=found,
            by_audience={
                who: readings.read(
                    "nps",
                    window=span,
                    filters=Filters(account=self.account, audience=who),
                    compare=False,
                )
                for who in (Audience.END_USER, Audience.DECISION_MAKER)
            },
            people=account_rows.people_of(connection, self.account, heard),
            open=account_rows.open_tickets(connection, self.account, limit=TICKETS),
            missed=account_rows.missed_tickets(connection, self.account, span, limit=TICKETS),
            voices=tuple(voice_of(row, readings.today) for row in voices),
        )


@dataclass(frozen=True, slots=True)
class ReportQuestion:
    """What was done for an account in a window."""

    account: str
    window: str = WINDOW
    as_of: datetime | None = None

    def answer(self, readings: Readings) -> AccountReport:
        """LookupError: no such account. ValueError: no such window."""
        head = _head(readings, self.account, self.window)
        connection, span = readings.connection, head.window
        keys = ("created", "solved", "sla_attainment", "first_reply_calendar_minutes",
                "full_resolution_calendar_minutes", "nps")  # fmt: skip
        mine = Filters(account=self.account)
        praise = account_rows.comments(connection, self.account, span, least=PRAISES, limit=PRAISE)
        return AccountReport(
            head=head,
            readings={key: readings.read(key, window=span, filters=mine, compare=False) for key in keys},
            fastest=account_rows.fastest_replies(connection, self.account, span, limit=FASTEST),
            praise=tuple(voice_of(row, readings.today) for row in praise),
        )


def _head(readings: Readings, account: str, window: str) -> AccountHead:
    span = readings.window(window)
    firm = account_rows.firm_of(readings.connection, account, readings.today)
    return AccountHead(
        as_of=readings.as_of,
        zone=readings.zone,
        is_invented=readings.is_invented,
        firm=firm,
        renews_in=None if firm.renewal_on is None else (firm.renewal_on - readings.today).days,
        window=span,
    )
