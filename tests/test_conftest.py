"""The fixtures themselves: stores are real and separate, and CI lets nothing be skipped."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from playwright.sync_api import Browser
from sqlalchemy import Engine, create_engine, inspect, text

from tests.clock import StandingClock
from tests.services.request_tracker import RequestTracker

SKIPPING = """
import pytest

@pytest.mark.{marker}
def test_that_needs_{marker}():
    pytest.skip("there is none")
"""


@pytest.mark.parametrize("run", [1, 2])
def test_a_store_of_an_earlier_test_leaves_nothing_behind(engine: Engine, run: int) -> None:
    with engine.begin() as connection:
        connection.execute(text("CREATE TABLE left_behind (run INTEGER)"))


def test_a_store_is_migrated(engine: Engine) -> None:
    assert inspect(engine).has_table("alembic_version")


def test_an_unmigrated_database_has_no_table(unmigrated_url: str) -> None:
    bare = create_engine(unmigrated_url)
    assert inspect(bare).get_table_names() == []
    bare.dispose()


def test_a_clock_stands_until_it_is_moved(clock: StandingClock) -> None:
    before = clock()
    assert clock() == before
    clock.advance(hours=1, minutes=30)
    assert clock() - before == timedelta(minutes=90)
    clock.set(datetime(2026, 3, 29, 1, tzinfo=UTC))
    assert clock() == datetime(2026, 3, 29, 1, tzinfo=UTC)


def test_a_clock_refuses_a_moment_without_a_zone(clock: StandingClock) -> None:
    with pytest.raises(ValueError, match="time zone"):
        clock.set(datetime(2026, 3, 29, 1))  # noqa: DTZ001


def test_ci_turns_the_skips_that_matter_into_failures(
    pytester: pytest.Pytester, monkeypatch: pytest.MonkeyPatch
) -> None:
    _run_skipping_tests(pytester, monkeypatch, ci="true").assert_outcomes(failed=4, skipped=1)


def test_outside_ci_a_skip_is_a_skip(pytester: pytest.Pytester, monkeypatch: pytest.MonkeyPatch) -> None:
    _run_skipping_tests(pytester, monkeypatch, ci="").assert_outcomes(skipped=5)


def test_ci_refuses_a_file_that_skips_itself(
    pytester: pytest.Pytester, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("CI", "true")
    _with_our_hooks(pytester)
    pytester.makepyfile('import pytest\npytest.skip("not today", allow_module_level=True)')
    pytester.runpytest_inprocess().assert_outcomes(errors=1)


def test_a_test_is_marked_by_the_fixture_that_it_uses(
    pytester: pytest.Pytester, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("CI", "true")
    _with_our_hooks(
        pytester, more="import pytest\n@pytest.fixture\ndef chromium(): pytest.skip('none here')\n"
    )
    pytester.makepyfile("def test_a_page(chromium): pass")
    pytester.runpytest_inprocess().assert_outcomes(errors=1)


def test_chromium_runs_a_pages_script(chromium: Browser) -> None:
    context = chromium.new_context()
    page = context.new_page()
    page.set_content("<script>document.title = 6 * 7</script>")
    assert page.title() == "42"
    context.close()


def test_request_tracker_is_seeded_and_its_truth_is_read(request_tracker_server: RequestTracker) -> None:
    truth = request_tracker_server.seed(
        tickets=2, agents=1, customers=2, start="2026-10-01", end="2026-11-01"
    )
    assert len(truth.tickets) == 2
    assert {step["ticket"] for step in truth.steps} == set(truth.tickets)


def _run_skipping_tests(
    pytester: pytest.Pytester, monkeypatch: pytest.MonkeyPatch, *, ci: str
) -> pytest.RunResult:
    monkeypatch.setenv("CI", ci)
    _with_our_hooks(pytester)
    markers = ["browser", "postgres", "rt", "shared_data", "another"]
    pytester.makepyfile("\n".join(SKIPPING.format(marker=marker) for marker in markers))
    return pytester.runpytest_inprocess()


def _with_our_hooks(pytester: pytest.Pytester, *, more: str = "") -> None:
    hooks = (
        "pytest_collection_modifyitems",
        "pytest_runtest_makereport",
        "pytest_make_collect_report",
    )
    pytester.makeconftest(f"from tests.conftest import {', '.join(hooks)}\n{more}")
    pytester.makeini("[pytest]\naddopts = -p no:dash\n")
