"""The SQL that lays answers beside the outcomes of the targets that their givers have lived through.

Read from rows: the answers of the window, and the tickets of their givers that ended shortly before.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import timedelta
from statistics import median
from typing import Any

from sqlalchemy import CTE, BigInteger, Select, and_, func, select, type_coerce, union, union_all
from sqlalchemy.sql.elements import ColumnElement

from data.dose import dose_of
from data.facts import Scope
from data.schema import contact, response, survey, ticket
from data.tallies_answers import NPS_TOP, answer_groups, answered, is_delighted, known_hash
from data.tally import Group, Mark
from data.tally_perception import ExperienceTally

EXPERIENCE_DAYS = 90
"""How long before an answer a target may have ended to be part of what its giver has lived through."""

_REACH = EXPERIENCE_DAYS * 86_400
_PASSIVE = 7

Outcome = tuple[bool, float | None]
"""Whether a target was kept, and resolution time over target (None: the minutes are not known)."""


def experience(scope: Scope, by: Sequence[str] = ()) -> dict[Group, ExperienceTally]:
    """NPS and CSAT answers of the window beside the resolution targets that their givers have lived through.

    Those are the targets of their own tickets (requested by the same person; the same in every source when
    the keyed hash of the e-mail address is) that ended in the EXPERIENCE_DAYS up to the answer. Of an answer
    that names its ticket it is that ticket alone. by: also day, of the answer. Indexes: response (kind,
    responded_at), contact (email_hash), ticket (requester_id, source; sla_ended_at) and its key.
    """
    asked = _asked(scope, by)
    lived: dict[tuple[str, str], list[Outcome]] = defaultdict(list)
    for source, id, is_met, elapsed, promised in scope.connection.execute(_outcomes(asked, scope)):
        known = elapsed is not None and promised is not None and promised > 0
        lived[source, id].append((bool(is_met), elapsed / promised if known else None))
    sums: dict[Group, _Sum] = defaultdict(_Sum)
    for source, id, kind, lowest, highest, score, *group in scope.connection.execute(_said(asked, len(by))):
        sums[tuple(group)].add(kind, Mark(lowest, highest, score), lived.get((source, id), []))
    return {group: item.tally() for group, item in sums.items()}


def is_best(kind: str, mark: Mark) -> bool | None:
    """Whether an answer is among the best marks: 9 and 10 in NPS, as `is_delighted` says in CSAT.

    None: no score that can be judged.
    """
    if kind != "nps":
        return is_delighted(mark)
    return None if mark.score is None or not 0 <= mark.score <= 10 else mark.score >= NPS_TOP


@dataclass(slots=True)
class _Sum:
    """Adds answers up, one after the other."""

    counts: Counter[str] = field(default_factory=Counter)
    doses: Counter[tuple[float, float]] = field(default_factory=Counter)

    def add(self, kind: str, mark: Mark, lived: Sequence[Outcome]) -> None:
        best = is_best(kind, mark)
        if kind == "nps" and best is not None and mark.score is not None:
            self._add_dose(mark.score, [ratio for _, ratio in lived if ratio is not None])
        if best is None or not lived:
            self.counts["without_score" if best is None else "without_target"] += 1
            return
        kept = sum(is_met for is_met, _ in lived)
        self.counts["kept"] += kept
        self.counts["ended"] += len(lived)
        cell = "kept" if kept == len(lived) else "broken"
        self.counts[f"{cell}_and_{'best' if best else 'below'}"] += 1

    def _add_dose(self, score: float, ratios: Sequence[float]) -> None:
        if not ratios:
            self.counts["without_dose"] += 1
            return
        said = 100.0 if score >= NPS_TOP else 0.0 if score >= _PASSIVE else -100.0
        self.doses[dose_of(median(ratios)), said] += 1

    def tally(self) -> ExperienceTally:
        return ExperienceTally(**self.counts, doses=self.doses)


def _asked(scope: Scope, by: Sequence[str]) -> CTE:
    """The answers of the window, each with what its giver is known by."""
    return (
        select(
            response.c.source,
            response.c.id,
            response.c.kind,
            survey.c.scale_min,
            survey.c.scale_max,
            response.c.score,
            type_coerce(response.c.responded_at, BigInteger).label("at"),
            response.c.ticket_id,
            response.c.contact_id,
            known_hash().label("email_hash"),
            *answer_groups(by),
        )
        .where(response.c.kind.in_(("csat", "nps")), answered(scope))
        .cte("asked")
    )


def _said(asked: CTE, width: int) -> Select[Any]:
    names = ("source", "id", "kind", "scale_min", "scale_max", "score", *(f"g{i}" for i in range(width)))
    return select(*(asked.c[name] for name in names))


def _outcomes(asked: CTE, scope: Scope) -> Any:
    """(source and id of the answer, whether the target was kept, minutes elapsed, minutes promised)."""
    named = select(*_lived(asked.c.source, asked.c.id)).where(
        asked.c.ticket_id.is_not(None),
        ticket.c.source == asked.c.source,
        ticket.c.id == asked.c.ticket_id,
        _ended(asked.c.at, scope),
    )
    # A union: whom both the contact and the address lead to is one person with one set of tickets.
    people = union(
        select(*_giver(asked), asked.c.source.label("home"), asked.c.contact_id.label("person")).where(
            asked.c.ticket_id.is_(None), asked.c.contact_id.is_not(None)
        ),
        select(*_giver(asked), contact.c.source.label("home"), contact.c.id.label("person")).where(
            asked.c.ticket_id.is_(None), contact.c.email_hash == asked.c.email_hash
        ),
    ).subquery("people")
    own = select(*_lived(people.c.source, people.c.id)).where(
        ticket.c.source == people.c.home, ticket.c.requester_id == people.c.person, _ended(people.c.at, scope)
    )
    return union_all(named, own)


def _giver(asked: CTE) -> tuple[ColumnElement[Any], ...]:
    return asked.c.source, asked.c.id, asked.c.at


def _lived(source: ColumnElement[Any], id: ColumnElement[Any]) -> tuple[ColumnElement[Any], ...]:
    elapsed = ticket.c.sla_elapsed_minutes
    # Where there is a deadline and no minutes, the gap says what was promised.
    promised = func.coalesce(ticket.c.sla_target_minutes, elapsed - ticket.c.sla_gap_minutes)
    return source, id, ticket.c.sla_is_met, elapsed, promised.label("promised")


def _ended(at: ColumnElement[Any], scope: Scope) -> ColumnElement[bool]:
    """Tickets that count, with a target whose outcome was known by then, and lately."""
    ended = type_coerce(ticket.c.sla_ended_at, BigInteger)
    parts = [
        ticket.c.is_counted.is_(True),
        ticket.c.sla_is_met.is_not(None),
        ended <= at,
        ended > at - _REACH,
    ]
    if scope.connection.dialect.name == "postgresql":
        # It follows from the above, but Postgres does not see that, and would read every ticket there is.
        # SQLite goes from person to person by itself, and would leave that for the far more of all people.
        parts += [
            ticket.c.sla_ended_at > scope.window.start - timedelta(seconds=_REACH),
            ticket.c.sla_ended_at < scope.window.end,
        ]
    return and_(*parts)
