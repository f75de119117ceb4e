"""How a service's list is walked: one small frozen object per style.

A paging object turns a stored bookmark into the first `Ask`, and each reply into the next one together
with the bookmark to store with that page. It asks by path and parameters only: of an address that a
reply names, the query is taken and the host is not.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any, Protocol
from urllib.parse import parse_qs, urlsplit

from connectors.errors import PermanentError

Bookmark = Mapping[str, Any]
Query = dict[str, str | list[str]]


@dataclass(frozen=True, slots=True)
class Ask:
    """One request: a path, and its parameters."""

    path: str
    params: Query = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Step:
    """What a reply leads to. next: None at the end. bookmark: None leaves the stored one as it is."""

    next: Ask | None
    bookmark: Bookmark | None = None


class Paging(Protocol):
    def first(self, ask: Ask, bookmark: Bookmark) -> Ask:
        """The first request of a run; `bookmark` is empty when nothing was stored yet."""
        ...

    def advance(self, ask: Ask, body: Any) -> Step:
        """What comes after the reply `body` to `ask`."""
        ...


@dataclass(frozen=True, slots=True)
class SinglePage:
    """The whole list comes in one reply."""

    def first(self, ask: Ask, bookmark: Bookmark) -> Ask:
        return ask

    def advance(self, ask: Ask, body: Any) -> Step:
        return Step(None)


@dataclass(frozen=True, slots=True)
class NextLink:
    """The reply names the address of the next page under `key` (dots go deeper); none at the end."""

    key: str = "next"

    def first(self, ask: Ask, bookmark: Bookmark) -> Ask:
        return ask

    def advance(self, ask: Ask, body: Any) -> Step:
        link = dig(body, self.key)
        return Step(Ask(ask.path, query_of(link)) if link else None)


@dataclass(frozen=True, slots=True)
class Cursor:
    """The reply holds an opaque cursor under `key`, which asks for the next page as parameter `param`.

    more, done: the key that is true while more follows, or at the end; one of them is given. An empty
        page is no end.
    start: parameters of a walk's very first request, which the cursor then replaces.
    is_kept: the cursor stays good for later runs, so it is the bookmark.
    """

    key: str
    param: str
    more: str = ""
    done: str = ""
    start: Mapping[str, str] = field(default_factory=dict)
    is_kept: bool = False

    def first(self, ask: Ask, bookmark: Bookmark) -> Ask:
        if self.is_kept and bookmark.get("cursor"):
            return Ask(ask.path, ask.params | {self.param: str(bookmark["cursor"])})
        return Ask(ask.path, {**ask.params, **self.start})

    def advance(self, ask: Ask, body: Any) -> Step:
        cursor = dig(body, self.key)
        if not cursor:
            return Step(None)
        bookmark = {"cursor": cursor} if self.is_kept else None
        is_last = not dig(body, self.more) if self.more else dig(body, self.done) is not False
        if is_last or ask.params.get(self.param) == cursor:
            return Step(None, bookmark)
        params = {name: value for name, value in ask.params.items() if name not in self.start}
        return Step(Ask(ask.path, params | {self.param: cursor}), bookmark)


@dataclass(frozen=True, slots=True)
class PageNumber:
    """Pages 1, 2, 3 … in parameter `param`, until one has nothing under `items`.

    echo: where the reply says which page it is. A service that answers a number past the end with its
        last page again is found out by it; neither totals nor short pages are relied on.
    """

    items: str = "items"
    param: str = "page"
    echo: str = "page"

    def first(self, ask: Ask, bookmark: Bookmark) -> Ask:
        return Ask(ask.path, ask.params | {self.param: "1"})

    def advance(self, ask: Ask, body: Any) -> Step:
        asked, said = int(str(ask.params[self.param])), dig(body, self.echo)
        if not dig(body, self.items) or (said is not None and int(said) != asked):
            return Step(None)
        return Step(Ask(ask.path, ask.params | {self.param: str(asked + 1)}))


@dataclass(frozen=True, slots=True)
class AfterKey:
    """A list sorted by a rising number: each request asks for what comes after the last one seen.

    Nothing shifts under the walk when rows come or go. `{after}` in the parameter `param` stands for the
    number; a bookmark's "after" is where a walk begins (0: at the very first). A page shorter than
    `size` is the last.
    """

    template: str
    param: str = "query"
    items: str = "items"
    key: str = "id"
    size: int = 100

    def first(self, ask: Ask, bookmark: Bookmark) -> Ask:
        return self._ask(ask, int(bookmark.get("after", 0)))

    def advance(self, ask: Ask, body: Any) -> Step:
        items = dig(body, self.items) or []
        seen = [int(item[self.key]) for item in items if isinstance(item, Mapping) and item.get(self.key)]
        return Step(self._ask(ask, max(seen)) if seen and len(items) >= self.size else None)

    def _ask(self, ask: Ask, after: int) -> Ask:
        return Ask(ask.path, ask.params | {self.param: self.template.replace("{after}", str(after))})


def walk(
    get: Callable[[str, Query], Any], ask: Ask, paging: Paging, bookmark: Bookmark | None = None
) -> Iterator[Any]:
    """The replies of a list, one after the other. PermanentError where it runs in a circle."""
    following: Ask | None = paging.first(ask, bookmark or {})
    asked: set[tuple[str, str]] = set()
    while following is not None:
        mark = (following.path, str(sorted(following.params.items())))
        if mark in asked:
            raise PermanentError(f"The list {following.path} runs in a circle; stopped.")
        asked.add(mark)
        body = get(following.path, following.params)
        yield body
        following = paging.advance(following, body).next


def query_of(address: str) -> Query:
    """The parameters of an address, each value a list."""
    return dict(parse_qs(urlsplit(address).query, keep_blank_values=True))


def dig(body: Any, key: str) -> Any:
    """The value at a dotted key of nested objects; None where there is no such thing."""
    for part in key.split("."):
        body = body.get(part) if isinstance(body, Mapping) else None
    return body
