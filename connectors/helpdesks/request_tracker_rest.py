"""What is asked of Request Tracker's REST2, and how: the queries, their fields, the walks.

What comes back is as the server sent it; reading it is request_tracker_parse.py's business.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence
from typing import Any

from connectors.errors import PermanentError, UnavailableError
from connectors.http import JsonSource
from connectors.paging import AfterKey, Ask, PageNumber, Query, dig, walk

SIZE = 100
"""The server cuts larger pages to this without a word."""

PERSON = "id,Name,RealName,EmailAddress,Organization,CustomFields"
TICKETS: Query = {
    "fields": "id,Type,Subject,Status,Queue,Owner,Requestor,Created,Resolved,Due,LastUpdated,Priority,SLA,"
    "CustomFields",
    "fields[Queue]": "id,Name,Disabled",
    "fields[Owner]": "id,Name,RealName",
    "fields[Requestor]": PERSON,
    "orderby": "id",
    "per_page": str(SIZE),
}
TRANSACTIONS: Query = {
    "fields": "id,ObjectId,Type,Field,OldValue,NewValue,Created,Creator",
    "fields[Creator]": "id,Name",
    "orderby": "id",
    "per_page": str(SIZE),
}
QUEUES = {"fields": "id,Name,Disabled,Lifecycle", "find_disabled_rows": "1", "per_page": str(SIZE)}
OF_TICKETS = "ObjectType = 'RT::Ticket'"
TOLD = (
    "(Type = 'Create' OR Type = 'Status' OR Type = 'Correspond' OR Field = 'MergedInto' OR "
    "(Type != 'SetWatcher' AND (Field = 'Owner' OR Field = 'Queue' OR Field = 'Priority' OR Field = 'SLA')))"
)
# Left out because they need rights of their own: rows that are hidden make a page short before the end.
NEWS = f"{OF_TICKETS} AND Type != 'Comment' AND Type != 'EmailRecord' AND Type != 'CommentEmailRecord'"
PRIVILEGED = '[{"field":"Domain","value":"SystemInternal"},{"field":"Name","value":"Privileged"}]'


class Rest:
    """The requests. Each method raises a ConnectorError where the server does not answer."""

    def __init__(self, source: str, http: JsonSource) -> None:
        self._source = source
        self._http = http

    def tickets_after(self, number: int) -> Iterator[list[Any]]:
        """Pages of all tickets that searches show, by rising number."""
        asked = AfterKey(template="id > {after}", size=SIZE)
        yield from self._walk("tickets", TICKETS, asked, number)

    def tickets(self, numbers: Collection[str], params: Query = TICKETS) -> list[Any]:
        """Up to a hundred tickets by number, without those that are deleted, merged or hidden."""
        if not numbers:
            return []
        query = " OR ".join(f"id = {number}" for number in sorted(numbers, key=int))
        return self._items(self._http.get_json("tickets", params | {"query": query}))

    def visible(self, numbers: Collection[str]) -> set[str]:
        """Which of up to a hundred tickets a search shows."""
        return numbers_of(self.tickets(numbers, {"fields": "id", "per_page": str(SIZE)}))

    def ticket(self, number: str) -> Any:
        """One ticket, be it deleted; the target of a merged one. UnavailableError where there is none."""
        return self._http.get_json(f"ticket/{number}")

    def histories(self, numbers: Collection[str]) -> Iterator[list[Any]]:
        """Pages of the transactions that matter of up to a hundred tickets, by rising number."""
        if numbers:
            tickets = " OR ".join(f"ObjectId = {number}" for number in sorted(numbers, key=int))
            template = f"{OF_TICKETS} AND ({tickets}) AND {TOLD} AND id > {{after}}"
            yield from self._walk("transactions", TRANSACTIONS, AfterKey(template=template, size=SIZE))

    def news_after(self, number: int, *, with_fields: bool) -> Iterator[list[Any]]:
        """Pages of the transactions of all tickets, by rising number; with changed custom fields or not.

        Reminders and approvals are left out: no search shows them, so each would be asked for by itself.
        """
        news = f"{NEWS} AND TicketType = 'ticket'" + ("" if with_fields else " AND Type != 'CustomField'")
        asked = AfterKey(template=f"{news} AND id > {{after}}", size=SIZE)
        yield from self._walk("transactions", TRANSACTIONS, asked, number)

    def newest(self) -> int:
        """The number of the newest transaction of a ticket; 0 if there is none."""
        asked = {"query": f"{NEWS} AND id > 0", "order": "DESC", "per_page": "1"}
        found = self._items(self._http.get_json("transactions", TRANSACTIONS | asked))
        return max(map(int, numbers_of(found)), default=0)

    def people(self) -> Iterator[list[Any]]:
        """Pages of all users that are not switched off."""
        params: Query = {"fields": PERSON, "orderby": "id", "per_page": str(SIZE)}
        yield from self._walk("users", params)

    def privileged(self) -> set[str]:
        """The numbers of the privileged users. UnavailableError without the rights to see them."""
        groups = self._items(self._http.get_json("groups", {"query": PRIVILEGED, "fields": "Name"}))
        if not groups:
            raise UnavailableError(
                f"Source {self._source}: the list of users can't be sorted into agents and customers without"
                " the rights SeeGroup and AdminGroupMembership. People still come with their tickets.",
                setting="token",
            )
        params: Query = {"users": "1", "groups": "0", "per_page": str(SIZE)}
        pages = self._walk(f"group/{groups[0]['id']}/members", params)
        return {number for items in pages for number in numbers_of(items)}

    def person(self, number: str) -> Any:
        """A user; an empty object where there is none any more."""
        try:
            return self._http.get_json(f"user/{number}")
        except UnavailableError:
            return {}

    def lifecycles(self) -> dict[str, str]:
        """The lifecycle of each queue, by its number."""
        pages = self._walk("queues/all", dict(QUEUES))
        return {str(item.get("id")): str(item.get("Lifecycle") or "") for items in pages for item in items}

    def has_tickets(self, status: str, kind: str) -> bool:
        """Whether tickets stand in a status, and it is of a kind (Initial, Active or Inactive)."""
        if {"'", '"', "\\"} & set(status):
            return False
        query = f"Status = '__{kind}__' AND Status = '{status}'"
        return bool(self._items(self._http.get_json("tickets", {"query": query, "per_page": "1"})))

    def _walk(
        self, path: str, params: Query, paging: AfterKey | PageNumber | None = None, after: int = 0
    ) -> Iterator[list[Any]]:
        for body in walk(self._http.get_json, Ask(path, params), paging or PageNumber(), {"after": after}):
            yield self._items(body)

    def _items(self, body: Any) -> list[Any]:
        items = dig(body, "items")
        if not isinstance(items, list):
            raise PermanentError(
                f"Source {self._source}: a reply holds no list; is 'url' the address of Request Tracker 5?",
                setting="url",
            )
        return items


def number_of(item: Any) -> str:
    """The number of an object of a list; "" where it has none."""
    number = str(item.get("id")) if isinstance(item, dict) else ""
    return number if number.isascii() and number.isdecimal() else ""


def numbers_of(items: Sequence[Any]) -> set[str]:
    return {number for number in map(number_of, items) if number}
