"""What every test may ask for: a store on each database, a clock, a browser, a real helpdesk, real data.

A test that needs something this machine lacks is skipped with the reason. In CI (CI=true) such a skip
counts as a failure, so that nothing is left out there unnoticed.
"""

from __future__ import annotations

import os
import shutil
from collections.abc import Generator, Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from sqlalchemy import Engine

from data.engine import open_store
from tests.clock import StandingClock
from tests.services import postgres, request_tracker

if TYPE_CHECKING:
    from playwright.sync_api import Browser

ROOT = Path(__file__).parents[1]
SHARED = ROOT.parent / "shared"
CHROMIUM = Path("/usr/bin/chromium")
CHROMIUM_ARGUMENTS = [
    "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking",
    "--disable-component-update", "--disable-sync",
]  # fmt: skip
STORES = [
    "sqlite",
    pytest.param("pip_postgres", marks=pytest.mark.postgres),
    pytest.param("system_postgres", marks=pytest.mark.postgres),
]
MARKER_OF_FIXTURE = {
    "chromium": "browser",
    "pip_postgres": "postgres",
    "system_postgres": "postgres",
    "request_tracker_server": "rt",
    "real_data": "shared_data",
}
NEVER_SKIPPED_IN_CI = frozenset(MARKER_OF_FIXTURE.values())


# --- stores ---------------------------------------------------------------------------------------------


@pytest.fixture(params=STORES)
def store_url(request: pytest.FixtureRequest) -> Iterator[str]:
    """The URL of a migrated, empty store of this test's own; the test runs once on each database."""
    if request.param == "sqlite":
        yield request.getfixturevalue("sqlite_url")
        return
    with request.getfixturevalue(request.param).database() as url:
        yield url


@pytest.fixture(params=STORES)
def unmigrated_url(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[str]:
    """The URL of a database without any table, once on each database."""
    if request.param == "sqlite":
        yield f"sqlite:///{tmp_path / 'unmigrated.db'}"
        return
    with request.getfixturevalue(request.param).database(empty=True) as url:
        yield url


@pytest.fixture
def engine(store_url: str) -> Iterator[Engine]:
    """An open, empty store, once on each database."""
    opened = open_store(store_url)
    yield opened
    opened.dispose()


@pytest.fixture
def sqlite_url(sqlite_template: Path, tmp_path: Path) -> str:
    """The URL of a migrated, empty store in SQLite, for tests that do not depend on the database."""
    path = tmp_path / "barometer.db"
    shutil.copyfile(sqlite_template, path)
    return f"sqlite:///{path}"


@pytest.fixture
def sqlite_engine(sqlite_url: str) -> Iterator[Engine]:
    """An open, empty store in SQLite, for tests that do not depend on the database."""
    opened = open_store(sqlite_url)
    yield opened
    opened.dispose()


@pytest.fixture(scope="session")
def sqlite_template(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("sqlite") / "template.db"
    _migrate(f"sqlite:///{path}")
    return path


@pytest.fixture(scope="session")
def pip_postgres() -> Iterator[postgres.PostgresServer]:
    """The Postgres that comes by pip, started at first use."""
    with postgres.pip_postgres(migrate=_migrate) as server:
        yield server


@pytest.fixture(scope="session")
def system_postgres() -> Iterator[postgres.PostgresServer]:
    """The system's Postgres, started at first use."""
    programs = postgres.system_programs()
    if programs is None:
        pytest.skip("needs Postgres of the system: apt-get install postgresql")
    with postgres.system_postgres(programs, migrate=_migrate) as server:
        yield server


def _migrate(url: str) -> None:
    # Closing the last connection folds SQLite's write-ahead log into the file, which can then be copied.
    open_store(url).dispose()


# --- time, browser, real systems, real data -------------------------------------------------------------


@pytest.fixture
def clock() -> StandingClock:
    """A clock that stands at 18 November 2026, 14:30 UTC, a Wednesday, until the test moves it."""
    return StandingClock()


@pytest.fixture(scope="session")
def chromium() -> Iterator[Browser]:
    """Chromium, driven by playwright's synchronous interface; give each test a context of its own."""
    if not CHROMIUM.exists():
        pytest.skip("needs Chromium: apt-get install chromium")
    sync_api = pytest.importorskip("playwright.sync_api")
    with sync_api.sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=CHROMIUM_ARGUMENTS)
        yield browser
        browser.close()


@pytest.fixture(scope="session")
def request_tracker_server() -> Iterator[request_tracker.RequestTracker]:
    """A real Request Tracker without tickets, shared by the session; `seed(tickets=…)` fills it."""
    if reason := request_tracker.why_not(SHARED):
        pytest.skip(reason)
    with request_tracker.running_request_tracker(SHARED) as server:
        yield server


@pytest.fixture(scope="session")
def real_data() -> Path:
    """The folder of the real data sets, with the values to expect in its README.md."""
    folder = SHARED / "data"
    if not folder.is_dir():
        pytest.skip("needs the real data sets in ../shared/data")
    return folder


# --- what may be skipped --------------------------------------------------------------------------------


@pytest.hookimpl(tryfirst=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Mark tests by what they use, so that no author can forget it."""
    for item in items:
        for name in getattr(item, "fixturenames", ()):
            if name in MARKER_OF_FIXTURE:
                item.add_marker(MARKER_OF_FIXTURE[name])


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(item: pytest.Item) -> Generator[None, pytest.TestReport, pytest.TestReport]:
    """In CI, a skipped test that needs a real server, a browser or real data has failed."""
    report = yield
    marked = NEVER_SKIPPED_IN_CI.intersection(marker.name for marker in item.iter_markers())
    if marked and report.skipped and not hasattr(report, "wasxfail"):
        _refuse_in_ci(report)
    return report


@pytest.hookimpl(wrapper=True)
def pytest_make_collect_report() -> Generator[None, pytest.CollectReport, pytest.CollectReport]:
    """In CI, a file that skips itself as a whole has failed: what it holds cannot be known."""
    report = yield
    if report.skipped:
        _refuse_in_ci(report)
    return report


def _refuse_in_ci(report: pytest.TestReport | pytest.CollectReport) -> None:
    if os.environ.get("CI") != "true":
        return
    reason = report.longrepr[2] if isinstance(report.longrepr, tuple) else str(report.longrepr)
    report.outcome = "failed"
    report.longrepr = f"CI has everything that tests need, yet this was skipped: {reason}"
