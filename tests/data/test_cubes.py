"""Which cube answers which question."""

from __future__ import annotations

import pytest

from data.cubes import COUNTED, TIMED, cube_for
from data.window import Filters


@pytest.mark.parametrize(
    ("given", "by", "counted", "timed"),
    [
        ({}, (), "all", "all"),
        ({}, ("day",), "all", "all"),
        ({"priority": "high"}, ("source",), "all", "all"),
        ({"audience": "end_user"}, (), "all", "audience"),
        ({"audience": "end_user"}, ("priority",), "all", "audience"),
        ({"channel": "mail"}, ("audience",), "team", None),
        ({"team": "desk:1"}, ("priority", "day"), "team", "team"),
        ({"team": "desk:1", "audience": "end_user"}, (), "team", None),
        ({"account": "acme"}, (), None, None),
        ({"account": "acme", "team": "desk:1"}, (), None, None),
        ({}, ("account",), None, None),
        ({}, ("row",), None, None),
    ],
)
def test_the_first_that_knows_all_that_is_asked_answers(
    given: dict[str, str], by: tuple[str, ...], counted: str | None, timed: str | None
) -> None:
    filters = Filters.of(given)
    found = [cube_for(cubes, filters, by) for cubes in (COUNTED, TIMED)]
    assert [cube and cube.name for cube in found] == [counted, timed]
