"""By which dimensions stored tallies are kept, and which of them answers a question. Pure.

Every combination of dimensions would be as many cells as there are tickets, and each cell costs when it is
written. So a few sets of dimensions ("cubes") are kept; a question is answered by the first that knows all
that it filters and splits by. What none of them knows (accounts, and a single row) is counted from the
rows, through indexes that begin with the account.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from data.window import Filters

TEAM_MARK = ":"
"""Between source and id in a team's value: a source's name holds none."""


@dataclass(frozen=True, slots=True)
class Cube:
    """member: the dimension by which its cells lie together ("" for none); dims: the others it knows."""

    name: str
    member: str
    dims: tuple[str, ...]

    def knows(self, names: Iterable[str]) -> bool:
        return all(name == self.member or name in self.dims for name in names)


COUNTED = (
    Cube("all", "", ("source", "priority", "audience")),
    Cube("team", "team", ("source", "priority", "audience", "channel")),
)
"""Of counts."""

TIMED = (
    Cube("all", "", ("source", "priority")),
    Cube("audience", "audience", ("source", "priority")),
    Cube("team", "team", ("source", "priority")),
)
"""Of histograms. A cell holds all priorities: few large ones cost less to write than many small ones."""


def cube_for(cubes: Iterable[Cube], filters: Filters, by: Iterable[str]) -> Cube | None:
    """The first cube that knows every dimension asked for; None: only the rows do. `day` every cube knows."""
    names = {*filters.given(), *by} - {"day"}
    return next((cube for cube in cubes if cube.knows(names)), None)


def team_of(source: str, team_id: str | None) -> str:
    """A team's value in filters and splits; "" for none."""
    return f"{source}{TEAM_MARK}{team_id}" if team_id else ""
