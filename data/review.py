"""Who could be asked for a public review: promoters who wrote something and have not cooled down since."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import BigInteger, ColumnElement, and_, exists, literal, or_, select, tuple_, type_coerce

from data.counting import seconds
from data.facts import Scope
from data.readings import Readings
from data.records import SurveyKind
from data.schema import contact, response
from data.study import Offered, offered
from data.voice import PER_PAGE
from data.voice_stream import BOUNDS, HIGHEST, Group, Said, has_comment, in_group, these
from data.window import Filters, Window

LEAST = BOUNDS[Group.PROMOTERS][0]


@dataclass(frozen=True, slots=True)
class Candidate:
    """said: their latest words. person: their name; None: not known, or an e-mail address stands for it."""

    said: Said
    person: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Candidates:
    """One line a person, the latest first; answers of nobody known are a line each."""

    as_of: datetime
    window: Window
    filters: Filters
    found: tuple[Candidate, ...]
    has_more: bool
    offered: Offered
    is_invented: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class AskReview:
    """window: words. limit, offset: of people. as_of None: now."""

    filters: Filters
    window: str
    limit: int = PER_PAGE
    offset: int = 0
    as_of: datetime | None = None

    def answer(self, readings: Readings) -> Candidates:
        """Raises ValueError for a window that is none."""
        window = readings.window(self.window)
        rows = _rows(readings.scope(window, self.filters), self.limit + 1, self.offset)
        said = these(readings.scope(window, self.filters), [(row.source, row.id) for row in rows])
        names = {(row.source, row.id): _name(row.name) for row in rows}
        return Candidates(
            as_of=readings.as_of,
            window=window,
            filters=self.filters,
            found=tuple(Candidate(one, names[one.source, one.id]) for one in said[: self.limit]),
            has_more=len(rows) > self.limit,
            offered=offered(readings, self.filters),
            is_invented=readings.is_invented,
        )


def _rows(scope: Scope, limit: int, offset: int) -> Sequence[Any]:
    """Columns: source, id, name. Index: ix_response_kind_responded_at; of each, ix_response_person."""
    r = response.c
    is_theirs = and_(contact.c.source == r.source, contact.c.id == r.contact_id)
    query = (
        select(r.source, r.id, contact.c.name)
        .outerjoin(contact, is_theirs)
        .where(
            r.kind == SurveyKind.NPS.value,
            has_comment(scope),
            in_group(Group.PROMOTERS),
            contact.c.is_deleted.isnot(True),
            *(~later for later in _later(scope)),
        )
        .order_by(r.responded_at.desc(), r.source, r.id)
        .limit(limit)
        .offset(offset)
    )
    return scope.connection.execute(query).all()


def _later(scope: Scope) -> tuple[ColumnElement[bool], ...]:
    """Whether the person gave a lower score since, or said something as a promoter since.

    Found by their contact in one source, and by the hash of their address in all. Kind and moment are no
    bare columns, or the databases would walk the index of these for each person.
    """
    r, later = response.c, response.alias("later")
    moment, mine = (type_coerce(table.responded_at, BigInteger) + 0 for table in (later.c, r))
    since = and_(
        later.c.kind + literal("") == SurveyKind.NPS.value,
        later.c.is_deleted.is_(False),
        moment <= seconds(scope.as_of),
        later.c.score.between(0, HIGHEST),
        or_(later.c.score < LEAST, and_(later.c.comment.is_not(None), later.c.comment != "")),
        or_(
            moment > mine,
            and_(moment == mine, tuple_(later.c.source, later.c.id) > tuple_(r.source, r.id)),
        ),
    )
    same = (
        and_(later.c.contact_id == r.contact_id, later.c.source == r.source),
        later.c.email_hash == r.email_hash,
    )
    return tuple(exists().where(one, since) for one in same)


def _name(name: str | None) -> str | None:
    """Sources that know no name often give the address instead, which no screen shows."""
    return None if name is None or "@" in name or not name.strip() else name.strip()
