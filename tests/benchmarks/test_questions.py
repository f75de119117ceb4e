"""Do the benchmarks' two ways give the same figures? A comparison with something else would say nothing."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from sqlalchemy import Engine

from data.engine import open_store
from tests.benchmarks.generate import fill
from tests.benchmarks.questions import QUESTIONS, Question, busiest


@pytest.fixture(scope="module")
def store(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Engine]:
    engine = open_store(f"sqlite:///{tmp_path_factory.mktemp('bench') / 'asked.db'}")
    fill(engine, 2_000, accounts=3, seed=1_500)
    yield engine
    engine.dispose()


@pytest.mark.parametrize("question", QUESTIONS, ids=lambda question: question.name)
def test_pandas_and_the_readings_give_the_same_figures(store: Engine, question: Question) -> None:
    ours, theirs = question.ask(store), question.pandas(store)
    known = {name for name, value in ours.items() if value is not None}
    assert len(known) > 25
    differing = {
        name: (ours[name], theirs.get(name))
        for name in known
        if theirs.get(name) != pytest.approx(ours[name])
    }
    assert not differing


def test_the_filter_that_is_measured_leaves_something_and_not_all(store: Engine) -> None:
    everything, some = (question.ask(store) for question in QUESTIONS[:2])
    assert 0 < (some["backlog"] or 0) < (everything["backlog"] or 0)
    assert busiest(store).account
    assert busiest(store).team
