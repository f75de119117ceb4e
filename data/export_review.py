"""Whom to ask for a review, as CSV that a spreadsheet may open: no text in it is taken for a formula."""

from __future__ import annotations

from collections.abc import Iterator

from data.export import iso
from data.export_csv import lines
from data.review import Candidate, Candidates

COLUMNS = (
    *("person", "account", "yearly_value", "renewal_days", "audience", "score", "said_at", "comment"),
    *("source", "answer"),
)


def review_as_csv(candidates: Candidates) -> Iterator[str]:
    """Line by line, to be streamed: what the list is, then one line a person."""
    window = candidates.window
    given = ", ".join(f"{name}={value}" for name, value in candidates.filters.given().items())
    yield from lines(
        [
            (
                "# what",
                "people who answered 9 or 10 with a comment and no lower score since, the latest first",
            ),
            ("# as of", iso(candidates.as_of)),
            ("# time zone", window.zone),
            ("# window", window.label, iso(window.start), iso(window.end)),
            ("# filters", given or "none"),
            ("# rows in this file", len(candidates.found)),
            ("# all of them", "no" if candidates.has_more else "yes"),
            COLUMNS,
        ]
    )
    for candidate in candidates.found:
        yield from lines([_cells(candidate)])


def _cells(candidate: Candidate) -> tuple[str | float | None, ...]:
    """In the order of COLUMNS. Nothing stands where there is nothing, never 0."""
    said = candidate.said
    return (
        candidate.person,
        said.account,
        said.yearly_value,
        said.renewal_days,
        said.audience.value,
        said.score,
        iso(said.said_at),
        said.comment,
        said.source,
        said.id,
    )
