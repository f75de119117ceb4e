"""Walks by page number and by a rising key: they end, miss nothing, and do not run in circles."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from connectors.errors import PermanentError
from connectors.paging import AfterKey, Ask, PageNumber, Query, walk


def numbers(bodies: Any) -> list[int]:
    return [item["id"] for body in bodies for item in body["items"]]


def served_by_page(count: int, size: int, *, clamps: bool, tells: bool) -> Callable[[str, Query], Any]:
    """A service with so many rows; `clamps`: past the end it gives the last page once more."""
    last = -(-count // size)

    def get(path: str, params: Query) -> Any:
        page = int(str(params["page"]))
        page = min(page, last) if clamps else page
        rows = [{"id": n} for n in range(1, count + 1)][(page - 1) * size : page * size]
        return {"items": rows} | ({"page": float(page)} if tells else {})

    return get


@pytest.mark.parametrize("count", [0, 1, 3, 4, 9])
@pytest.mark.parametrize("tells", [True, False])
def test_page_numbers_go_on_until_a_page_is_empty(count: int, tells: bool) -> None:
    get = served_by_page(count, 3, clamps=False, tells=tells)
    assert numbers(walk(get, Ask("rows"), PageNumber())) == list(range(1, count + 1))


def test_a_service_that_repeats_its_last_page_is_found_out() -> None:
    get = served_by_page(7, 3, clamps=True, tells=True)
    assert set(numbers(walk(get, Ask("rows"), PageNumber()))) == set(range(1, 8))


def test_after_a_key_nothing_is_missed_when_rows_vanish_on_the_way() -> None:
    rows = list(range(1, 8))

    def get(path: str, params: Query) -> Any:
        after = int(str(params["query"]).removeprefix("id > "))
        found = [n for n in rows if n > after][:3]
        rows.remove(found[0])  # a page number would now skip a row
        return {"items": [{"id": n} for n in found]}

    walked = numbers(walk(get, Ask("rows"), AfterKey(template="id > {after}", size=3)))
    assert walked == [1, 2, 3, 4, 5, 6, 7]


def test_a_walk_after_a_key_begins_at_the_bookmark_and_keeps_the_other_parameters() -> None:
    asked: list[Query] = []

    def get(path: str, params: Query) -> Any:
        asked.append(params)
        return {"items": []}

    list(walk(get, Ask("rows", {"per_page": "3"}), AfterKey(template="id > {after}", size=3), {"after": 41}))
    assert asked == [{"per_page": "3", "query": "id > 41"}]


def test_a_service_that_ignores_the_key_does_not_hold_us_for_ever() -> None:
    with pytest.raises(PermanentError, match="runs in a circle"):
        list(walk(lambda *_: {"items": [{"id": 5}]}, Ask("rows"), AfterKey(template="id > {after}", size=1)))
