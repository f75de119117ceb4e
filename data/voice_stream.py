"""Reads what customers wrote: the latest comments of a group, with who speaks and what is at stake."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from enum import StrEnum
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import ColumnElement, CompoundSelect, Connection, and_, select, true, union_all

from data.counting import within
from data.facts import Scope, conditions
from data.records import Audience, SurveyKind
from data.rows import chunks
from data.schema import account, response, survey
from data.voice_tables import SAID
from data.words import without_addresses

KINDS = (SurveyKind.NPS, SurveyKind.CSAT)
HIGHEST = 10


class Group(StrEnum):
    """Who answers like this to "how likely are you to recommend us", 0 to 10."""

    DETRACTORS = "detractors"
    PASSIVES = "passives"
    PROMOTERS = "promoters"


_COLUMNS = (
    *("source", "id", "survey_id", "kind", "audience", "account_key", "ticket_id", "score", "comment"),
    *("responded_at", "responded_on"),
)
BOUNDS = {Group.DETRACTORS: (0.0, 7.0), Group.PASSIVES: (7.0, 9.0), Group.PROMOTERS: (9.0, 10.5)}
"""Scores of a group, from (inclusive) and to (exclusive)."""


@dataclass(frozen=True, slots=True)
class Text:
    """A comment, to be looked through. key: source and id of its answer. on: the local day."""

    key: tuple[str, str]
    comment: str
    on: date


@dataclass(frozen=True, slots=True, kw_only=True)
class Said:
    """One answer with a comment. Texts are customers' words: hostile until escaped; e-mail addresses are out.

    score None: none was given. group None: no score from 0 to 10, or no NPS. scale_max: of the survey.
    renewal_days: whole local days from as-of, negative when past. None of the others: not known.
    """

    source: str
    id: str
    kind: SurveyKind
    said_at: datetime
    score: float | None
    scale_max: int
    group: Group | None
    audience: Audience
    comment: str
    ticket_id: str | None
    account: str | None
    yearly_value: float | None
    renewal_days: int | None


def group_of(kind: str, score: float | None) -> Group | None:
    """The group of an answer; None: it belongs to none."""
    if kind != SurveyKind.NPS or score is None or score > HIGHEST:
        return None
    return next((group for group, (low, high) in BOUNDS.items() if low <= score < high), None)


def latest(scope: Scope, group: Group | None, *, limit: int, offset: int = 0) -> tuple[Said, ...]:
    """The latest comments of the scope, newest first. group None: NPS and CSAT, with and without a score.

    Index: ix_response_said, or ix_response_account_responded where one account is asked for.
    """
    found = _newest(scope, (group,), limit).offset(offset)
    return _dressed(scope, scope.connection.execute(found).all())


def texts(scope: Scope, groups: Sequence[Group | None], *, limit: int) -> list[Text]:
    """The latest comments of these groups alone, newest first. Index: as `latest`."""
    newest = _newest(scope, groups, limit).subquery().c
    found = scope.connection.execute(select(newest.source, newest.id, newest.comment, newest.responded_on))
    return [Text((source, id), comment, on) for source, id, comment, on in found]


def these(scope: Scope, keys: Sequence[tuple[str, str]]) -> tuple[Said, ...]:
    """The answers of these keys, in their order. Index: the table's key."""
    found: dict[tuple[str, str], Any] = {}
    for source in {source for source, _ in keys}:
        ids = [id for mine, id in keys if mine == source]
        for some in chunks(ids):
            query = select(response).where(response.c.source == source, response.c.id.in_(some))
            found |= {(row.source, row.id): row for row in scope.connection.execute(query)}
    return _dressed(scope, [found[key] for key in keys if key in found])


def has_comment(scope: Scope) -> ColumnElement[bool]:
    """Answers with a comment that lie in the scope, and not after its as-of."""
    r = response.c
    lies = and_(within(r.responded_at, scope), r.responded_at <= scope.as_of)
    return and_(SAID, r.comment != "", r.is_deleted.is_(False), lies, conditions(response, scope.filters))


def in_group(group: Group | None) -> ColumnElement[bool]:
    """Their scores; None: any, or none at all."""
    if group is None:
        return true()
    low, high = BOUNDS[group]
    return and_(response.c.score >= low, response.c.score < high, response.c.score <= HIGHEST)


def _newest(scope: Scope, groups: Sequence[Group | None], limit: int) -> Any:
    """Each kind and audience by itself and merged, since the index goes by time only within both."""
    r = response.c
    parts = [
        select(*(r[name] for name in _COLUMNS)).where(
            r.kind == kind, audience, has_comment(scope), in_group(group)
        )
        for group in groups
        for kind in _kinds(group)
        for audience in _audiences(scope)
    ]
    newest = parts[0] if len(parts) == 1 else union_all(*parts)
    order = newest.selected_columns if isinstance(newest, CompoundSelect) else r
    return newest.order_by(order.responded_at.desc(), order.source, order.id).limit(limit)


def _kinds(group: Group | None) -> Sequence[SurveyKind]:
    return KINDS if group is None else (SurveyKind.NPS,)


def _audiences(scope: Scope) -> Iterator[ColumnElement[bool]]:
    if scope.filters.account or scope.filters.audience:
        yield true()
        return
    for audience in Audience:
        yield response.c.audience == audience.value


def _dressed(scope: Scope, rows: Sequence[Any]) -> tuple[Said, ...]:
    stakes = stakes_of(scope.connection, {row.account_key for row in rows if row.account_key})
    scales = _scales(scope.connection, {(row.source, row.survey_id) for row in rows})
    today = scope.as_of.astimezone(ZoneInfo(scope.window.zone)).date()
    return tuple(_said(row, stakes.get(row.account_key), scales, today) for row in rows)


def _said(row: Any, stake: Stake | None, scales: Mapping[tuple[str, str], int], today: date) -> Said:
    renewal = stake.renewal_on if stake else None
    return Said(
        source=row.source,
        id=row.id,
        kind=SurveyKind(row.kind),
        said_at=row.responded_at,
        score=row.score,
        scale_max=scales.get((row.source, row.survey_id), HIGHEST),
        group=group_of(row.kind, row.score),
        audience=Audience(row.audience),
        comment=without_addresses(row.comment),
        ticket_id=row.ticket_id,
        account=stake.name if stake else None,
        yearly_value=stake.yearly_value if stake else None,
        renewal_days=(renewal - today).days if renewal else None,
    )


@dataclass(frozen=True, slots=True)
class Stake:
    """What an account is called and worth; the highest yearly value and first renewal of its sources."""

    name: str
    yearly_value: float | None
    renewal_on: date | None


def stakes_of(connection: Connection, keys: set[str]) -> dict[str, Stake]:
    """By account key. Index: account.account_key."""
    a = account.c
    found: dict[str, Stake] = {}
    for some in chunks(sorted(keys)):
        query = (
            select(a.account_key, a.name, a.yearly_value, a.renewal_on)
            .where(a.account_key.in_(some), a.is_deleted.is_(False))
            .order_by(a.account_key, a.name)
        )
        for row in connection.execute(query):
            stake = Stake(row.name, row.yearly_value, row.renewal_on)
            known = found.get(row.account_key)
            found[row.account_key] = _together(known, stake) if known else stake
    return found


def _together(one: Stake, other: Stake) -> Stake:
    values = [stake.yearly_value for stake in (one, other) if stake.yearly_value is not None]
    renewals = [stake.renewal_on for stake in (one, other) if stake.renewal_on is not None]
    return replace(one, yearly_value=max(values, default=None), renewal_on=min(renewals, default=None))


def _scales(connection: Connection, keys: set[tuple[str, str]]) -> dict[tuple[str, str], int]:
    """The highest mark of each survey."""
    s = survey.c
    found: dict[tuple[str, str], int] = {}
    for some in chunks(sorted({id for _, id in keys})):
        query = select(s.source, s.id, s.scale_max).where(s.id.in_(some))
        found |= {(row.source, row.id): row.scale_max for row in connection.execute(query)}
    return found
