"""What every registered connector owes, whoever wrote it: this suite runs over the registry.

A connector brings tests/fixtures/<kind>/contract.toml: its settings, and for each stream the recorded pages
with the paths that ask for them; where broken objects stand in these, how many.
"""

from __future__ import annotations

import dataclasses
import logging
import time
import tomllib
from collections.abc import Iterator, Mapping
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import Engine, select

from connectors import CONNECTORS, connector_class
from connectors.base import REQUIRED, Connector, Context
from connectors.errors import AuthError, ConfigError, ConnectorError, UnavailableError
from data import schema
from data.records import Page, Record, Ticket
from data.settings import FileSettings
from data.store import Store
from tests.clock import StandingClock
from tests.connectors.fakes import FIXTURES, NOW, FakeKnown, fixture
from tests.connectors.loopback import Loopback, Reply

KINDS = sorted(CONNECTORS)
HTTP_KINDS = [kind for kind in KINDS if any(item.name == "url" for item in connector_class(kind).fields)]
SECRET_WORDS = ("token", "password", "secret", "api_key")
NOT_OF_ONE_THING = {"SlaTarget"}


class Case:
    """A connector with its recorded pages, as its contract.toml describes them."""

    def __init__(self, kind: str) -> None:
        folder = FIXTURES / kind
        text = (folder / "contract.toml").read_text().replace("{fixtures}", str(folder))
        given = tomllib.loads(text)
        self.kind = kind
        self.connector = connector_class(kind)
        self.config: dict[str, Any] = given["config"]
        self.recorded: dict[str, list[list[str]]] = given["streams"]
        self.rejects: dict[str, int] = given.get("rejects", {})
        self.known = FakeKnown(unsolved=given.get("known", {}).get("unsolved", ()))

    @property
    def secrets(self) -> dict[str, str]:
        """The secret settings of the case."""
        names = {field.name for field in self.connector.fields if field.secret}
        return {name: str(value) for name, value in self.config.items() if name in names}

    def build(self, http: Any = None, **config: Any) -> Connector:
        context = Context(clock=StandingClock(NOW), known=self.known)
        return self.connector("acme", self.config | config, context, http)


class Replay:
    """Gives a path's recorded pages in order; what was not recorded is not there."""

    def __init__(self, kind: str) -> None:
        self.kind = kind
        self.left: list[list[str]] = []

    def get_json(self, path: str, params: Mapping[str, Any] | None = None) -> Any:
        for exchange in self.left:
            if exchange[0] == path:
                self.left.remove(exchange)
                return fixture(self.kind, exchange[1])
        raise UnavailableError(f"nothing was recorded for {path}", status=404)


@pytest.fixture(params=KINDS)
def case(request: pytest.FixtureRequest) -> Case:
    return Case(request.param)


@pytest.fixture(params=HTTP_KINDS)
def http_case(request: pytest.FixtureRequest) -> Case:
    """A connector that speaks HTTP, to the address in its setting `url`."""
    return Case(request.param)


def read(case: Case, bookmarks: dict[str, Any], connector: Connector, replay: Replay) -> Iterator[Any]:
    """(stream, page) of every stream, from the bookmarks on, which it moves as the store would."""
    for stream in connector.streams:
        replay.left = [list(exchange) for exchange in case.recorded[stream.name]]
        for page in connector.read(stream, bookmarks.get(stream.name, {})):
            yield stream.name, page
            if page.bookmark is not None:
                bookmarks[stream.name] = page.bookmark


def pages_of(case: Case) -> dict[str, list[Page]]:
    replay = Replay(case.kind)
    found: dict[str, list[Page]] = {name: [] for name in case.recorded}
    for name, page in read(case, {}, case.build(replay), replay):
        found[name].append(page)
    return found


def all_records(case: Case) -> list[Record]:
    return [record for pages in pages_of(case).values() for page in pages for record in page.records]


# --- what it declares -----------------------------------------------------------------------------------


def test_it_says_what_it_is_and_every_setting_has_help(case: Case) -> None:
    assert case.connector.kind == case.kind
    assert case.connector.label
    assert case.connector.__doc__
    names = [field.name for field in case.connector.fields]
    assert len(names) == len(set(names))
    assert all(field.help.strip() for field in case.connector.fields)


def test_settings_that_hold_secrets_are_marked_and_have_no_default(case: Case) -> None:
    for field in case.connector.fields:
        if any(word in field.name for word in SECRET_WORDS):
            assert field.secret, f"{field.name} sounds like a secret"
        if field.secret:
            assert field.default in (REQUIRED, "")


def test_every_stream_has_a_name_of_its_own_and_a_way_to_be_read(case: Case) -> None:
    streams = case.connector.streams
    assert [stream.name for stream in streams] == list(dict.fromkeys(stream.name for stream in streams))
    for stream in streams:
        assert stream.path or stream.read
        if stream.read is not None:
            assert callable(getattr(case.connector, stream.read))
        else:
            assert stream.parse is not None


def test_every_stream_has_recorded_pages(case: Case) -> None:
    assert set(case.recorded) == {stream.name for stream in case.connector.streams}
    for exchanges in case.recorded.values():
        for _, name in exchanges:
            assert (FIXTURES / case.kind / f"{name}.json").is_file()


def test_an_unknown_setting_is_refused_by_its_name(case: Case) -> None:
    with pytest.raises(ConfigError, match="no setting 'colour'") as caught:
        case.build(Replay(case.kind), colour="red")
    assert caught.value.setting == "colour"


def test_a_missing_setting_is_named(case: Case) -> None:
    for field in case.connector.fields:
        if field.default is REQUIRED:
            with pytest.raises(ConfigError, match=f"'{field.name}'") as caught:
                case.build(Replay(case.kind), **{field.name: ""})
            assert caught.value.setting == field.name


# --- what it makes of its recorded pages ----------------------------------------------------------------


def test_each_stream_makes_records_of_its_recorded_pages(case: Case) -> None:
    for name, pages in pages_of(case).items():
        assert sum(len(page.records) for page in pages) > 0, name
        rejects = [reject.reason for page in pages for reject in page.rejects]
        assert len(rejects) == case.rejects.get(name, 0), (name, rejects)


def test_every_record_has_an_identifier_and_every_reference_is_text(case: Case) -> None:
    for record in all_records(case):
        if type(record).__name__ not in NOT_OF_ONE_THING:
            assert isinstance(record.id, str)  # type: ignore[union-attr]
            assert record.id  # type: ignore[union-attr]
        for field in dataclasses.fields(record):
            if field.name.endswith("_id"):
                assert isinstance(getattr(record, field.name), str | None), (record, field.name)


def test_every_moment_is_aware_and_in_utc(case: Case) -> None:
    moments = [
        value
        for record in all_records(case)
        for field in dataclasses.fields(record)
        if isinstance(value := getattr(record, field.name), datetime)
    ]
    assert len(moments) > 0
    assert {moment.utcoffset() for moment in moments} == {timedelta(0)}
    assert {str(moment.tzinfo) for moment in moments} == {str(UTC)}


def test_tickets_are_ordered_by_the_sources_own_counter_or_clock(case: Case) -> None:
    latest = (int(NOW.timestamp()) + 86400) << 32
    for record in all_records(case):
        if isinstance(record, Ticket):
            assert 0 <= record.revision < latest


def test_what_it_reads_is_the_same_each_time(case: Case) -> None:
    first, second = pages_of(case), pages_of(case)
    assert first == second


def test_a_second_run_adds_nothing(case: Case, sqlite_engine: Engine) -> None:
    store = Store(sqlite_engine, FileSettings(), b"0123456789abcdef", StandingClock(NOW))
    replay, bookmarks = Replay(case.kind), dict[str, Any]()
    connector = case.build(replay)
    changes = []
    for _ in range(2):
        total = 0
        for name, page in read(case, bookmarks, connector, replay):
            total += store.write("acme", name, page).changed
        changes.append((total, _facts(sqlite_engine)))
    assert changes[0][0] > 0
    assert changes[1] == (0, changes[0][1])


def test_a_run_after_a_restart_adds_nothing_either(case: Case, sqlite_engine: Engine) -> None:
    store = Store(sqlite_engine, FileSettings(), b"0123456789abcdef", StandingClock(NOW))
    changed = []
    for bookmarks in ({}, {}):
        replay = Replay(case.kind)
        pages = read(case, bookmarks, case.build(replay), replay)
        changed.append(sum(store.write("acme", name, page).changed for name, page in pages))
    assert changed[0] > 0
    assert changed[1] == 0


def _facts(engine: Engine) -> int:
    table = schema.data_version
    with engine.connect() as connection:
        return int(connection.execute(select(table.c.value).where(table.c.name == "facts")).scalar_one())


# --- what it does when the service says no --------------------------------------------------------------


def first_error(case: Case, server: Loopback) -> ConnectorError:
    """What the first stream that asks something meets."""
    connector = case.build(url=server.url)
    for stream in connector.streams:
        try:
            list(connector.read(stream, {}))
        except ConnectorError as error:
            return error
    raise AssertionError("no stream asked anything")


def test_a_401_stops_it_with_a_message_that_names_the_setting(http_case: Case) -> None:
    with Loopback(Reply(status=401, body=b'{"error": "nope"}')) as server:
        error = first_error(http_case, server)
    assert isinstance(error, AuthError)
    assert error.setting in http_case.secrets
    assert f"'{error.setting}'" in str(error)
    assert str(error).startswith("Source acme")
    assert len(server.asked) == 1


def test_a_429_is_retried_as_asked(http_case: Case) -> None:
    with Loopback(Reply(status=429, headers={"Retry-After": "1"}), Reply(status=401)) as server:
        before = time.monotonic()
        error = first_error(http_case, server)
    assert time.monotonic() - before >= 1
    assert isinstance(error, AuthError)
    assert [asked.path for asked in server.asked] == [server.asked[0].path] * 2


@pytest.mark.parametrize("status", [401, 403, 404, 422, 302])
def test_no_secret_appears_in_any_message(
    http_case: Case, status: int, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    assert http_case.secrets
    with Loopback(Reply(status=status, headers={"Location": "https://elsewhere.example/"})) as server:
        connector = http_case.build(url=server.url)
        error = first_error(http_case, server)
    told = [str(error), repr(error), repr(connector), str(connector), repr(connector.http), caplog.text]
    for secret in http_case.secrets.values():
        assert not any(secret in text for text in told)


def test_a_setting_of_the_wrong_kind_is_named_without_what_it_holds(case: Case) -> None:
    wrong: Any = object()
    for field in case.connector.fields:
        with pytest.raises(ConfigError) as caught:
            case.build(Replay(case.kind), **{field.name: wrong})
        assert caught.value.setting == field.name
        assert "object" not in str(caught.value)
        assert not any(secret in str(caught.value) for secret in case.secrets.values())


def test_its_chapter_names_every_setting(case: Case) -> None:
    text = (Path(__file__).parents[2] / "docs" / "connectors" / f"{case.kind}.md").read_text()
    assert [field.name for field in case.connector.fields if f"`{field.name}`" not in text] == []
