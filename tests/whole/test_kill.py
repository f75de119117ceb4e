"""kill -9 in the middle of a sync, twenty times at random moments: nothing lost, nothing doubled."""

from __future__ import annotations

import multiprocessing
import os
import random
import signal
import time
from typing import Any

import pytest

from data import runs
from data.engine import open_store
from tests.data.small_world import empty, everything
from tests.whole import killed

KILLS = 20
# Children come from a clean process that has everything loaded: quick, and without our threads.
FORKS = multiprocessing.get_context("forkserver")
FORKS.set_forkserver_preload(["tests.whole.killed"])


def _start(url: str) -> tuple[Any, Any]:
    ours, theirs = FORKS.Pipe(duplex=False)
    child = FORKS.Process(target=killed.main, args=(url, theirs))
    child.start()
    theirs.close()
    return child, ours


def _kill_in_the_middle(url: str, rng: random.Random) -> int:
    """Lets a child begin some pages, then kills it at a random moment; the last page it began."""
    child, pipe = _start(url)
    page = -1
    for _ in range(rng.randint(1, 5)):
        assert pipe.poll(60), "the child did not go on"
        page = pipe.recv()
        assert isinstance(page, int), f"the run ended too early: {page}"
    time.sleep(rng.random() * 0.06)  # anywhere in the writing of a page
    os.kill(child.pid, signal.SIGKILL)
    child.join(60)
    assert child.exitcode == -signal.SIGKILL
    return page


@pytest.mark.parametrize("database", ["sqlite_url", pytest.param("pip_postgres", marks=pytest.mark.postgres)])
def test_a_sync_that_is_killed_twenty_times_ends_as_an_undisturbed_one(
    request: pytest.FixtureRequest, database: str
) -> None:
    given = request.getfixturevalue(database)
    if database == "sqlite_url":
        _check(given)
        return
    with given.database() as url:
        _check(url)


def _check(url: str) -> None:
    killed.configure(url)
    assert killed.sync(url, lambda _: None) == "succeeded"
    engine = open_store(url)
    expected = everything(engine)
    assert len(expected["ticket"]) == 60
    empty(engine)

    killed.configure(url)
    rng = random.Random(9)
    reached = [_kill_in_the_middle(url, rng) for _ in range(KILLS)]
    assert 0 < runs.bookmark(engine, killed.SOURCE, "all")[0]["next"] < len(killed.pages())
    assert max(reached) > KILLS  # each one went on where the one before had been killed, at once
    child, pipe = _start(url)
    while isinstance(last := pipe.recv(), int):
        pass
    child.join(60)
    assert last == "succeeded"
    assert everything(engine) == expected
    engine.dispose()
