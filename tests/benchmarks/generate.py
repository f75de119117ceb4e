"""Fills an empty store with very many tickets in minutes, as if they had come in over eighteen months.

    python -m tests.benchmarks.generate --store URL [--tickets 1000000] [--accounts 40]

A few thousand tickets of the demo's company are lived through and written through the store; their lives are
told again and derived (telling.py) until there is a seed of 120,000 tickets, and the seed is multiplied
inside the database (copying.py). Up to 120,000 tickets every single one is derived. There is an account for
about each 1,000 tickets; with --accounts (at most 60) there are only so many, of a single company with four
teams. The same call gives the same store. Rows go in bulk into tables without indexes, which are made
afterwards. The facts behind the tickets (events, targets) are left out: no reading needs them.
"""

from __future__ import annotations

import argparse
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from random import Random
from typing import Any

from sqlalchemy import Connection, Date, Engine, Table, insert
from sqlalchemy.types import TypeEngine

from data import runs, schema
from data.engine import open_store, refresh_statistics, writer
from data.moment import Moment, epoch
from data.rebuild import rebuild
from data.rows import Row
from tests.benchmarks import copying
from tests.benchmarks.copying import SEEDS
from tests.benchmarks.telling import (
    ALIKE,
    DAYS,
    NO_SLACK,
    SETTINGS,
    TEMPLATE_TICKETS,
    Telling,
    Template,
    fold,
    lived,
    since_midnight,
)

SEED_TICKETS = 120_000
COMPANY_TICKETS, COMPANY_ACCOUNTS = 60_000, 60
PEOPLE = (schema.contact, schema.invitation, schema.response)
# Postgres must not sort on disk what fits into memory, and no more than one core is for us.
POSTGRES = ("work_mem = '256MB'", "maintenance_work_mem = '512MB'", "max_parallel_maintenance_workers = 0")
# A store that breaks while it is filled is thrown away, so SQLite need not be able to go back.
SQLITE = ("journal_mode = OFF", "synchronous = OFF", "cache_size = -262144")


def fill(
    engine: Engine,
    tickets: int,
    *,
    accounts: int | None = None,
    seed: int = SEED_TICKETS,
    say: Callable[[str], None] = lambda text: None,
) -> None:
    """Fills a migrated, empty store with exactly so many tickets, and with people and answers to match.

    accounts: so many in all, at most 60; None: as many as tickets go with. seed: derive so many tickets
    truly, and multiply them to the wanted number. Raises ValueError for impossible numbers.
    """
    if accounts is not None and not 1 <= accounts <= COMPANY_ACCOUNTS:
        raise ValueError(f"accounts is a number from 1 to {COMPANY_ACCOUNTS}, not {accounts}.")
    if tickets > 999 * seed:
        raise ValueError(f"At most {999 * seed:,} tickets can be made of a seed of {seed:,}.")
    told = min(tickets, seed)
    template = lived(min(told, TEMPLATE_TICKETS))
    if accounts is not None:
        template = fold(template, accounts)
    with _in_bulk(engine) as connection:
        for table in SEEDS:
            _each_index(connection, table, "drop")
        for table in ALIKE:
            connection.execute(insert(table), template.rows[table])
        copying.make_seeds(connection)
        is_copied = tickets > told
        companies = tell(connection, template, told, is_one_company=accounts is not None, is_copied=is_copied)
        copying.put_in_order(connection)
        say(f"{told:,} tickets told")
        copies = copying.plan_copies(tickets, told, shares_company=accounts is not None)
        connection.execute(insert(copying.copy), copies)
        copying.copy_companies(connection, companies)
        for table in SEEDS:
            say(f"{copying.multiply(connection, table, len(copies)):,} rows in {table.name}")
        for table in SEEDS:
            _each_index(connection, table, "create")
        say("indexes made")
        runs.raise_version(connection, "facts")
        for name in [seed.ordered for seed in SEEDS.values()] + [copying.copy]:
            name.drop(connection)
    _settle(engine)
    settle_tallies(engine)


def settle_tallies(engine: Engine) -> None:
    """Brings stored tallies to what the rows say, which were written past the store."""
    with writer(engine).begin() as connection:
        rebuild(connection, SETTINGS.time_zone)


def tell(
    connection: Connection, template: Template, tickets: int, *, is_one_company: bool, is_copied: bool
) -> dict[Table, list[Row]]:
    """So many tickets with their people into the heaps; returns the accounts and teams, by table.

    is_copied: works out how much earlier each ticket's copies may come in, which takes as long as deriving.
    """
    chosen = template.rows[schema.ticket]
    starts = range(0, tickets, len(chosen))
    count = 1 if is_one_company else max(1, round(tickets / COMPANY_TICKETS))
    companies: dict[Table, list[Row]] = {table: [] for table in copying.COMPANIES}
    seen = set()
    for number, start in enumerate(starts):
        told = Telling(number, number * count // len(starts), Random(number))
        if told.company not in seen:
            seen.add(told.company)
            for table, rows in companies.items():
                rows.extend(told.of_company(row) for row in template.rows[table])
        for table in PEOPLE:
            people = [_ready(told.of_person(row), start) for row in template.rows[table]]
            bulk(connection, SEEDS[table].heap, people)
        _tell_tickets(connection, told, template, chosen[: tickets - start], start, is_copied=is_copied)
    return companies


def _tell_tickets(
    connection: Connection,
    told: Telling,
    template: Template,
    chosen: Sequence[Row],
    start: int,
    *,
    is_copied: bool,
) -> None:
    tickets: list[Row] = []
    spans: list[Row] = []
    for number, row in enumerate(chosen, start):
        lived_once = told.life(row, template.events[row["id"]], template.targets[row["id"]])
        life = lived_once.derived()
        ticket, stood = lived_once.rows(life)
        slack, grows = lived_once.slack(life) if is_copied else NO_SLACK
        more = {f"grows_{name}": int(does) for name, does in grows.items()}
        tickets.append(ticket | more | {"number": number, "slack": slack})
        spans.extend(span | {"number": number} for span in stood)
    bulk(connection, SEEDS[schema.ticket].heap, tickets)
    bulk(connection, SEEDS[schema.ticket_span].heap, spans)


def _ready(row: Row, number: int) -> Row:
    """A person's row with what copying needs."""
    if "responded_on" in row:
        at = row["responded_at"]
        passed = since_midnight(at)
        row |= {"since_midnight": passed, "day_before": DAYS.day(at - passed - 1)}
    return row | {"number": number}


def bulk(connection: Connection, table: Table, rows: Sequence[Row]) -> None:
    """Inserts rows by the fastest way that the database has."""
    plain = [(column.name, _plain(column.type)) for column in table.c]
    values = (tuple(as_stored(row[name]) for name, as_stored in plain) for row in rows)
    driver: Any = connection.connection.driver_connection
    columns = ", ".join(name for name, _ in plain)
    if connection.dialect.name == "postgresql":
        with driver.cursor() as cursor, cursor.copy(f"COPY {table.name} ({columns}) FROM STDIN") as into:
            for row in values:
                into.write_row(row)
        return
    marks = ", ".join("?" * len(plain))
    driver.executemany(f"INSERT INTO {table.name} ({columns}) VALUES ({marks})", values)


def _plain(kind: TypeEngine[Any]) -> Callable[[Any], Any]:
    """How a value is given to the database's driver: moments as seconds, days as text."""
    if isinstance(kind, Moment):
        return epoch
    if isinstance(kind, Date):
        return lambda value: None if value is None else value.isoformat()
    return lambda value: value


@contextmanager
def _in_bulk(engine: Engine) -> Iterator[Connection]:
    """One transaction on a connection that is made for writing much."""
    engine.dispose()  # SQLite changes how it keeps its journal only while nobody else is there
    with writer(engine).connect() as connection:
        if engine.dialect.name == "sqlite":
            driver: Any = connection.connection.driver_connection
            for setting in SQLITE:
                driver.execute(f"PRAGMA {setting}")
        with connection.begin():
            if engine.dialect.name == "postgresql":
                for setting in POSTGRES:
                    connection.exec_driver_sql(f"SET LOCAL {setting}")
            yield connection
        connection.invalidate()  # its settings are not for others


def _each_index(connection: Connection, table: Table, method: str) -> None:
    for index in sorted(table.indexes, key=lambda item: str(item.name)):
        getattr(index, method)(connection)


def _settle(engine: Engine) -> None:
    """Brings the store to where a server comes by itself in time."""
    if engine.dialect.name == "postgresql":
        with engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
            connection.exec_driver_sql("VACUUM ANALYZE")
    refresh_statistics(engine)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
    parser.add_argument("--store", required=True, help="SQLAlchemy URL of a store that is empty or not there")
    parser.add_argument("--tickets", type=int, default=1_000_000)
    parser.add_argument("--accounts", type=int, help="so many large accounts, at most 60")
    given = parser.parse_args()
    engine = open_store(given.store)
    started = time.perf_counter()

    def say(text: str) -> None:
        print(f"{time.perf_counter() - started:>7,.0f} s  {text}", flush=True)

    fill(engine, given.tickets, accounts=given.accounts, say=say)
    say(f"{given.tickets:,} tickets are there")


if __name__ == "__main__":
    main()
