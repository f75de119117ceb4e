"""What has to be known of a Zendesk account to understand its rows, asked for at first need.

One `Account` serves one reading of one stream, so nothing in it grows old.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from datetime import datetime
from functools import cached_property
from typing import Any

from connectors.base import Known
from connectors.errors import PermanentError, UnavailableError
from connectors.helpdesks.zendesk_values import moment_or_none, optional_id
from connectors.http import JsonSource
from connectors.paging import Ask, Cursor, Query, dig, walk

SIZE = {"page[size]": "100"}
LIST = Cursor(key="meta.after_cursor", param="page[after]", more="meta.has_more")


class Account:
    """Answers what single rows leave open. Raises ConnectorError where the account can't be asked."""

    def __init__(self, source: str, http: JsonSource, known: Known, *, schedule: str = "") -> None:
        self._source = source
        self._http = http
        self._known = known
        self._schedule = schedule
        self.is_catching_up = False

    def is_staff(self, user_id: str) -> bool:
        """Whether a person answers for the desk: is an agent or admin or, while old history is read, was one.

        Zendesk forgets who used to be an agent; whom tickets were given to tells.
        """
        if user_id in self._staff:
            return True
        return self.is_catching_up and user_id in self._assignees

    def category_of(self, custom_status_id: Any) -> str | None:
        """The system status behind a custom one."""
        return self._categories.get(optional_id(custom_status_id) or "")

    def calendar_id(self) -> str | None:
        """The schedule that tickets go by: the one in the settings, else the account's first."""
        return self._schedule or self._first_schedule

    def deleted_at(self, ticket_id: str) -> datetime | None:
        """When a ticket was deleted, where its own row does not say; known for 30 days."""
        return self._deletions.get(ticket_id)

    @cached_property
    def schedules(self) -> list[Any]:
        return self._list("business_hours/schedules", "schedules")

    def holidays(self, schedule_id: str) -> list[Any]:
        try:
            return self._list(f"business_hours/schedules/{schedule_id}/holidays", "holidays")
        except UnavailableError:
            return []

    def agents(self) -> Iterator[list[Any]]:
        """Pages of those who are agents or admins now."""
        return self._pages("users", {**SIZE, "role[]": ["agent", "admin"]}, "users")

    def people(self, ids: Sequence[str]) -> list[Any]:
        """The users with these ids, as far as they can still be had."""
        try:
            return self._list("users/show_many", "users", {"ids": ",".join(ids)}) if ids else []
        except UnavailableError:
            return []

    @cached_property
    def _staff(self) -> frozenset[str]:
        return frozenset(user_id for page in self.agents() for user_id in ids_of(page))

    @cached_property
    def _assignees(self) -> frozenset[str]:
        return frozenset(self._known.assignee_ids())

    @cached_property
    def _categories(self) -> dict[str, str]:
        try:
            statuses = self._list("custom_statuses", "custom_statuses")
        except UnavailableError:
            return {}
        return {str(dig(status, "id")): str(dig(status, "status_category")) for status in statuses}

    @cached_property
    def _first_schedule(self) -> str | None:
        try:
            return next(iter(ids_of(self.schedules)), None)
        except UnavailableError:
            return None

    @cached_property
    def _deletions(self) -> dict[str, datetime]:
        found: dict[str, datetime] = {}
        try:
            for page in self._pages("deleted_tickets", {**SIZE}, "deleted_tickets"):
                for row in page:
                    at = dig(row, "deleted_at")
                    if isinstance(at, str) and (moment := moment_or_none(at)):
                        found[str(dig(row, "id"))] = moment
        except UnavailableError:
            return {}
        return found

    def _pages(self, path: str, params: Query, items: str) -> Iterator[list[Any]]:
        for body in walk(self._http.get_json, Ask(path, dict(params)), LIST):
            yield self._listed(body, items)

    def _list(self, path: str, items: str, params: Query | None = None) -> list[Any]:
        return self._listed(self._http.get_json(path, params), items)

    def _listed(self, body: Any, items: str) -> list[Any]:
        found = dig(body, items)
        if not isinstance(found, list):
            raise PermanentError(f"Source {self._source}: the reply holds no list '{items}'.")
        return found


def ids_of(items: Iterable[Any]) -> list[str]:
    """The identifiers of those objects that have one, in their order."""
    return [found for item in items if (found := optional_id(dig(item, "id"))) is not None]
