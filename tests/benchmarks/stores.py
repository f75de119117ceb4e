"""New, empty stores for benchmarks, on SQLite or on the Postgres that comes by pip."""

from __future__ import annotations

import tempfile
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager

from sqlalchemy import Engine

from data.engine import open_store
from tests.services.postgres import pip_postgres


@contextmanager
def stores(database: str) -> Iterator[Callable[[], Engine]]:
    """A maker of new, empty stores on a database, gone afterwards."""
    with ExitStack() as stack:
        if database == "sqlite":
            folder = stack.enter_context(tempfile.TemporaryDirectory())
            numbers = iter(range(100))
            yield lambda: open_store(f"sqlite:///{folder}/{next(numbers)}.db")
        else:
            server = stack.enter_context(pip_postgres(migrate=lambda url: open_store(url).dispose()))
            yield lambda: open_store(stack.enter_context(server.database()))
