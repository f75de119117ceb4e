"""Zendesk Support: tickets with their whole history, people, promises and satisfaction ratings.

Tickets and users come by cursor export, everything that happened to tickets by time export. Neither ever
shows the latest minute, and both repeat rows; the store takes each row once. Needs an admin's API token or
an OAuth token with the scope `read`.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace
from typing import Any

from connectors.base import Connector, Field, Stream
from connectors.errors import ConfigError, RetryableError
from connectors.helpdesks.zendesk_account import LIST, SIZE, Account, ids_of
from connectors.helpdesks.zendesk_export import BEGINNING, ratings, time_export
from connectors.helpdesks.zendesk_history import parse_audit, parse_metric_event
from connectors.helpdesks.zendesk_parse import (
    parse_agent,
    parse_group,
    parse_organization,
    parse_ticket,
    parse_user,
)
from connectors.helpdesks.zendesk_terms import (
    SATISFACTION,
    parse_policy,
    parse_rating,
    parse_schedule,
    zone_of,
)
from connectors.http import Http, JsonSource
from connectors.paging import Bookmark, Cursor, NextLink
from data.records import Page

WITHHELD_SECONDS = 90
"""Exports refuse to start within the latest minute; the rest is for clocks that differ."""
CATCH_UP_SECONDS = 180
"""A long history is read in stretches, so that in between the tickets of today are not left to wait."""
HOURLY = 3600.0
EXPORT = Cursor(
    key="after_cursor",
    param="cursor",
    done="end_of_stream",
    start={"start_time": str(BEGINNING)},
    is_kept=True,
)


class Zendesk(Connector):
    """One Zendesk account."""

    kind = "zendesk"
    label = "Zendesk Support"
    fields = (
        Field(name="subdomain", help="the part before .zendesk.com", default=""),
        Field(name="url", help="the address, where it is not https://SUBDOMAIN.zendesk.com", default=""),
        Field(name="email", help="the admin whose API token it is; none with an OAuth token", default=""),
        Field(name="token", help="an API token, or an OAuth access token", secret=True),
        Field(name="role_field", help="key of the user field (or tag:NAME) with the role", default=""),
        Field(name="title_field", help="key of the user field with the job title", default=""),
        Field(name="value_field", help="key of the organisation field with the yearly value", default=""),
        Field(name="renewal_field", help="key of the organisation field with the renewal date", default=""),
        Field(name="employees_field", help="key of the organisation field with the head count", default=""),
        Field(name="schedule", help="id of the schedule for business hours; else the first", default=""),
    )
    streams = (
        Stream(name="agents", read="read_agents", items="users", parse=parse_agent),
        Stream(
            name="groups", path="groups", params=SIZE, items="groups", paging=LIST, parse=parse_group,
            every_seconds=HOURLY, is_optional=True,
        ),
        Stream(
            name="sla_policies", path="slas/policies", items="sla_policies", paging=NextLink("next_page"),
            parse=parse_policy, every_seconds=HOURLY, is_optional=True,
        ),
        Stream(
            name="schedules", read="read_schedules", parse=parse_schedule, every_seconds=HOURLY,
            is_optional=True,
        ),
        Stream(
            name="organizations", read="read_organizations", path="incremental/organizations",
            items="organizations", parse=parse_organization, is_optional=True,
        ),
        Stream(
            name="users", path="incremental/users/cursor", items="users", paging=EXPORT, parse=parse_user,
            is_optional=True,
        ),
        Stream(
            name="tickets", path="incremental/tickets/cursor", params={"include": "metric_sets"},
            items="tickets", paging=EXPORT, parse=parse_ticket,
        ),
        Stream(
            name="ticket_events", read="read_ticket_events", path="incremental/ticket_events",
            params={"include": "comment_events"}, items="ticket_events", parse=parse_audit, is_optional=True,
        ),
        Stream(
            name="satisfaction", read="read_ratings", path="satisfaction_ratings", params=SIZE,
            items="satisfaction_ratings", parse=parse_rating, every_seconds=300.0, is_optional=True,
        ),
        Stream(
            name="metric_events", read="read_metric_events", path="incremental/ticket_metric_events",
            items="ticket_metric_events", parse=parse_metric_event, is_optional=True,
        ),
    )  # fmt: skip

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.account = self._account()
        self._unfinished: set[str] = set()

    def connect(self) -> JsonSource:
        email, token = str(self.config["email"]), str(self.config["token"])
        return Http(
            self.source,
            f"{self.address}/api/v2",
            auth=(f"{email}/token", token) if email else None,
            headers={} if email else {"Authorization": f"Bearer {token}"},
            setting="url" if self.config["url"] else "subdomain",
        )

    @property
    def address(self) -> str:
        """Where people open Zendesk, without a slash at the end. Raises ConfigError."""
        url, subdomain = str(self.config["url"]), str(self.config["subdomain"])
        if url:
            return url.rstrip("/")
        if re.fullmatch(r"[A-Za-z0-9][A-Za-z0-9-]*", subdomain):
            return f"https://{subdomain}.zendesk.com"
        raise ConfigError(
            f"Source {self.source}: the setting 'subdomain' must be the part of the address before"
            " .zendesk.com, such as acme.",
            setting="subdomain",
        )

    def read(self, stream: Stream, bookmark: Bookmark) -> Iterator[Page]:
        self.account = self._account()
        self._unfinished.add(stream.name)
        yield from super().read(stream, bookmark)
        self._unfinished.discard(stream.name)

    def read_agents(self, bookmark: Bookmark) -> Iterator[Page]:
        """Those who are agents now, and once more those who no longer are."""
        stream, before = self._stream("agents"), set(bookmark.get("ids", ()))
        listed: set[str] = set()
        for items in self.account.agents():
            listed.update(ids_of(items))
            yield self._page(stream, items)
        gone = sorted(before - listed)
        for first in range(0, len(gone), 100):
            yield self._page(stream, self.account.people(gone[first : first + 100]))
        if listed != before:
            yield Page(bookmark={"ids": sorted(listed)})

    def read_schedules(self, bookmark: Bookmark) -> Iterator[Page]:
        schedules = self.account.schedules
        unknown = ids_of(item for item in schedules if zone_of(item) is None)
        note = f"UTC is used for schedules in an unknown time zone: {', '.join(unknown)}" if unknown else ""
        yield replace(self._page(self._stream("schedules"), schedules), note=note)

    def read_organizations(self, bookmark: Bookmark) -> Iterator[Page]:
        return self._time_export("organizations", bookmark)

    def read_metric_events(self, bookmark: Bookmark) -> Iterator[Page]:
        return self._time_export("metric_events", bookmark)

    def read_ticket_events(self, bookmark: Bookmark) -> Iterator[Page]:
        """The first time from the beginning, when tickets tell who used to be an agent: so after these."""
        is_known = bool(bookmark.get("is_complete"))
        if not is_known and "tickets" in self._unfinished:
            raise RetryableError(
                f"Source {self.source}: the tickets' history is read once all tickets are there."
                " Barometer tries again by itself."
            )
        self.account.is_catching_up = not is_known
        yield from self._time_export("ticket_events", bookmark, notes_end=True)

    def read_ratings(self, bookmark: Bookmark) -> Iterator[Page]:
        stream = self._stream("satisfaction")
        yield Page(records=(SATISFACTION,))
        for stretch in ratings(self.http, stream, bookmark):
            yield self._page(stream, stretch.rows, stretch.bookmark)

    def _time_export(self, name: str, bookmark: Bookmark, *, notes_end: bool = False) -> Iterator[Page]:
        stream = self._stream(name)
        latest = self._latest()
        is_complete = bool(bookmark.get("is_complete"))
        until = latest + CATCH_UP_SECONDS
        for stretch in time_export(self.http, stream, bookmark, latest=latest):
            is_complete = is_complete or stretch.is_last
            kept = stretch.bookmark
            if kept is not None and notes_end:
                kept = {**kept, "is_complete": is_complete}
            page = self._page(stream, stretch.rows, kept)
            if not stretch.is_last and self._latest() > until:
                yield replace(page, note=f"{name}: read up to {stretch.day}; the rest follows run by run.")
                return
            yield page

    def _latest(self) -> int:
        """The last second that an export may be asked for."""
        return int(self.context.clock().timestamp()) - WITHHELD_SECONDS

    def _page(self, stream: Stream, items: Any, bookmark: Bookmark | None = None) -> Page:
        records, rejects = self.parse_all(stream, items)
        return Page(records=records, rejects=rejects, bookmark=bookmark)

    def _stream(self, name: str) -> Stream:
        return next(stream for stream in self.streams if stream.name == name)

    def _account(self) -> Account:
        return Account(self.source, self.http, self.context.known, schedule=str(self.config["schedule"]))
