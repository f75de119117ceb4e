"""Request Tracker 5 over REST2: queues, people, tickets with their whole history, SLA, deletes and merges.

The tickets are read once by number. From then on the numbered transactions tell which tickets were
touched; each of those is read anew, together with its whole history. So no time zone is ever guessed at
(a search reads times in the zone of the token's user), nothing shifts under a walk, and whatever was
missed once is mended the next time its ticket is touched. A poll without news costs two requests: the
server hashes the credentials on each, which takes it up to half a second.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Generator, Iterator, Mapping, Sequence
from dataclasses import replace
from typing import Any, cast

from connectors.base import Connector, Context, Field, Stream
from connectors.errors import ConfigError, UnavailableError
from connectors.helpdesks.request_tracker_desk import Desk
from connectors.helpdesks.request_tracker_history import Change, parse_change
from connectors.helpdesks.request_tracker_parse import (
    parse_gone,
    parse_person,
    parse_queue,
    parse_ticket,
)
from connectors.helpdesks.request_tracker_place import Place
from connectors.helpdesks.request_tracker_rest import QUEUES, SIZE, Rest, number_of, numbers_of
from connectors.helpdesks.request_tracker_terms import Terms
from connectors.helpdesks.request_tracker_values import requestors_of
from connectors.http import Http, JsonSource
from connectors.paging import Bookmark, PageNumber
from data.records import Page, Record, Reject, State, Ticket

CHECKED_PER_RUN = 3 * SIZE
OVERLAP = 100


class RequestTracker(Connector):
    """Tickets from Request Tracker 5. Needs the token of a privileged user who may see the tickets."""

    kind = "request_tracker"
    label = "Request Tracker"
    fields = (
        Field(name="url", help="address of Request Tracker, such as https://rt.example.com"),
        Field(name="token", help="auth token of the user to read as", default="", secret=True),
        Field(name="user", help="login name, where there is no token", default=""),
        Field(name="password", help="password of that user", default="", secret=True),
        Field(name="role_field", help="custom field of users that holds the customer's role", default=""),
        Field(name="ticket_role_field", help="custom field of tickets that holds it instead", default=""),
        Field(name="states", help="status → state; a table inside is a lifecycle", default={}, kind=dict),
        Field(
            name="priority_from",
            help="least number of low (0), normal (30), high (60) and urgent (90)",
            default={},
            kind=dict,
        ),
        Field(
            name="sla_levels",
            help='service level → { response = "4h", resolve = "24h", clock = "business" or "calendar",'
            " calendar = a name in business_hours }, as in the server's ServiceAgreements",
            default={},
            kind=dict,
        ),
        Field(
            name="business_hours",
            help="name → { time_zone, hours, holidays }, where levels keep different hours",
            default={},
            kind=dict,
        ),
    )
    streams = (
        Stream(name="calendars", read="read_calendars", every_seconds=3600),
        Stream(
            name="queues",
            path="queues/all",
            params=QUEUES,
            items="items",
            paging=PageNumber(),
            parse=parse_queue,
            every_seconds=3600,
        ),
        Stream(name="people", read="read_people", every_seconds=3600, is_optional=True),
        Stream(name="tickets", read="read_tickets"),
        Stream(name="missing", read="read_missing"),
    )

    def __init__(
        self, source: str, config: Mapping[str, Any], context: Context, http: JsonSource | None = None
    ) -> None:
        super().__init__(source, config, context, http)
        self.terms = Terms.of(source, self.config)
        self._rest = Rest(source, self.http)
        self._desk = Desk(self.terms, self._rest)

    def connect(self) -> Http:
        address = f"{Terms.of(self.source, self.config).address}/REST/2.0"
        if self.config["token"]:
            return Http(self.source, address, headers={"Authorization": f"token {self.config['token']}"})
        if not (self.config["user"] and self.config["password"]):
            raise ConfigError(
                f"Source {self.source}: the setting 'token' is missing (or 'user' and 'password').",
                setting="token",
            )
        pair = (self.config["user"], self.config["password"])
        return Http(self.source, address, auth=pair, credentials="password")

    def read_calendars(self, bookmark: Bookmark) -> Iterator[Page]:
        """The working hours that the settings mirror."""
        if self.terms.calendars:
            yield Page(records=self.terms.calendars)

    def read_people(self, bookmark: Bookmark) -> Iterator[Page]:
        """Every user that is not switched off: the privileged are agents, the others customers."""
        staff = self._rest.privileged()
        for items in self._rest.people():
            pairs = [(item, number_of(item) in staff) for item in items]
            records, rejects = self._parse_each("people", parse_person, pairs)
            yield Page(records=tuple(records), rejects=tuple(rejects))

    def read_tickets(self, bookmark: Bookmark) -> Iterator[Page]:
        """All tickets once; then those that a transaction touched."""
        self._desk = Desk(self.terms, self._rest, bookmark)
        place = Place.of(bookmark)
        if place.feed is None:
            # Asked before the first ticket is read, so that what happens meanwhile is in the feed.
            place = replace(place, feed=max(0, self._rest.newest() - OVERLAP))
        if not place.is_complete:
            place = yield from self._read_all(place)
        yield from self._follow(place)

    def read_missing(self, bookmark: Bookmark) -> Iterator[Page]:
        """Known unsolved tickets in turn: those that no search shows have been deleted or merged."""
        known = sorted({int(number) for number in self.context.known.unsolved_ticket_ids()})
        last = bookmark.get("after", 0)
        turn = [n for n in known if n > last] + [n for n in known if n <= last]
        for start in range(0, min(len(turn), CHECKED_PER_RUN), SIZE):
            asked = turn[start : start + SIZE]
            numbers = {str(number) for number in asked}
            page = self._page([], numbers - self._rest.visible(numbers), are_known=True)
            yield replace(page, bookmark={"after": asked[-1]})

    def _read_all(self, place: Place) -> Generator[Page, None, Place]:
        for items in self._rest.tickets_after(place.ticket):
            place = replace(place, ticket=max([place.ticket, *map(int, numbers_of(items))]))
            page = self._page(items)
            yield replace(page, bookmark=self._bookmark(place))
        place = replace(place, is_complete=True)
        yield Page(bookmark=self._bookmark(place))
        return place

    def _follow(self, place: Place) -> Iterator[Page]:
        pages = self._rest.news_after(place.feed or 0, with_fields=bool(self.terms.ticket_role_field))
        for items in pages:
            changes, rejects = self._changes(items)
            fresh = place.unseen(changes)
            place = place.after(fresh)
            if fresh or rejects:
                touched = {change.ticket_id for change in fresh}
                found = self._rest.tickets(touched)
                page = self._page(found, touched - numbers_of(found))
                yield replace(page, bookmark=self._bookmark(place), rejects=(*rejects, *page.rejects))

    def _page(self, items: Sequence[Any], gone: Collection[str] = (), *, are_known: bool = False) -> Page:
        """The tickets with their histories, and what became of those that searches do not show."""
        histories: dict[str, list[Change]] = defaultdict(list)
        rejects: list[Reject] = []
        for rows in self._rest.histories(numbers_of(items) | set(gone)):
            changes, refused = self._changes(rows)
            rejects += refused
            for change in changes:
                histories[change.ticket_id].append(change)
        pairs = [(item, histories[number_of(item)]) for item in items]
        records, refused = self._parse_each("tickets", parse_ticket, pairs)
        rejects += refused
        for number in sorted(gone, key=int):
            left, refused = self._gone(number, histories[number], is_known=are_known)
            records, rejects = records + left, rejects + refused
        self._desk.check_role_field(requestors_of(items))
        met, note = self._desk.news()
        return Page(records=(*met, *records), rejects=tuple(rejects), note=note)

    def _gone(
        self, number: str, history: Sequence[Change], *, is_known: bool
    ) -> tuple[list[Record], list[Reject]]:
        try:
            ticket = self._rest.ticket(number)
        except UnavailableError as error:
            if is_known and error.status == 404:
                return [self._wiped_out(number)], []
            if is_known:
                self._desk.notes.append(
                    "Tickets of the backlog may not be seen any more: check the user's rights."
                )
            return [], []
        return self._parse_each("tickets", parse_gone, [(number, ticket, history)])

    def _wiped_out(self, number: str) -> Ticket:
        """A ticket of which the server has nothing left (the shredder): our clock is all there is."""
        now = self.context.clock()
        return Ticket(
            id=number, state=State.DELETED, created_at=now, revision=int(now.timestamp()), updated_at=now
        )

    def _changes(self, items: Sequence[Any]) -> tuple[list[Change], list[Reject]]:
        made, rejects = self._parse_each("tickets", parse_change, items)
        return cast("list[Change]", made), rejects

    def _parse_each(self, stream: str, parse: Any, items: Sequence[Any]) -> tuple[list[Record], list[Reject]]:
        parsed = [self.parse_one(stream, lambda each, _: parse(each, self._desk), item) for item in items]
        return [r for made, _ in parsed for r in made], [r for _, refused in parsed for r in refused]

    def _bookmark(self, place: Place) -> dict[str, Any]:
        return place.bookmark() | self._desk.bookmark()
