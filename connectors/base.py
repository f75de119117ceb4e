"""What the author of a connector declares, and the reading that follows from the declaration.

A connector is a class with a kind, a label, its settings and its streams. A stream names its path, its
paging and a `parse` that turns one JSON object into records. Where a service can't be read that way, a
stream names a method of the connector (`read`) that yields pages itself.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, ClassVar, Protocol

import orjson

from connectors.errors import ConfigError, PermanentError, RecordError
from connectors.http import JsonSource, NoHttp
from connectors.paging import Ask, Bookmark, Paging, Query, SinglePage, dig
from data.records import Page, Record, Reject

REQUIRED = object()
WORD_OF_KIND = {
    str: "text",
    int: "a number without a fraction",
    float: "a number",
    bool: "true or false",
    list: "a list",
    dict: "a table",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Field:
    """A setting of a source. Without a default it must be given. A secret is named, never written down.

    kind: str, int, float, bool, list or dict; what is given in another form is refused.
    """

    name: str
    help: str
    default: Any = REQUIRED
    secret: bool = False
    kind: type = str


@dataclass(frozen=True, slots=True, kw_only=True)
class Stream:
    """One kind of thing that a source offers.

    every_seconds: read it again only after so long (None: at each sync).
    is_optional: where the source refuses it (a plan, a scope) it is noted and left out.
    """

    name: str
    path: str = ""
    params: Mapping[str, str] = field(default_factory=dict)
    items: str = ""
    paging: Paging = field(default_factory=SinglePage)
    parse: Callable[[Any, Any], Record | Iterable[Record] | None] | None = None
    read: str | None = None
    every_seconds: float | None = None
    is_optional: bool = False


class Known(Protocol):
    """What the store can tell a connector about what it has already."""

    def unsolved_ticket_ids(self) -> list[str]:
        """Identifiers, as stored, of this source's tickets that are in the backlog."""
        ...

    def responses(self) -> list[tuple[str, str, datetime]]:
        """(id, survey_id, responded_at) of this source's stored responses that are not deleted."""
        ...

    def assignee_ids(self) -> list[str]:
        """Identifiers of all to whom a stored ticket of this source is given, those who left included."""
        ...


@dataclass(frozen=True, slots=True, kw_only=True)
class Context:
    """What a connector is given besides its settings: the clock, and what is known already."""

    clock: Callable[[], datetime]
    known: Known


class Connector:
    """Base of all connectors. `config` holds checked settings by name, secrets resolved."""

    kind: ClassVar[str]
    label: ClassVar[str]
    fields: ClassVar[tuple[Field, ...]] = ()
    streams: ClassVar[tuple[Stream, ...]] = ()
    is_invented: ClassVar[bool] = False
    """True where the data is made up; every screen then says so."""

    def __init__(
        self, source: str, config: Mapping[str, Any], context: Context, http: JsonSource | None = None
    ) -> None:
        self.source = source
        self.config = self.complete(source, config)
        self.context = context
        self.http = http or self.connect()

    def connect(self) -> JsonSource:
        """The HTTP client of this source. Connectors that use HTTP override this."""
        return NoHttp(f"Source {self.source}: a connector of kind '{self.kind}' has no address to ask.")

    @classmethod
    def complete(cls, source: str, config: Mapping[str, Any]) -> dict[str, Any]:
        """The settings with defaults filled in; ConfigError names one that is missing or unknown."""
        names = {item.name for item in cls.fields}
        for name in config:
            if name not in names:
                raise ConfigError(
                    f"Source {source}: there is no setting '{name}' for kind '{cls.kind}'."
                    f" Known: {', '.join(sorted(names)) or 'none'}.",
                    setting=name,
                )
        for item in cls.fields:
            if item.default is REQUIRED and config.get(item.name) in (None, ""):
                raise ConfigError(
                    f"Source {source}: the setting '{item.name}' is missing ({item.help}).",
                    setting=item.name,
                )
        defaults = {item.name: item.default for item in cls.fields if item.default is not REQUIRED}
        given = {
            item.name: _as_kind(source, item, config[item.name]) for item in cls.fields if item.name in config
        }
        return defaults | given

    def read(self, stream: Stream, bookmark: Bookmark) -> Iterator[Page]:
        """The pages of a stream from `bookmark` on (empty: from the beginning). Raises ConnectorError."""
        if stream.read is not None:
            yield from getattr(self, stream.read)(bookmark)
            return
        ask: Ask | None = stream.paging.first(Ask(stream.path, Query(stream.params)), bookmark)
        asked: set[tuple[str, str]] = set()
        while ask is not None:
            mark = (ask.path, str(sorted(ask.params.items())))
            if mark in asked:
                raise PermanentError(
                    f"Source {self.source}, stream {stream.name}: the list runs in a circle; stopped."
                )
            asked.add(mark)
            body = self.http.get_json(ask.path, ask.params)
            step = stream.paging.advance(ask, body)
            records, rejects = self.parse_all(stream, dig(body, stream.items) if stream.items else body)
            yield Page(records=records, rejects=rejects, bookmark=step.bookmark)
            ask = step.next

    def parse_all(self, stream: Stream, items: Any) -> tuple[tuple[Record, ...], tuple[Reject, ...]]:
        """Each object through the stream's `parse`; one that can't be read becomes a reject."""
        records: list[Record] = []
        rejects: list[Reject] = []
        if not isinstance(items, list):
            raise PermanentError(
                f"Source {self.source}, stream {stream.name}: the reply holds no list '{stream.items}'."
            )
        for item in items:
            made, reject = self.parse_one(stream.name, stream.parse, item)
            records.extend(made)
            rejects.extend(reject)
        return tuple(records), tuple(rejects)

    def parse_one(
        self, name: str, parse: Callable[[Any, Any], Any] | None, item: Any, place: str = ""
    ) -> tuple[list[Record], list[Reject]]:
        """The records of one object, or the reject that keeps it verbatim."""
        if parse is None:
            raise PermanentError(f"Source {self.source}, stream {name}: it has no parse.")
        try:
            made = parse(item, self)
        except (RecordError, KeyError, TypeError, ValueError, AttributeError, OverflowError) as error:
            return [], [Reject(stream=name, reason=reason_of(error), payload=verbatim(item), place=place)]
        if made is None:
            return [], []
        return (list(made), []) if isinstance(made, Iterable) else ([made], [])


def _as_kind(source: str, item: Field, value: Any) -> Any:
    """The setting as its kind; numbers may stand for text. ConfigError, without the value, for others."""
    if isinstance(value, bool) and item.kind is not bool:
        value = None
    if isinstance(value, int | float) and item.kind in (str, float):
        return item.kind(value)
    if not isinstance(value, item.kind):
        raise ConfigError(
            f"Source {source}: the setting '{item.name}' must be {WORD_OF_KIND[item.kind]} ({item.help}).",
            setting=item.name,
        )
    return value


def reason_of(error: Exception) -> str:
    """Why an object could not be read, without a word of its content."""
    if isinstance(error, RecordError):
        return str(error)
    if isinstance(error, KeyError) and error.args and isinstance(error.args[0], str):
        return f"the field '{error.args[0][:60]}' is missing or has an unknown value"
    return f"a field has the wrong form ({type(error).__name__})"


def verbatim(item: Any) -> str:
    """The object as text, for the rejects table."""
    try:
        return orjson.dumps(item).decode()
    except (orjson.JSONEncodeError, TypeError):
        return repr(item)
