"""The SQL that takes tallies from answers: marks on a scale, who is less than delighted, NPS by group.

A tally function returns one tally per group, as in data/tallies.py.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from typing import Any

from sqlalchemy import and_, func, literal, or_, select, true
from sqlalchemy.sql.elements import ColumnElement

from data.counting import days_of, within
from data.cubes import COUNTED, cube_for
from data.facts import Scope, conditions, dimension
from data.schema import contact, mark_tally, response, survey
from data.stored import Rows, Tallies, cells_of, days, known, run, served, split, tails
from data.tallies import nps_responses
from data.tally import Group, Mark, MarksTally, NpsByGroupTally, NpsTally, PeopleTally, ShareTally
from data.tally_work import YearlyTally

TOP = {4: 1, 2: 0, 1: 0}
"""How far below the highest mark the delighted begin, by the width of the scale: the best two of five,
the best of three, the good of good and bad. Other scales have no rule that the field agrees on."""

NPS_TOP = 9
JUDGED = ("csat", "nps")
PERSON_MARK = ":"


def is_delighted(mark: Mark) -> bool | None:
    """Whether a CSAT mark is among the best of its scale; None: no score on it, or no rule for it."""
    width = mark.highest - mark.lowest
    if mark.score is None or not mark.lowest <= mark.score <= mark.highest or width not in TOP:
        return None
    return mark.score >= mark.highest - TOP[width]


def _stored_marks(scope: Scope, by: Sequence[str], rows: Rows, *, kind: str) -> Tallies[MarksTally] | None:
    """Marks from stored tallies."""
    cube = cube_for(COUNTED, scope.filters, by)
    if cube is None:
        return None
    groups = split(mark_tally, cube, by)
    which, values = cells_of(cube, scope, days(scope.window))
    columns = ", ".join([*groups, "mark"])
    query = (
        f"SELECT {columns}, sum(answers) FROM {mark_tally.name} WHERE {which} AND kind = ? GROUP BY {columns}"
    )
    found: dict[Group, Counter[Mark]] = defaultdict(Counter)
    for *group, mark, count in run(scope, query, [*values, kind]):
        found[known(group, by)][_mark(mark)] += int(count)
    for tail in tails(scope, "responded_at"):
        for outside, tally in rows(replace(scope, window=tail, is_exact=True), by, kind=kind).items():
            found[outside].subtract(tally.marks)
    return {group: MarksTally(left) for group, marks in found.items() if (left := +marks)}


def _mark(text: str) -> Mark:
    lowest, highest, score = text.split("|")
    return Mark(int(lowest), int(highest), float(score) if score else None)


@served(_stored_marks)
def _marks(scope: Scope, by: Sequence[str] = (), *, kind: str) -> dict[Group, MarksTally]:
    groups = answer_groups(by)
    shape = (survey.c.scale_min, survey.c.scale_max, response.c.score)
    query = (
        select(*groups, *shape, func.count())
        .where(response.c.kind == kind, answered(scope))
        .group_by(*groups, *shape)
    )
    found: dict[Group, Counter[Mark]] = defaultdict(Counter)
    for *group, lowest, highest, score, count in scope.connection.execute(query):
        found[tuple(group)][Mark(lowest, highest, score)] += count
    return {group: MarksTally(marks) for group, marks in found.items()}


def marks_of(kind: str, scope: Scope, by: Sequence[str] = ()) -> dict[Group, MarksTally]:
    """Answers of the window to surveys of a kind, by mark. Index: response (kind, responded_at)."""
    return _marks(scope, by, kind=kind)


def low_answers(scope: Scope, by: Sequence[str] = ()) -> dict[Group, ShareTally]:
    """CSAT answers below the best marks and NPS answers below 9, of those with a score on a scale that has a
    rule. Index: response (kind, responded_at)."""
    found: dict[Group, ShareTally] = defaultdict(ShareTally)
    for group, nps in nps_responses(scope, by).items():
        low = nps.passives + nps.detractors
        found[group] += ShareTally(low, nps.promoters + low, nps.without_score)
    for group, tally in marks_of("csat", scope, by).items():
        for mark, count in tally.marks.items():
            best = is_delighted(mark)
            found[group] += ShareTally(0, 0, count) if best is None else ShareTally(count * (not best), count)
    return dict(found)


def low_people(scope: Scope, by: Sequence[str] = ()) -> dict[Group, PeopleTally]:
    """Who gave the low ones among `low_answers`."""
    low = and_(response.c.kind.in_(JUDGED), answered(scope), _is_judged(), _is_low())
    return {
        group: PeopleTally(people, accounts, known, unknown)
        for group, people, accounts, known, unknown in behind(scope, answer_groups(by), low)
    }


def low_answers_by_time(scope: Scope, by: Sequence[str] = ()) -> dict[Group, YearlyTally]:
    """`low_answers`, with the days of the window; of all time, those since the first answer of any kind that
    is judged. Index: response (kind, responded_at)."""
    first = select(func.min(response.c.responded_at))
    firsts = (scope.connection.execute(first.where(response.c.kind == kind)).scalar() for kind in JUDGED)
    days = days_of(scope, min((moment for moment in firsts if moment), default=None))
    return {group: YearlyTally(low, days) for group, low in low_answers(scope, by).items()}


def nps_by_account(scope: Scope, by: Sequence[str] = ()) -> dict[Group, NpsByGroupTally]:
    """NPS answers of the window by class, for each account."""
    return {
        group: NpsByGroupTally(now)
        for group, now in _inner(nps_responses(scope, (*by, "account"))).items()
    }  # fmt: skip


def nps_by_audience(scope: Scope, by: Sequence[str] = ()) -> dict[Group, NpsByGroupTally]:
    """NPS answers of the window by class, for each audience; reference: those of the window before."""
    now = _inner(nps_responses(scope, (*by, "audience")))
    before = _inner(nps_responses(replace(scope, window=scope.window.previous()), (*by, "audience")))
    return {
        group: NpsByGroupTally(now.get(group, {}), before.get(group, {}))
        for group in now.keys() | before.keys()
    }


def behind(
    scope: Scope, groups: Sequence[Any], which: ColumnElement[bool]
) -> Iterator[tuple[Group, frozenset[str], frozenset[str], int, int]]:
    """(group, people, accounts, their answers, answers of nobody known) behind chosen answers.

    A person is the same in every source when the keyed hash of the e-mail address is.
    """
    own = response.c.source + literal(PERSON_MARK) + response.c.contact_id
    person = func.coalesce(known_hash(), own).label("person")
    query = select(*groups, person, response.c.account_key, func.count()).where(which)
    query = query.group_by(*groups, person, response.c.account_key)
    people: dict[Group, set[str]] = defaultdict(set)
    accounts: dict[Group, set[str]] = defaultdict(set)
    known: Counter[Group] = Counter()
    unknown: Counter[Group] = Counter()
    for *values, who, account, count in scope.connection.execute(query):
        group = tuple(values)
        if who is None:
            unknown[group] += count
        else:
            known[group] += count
            people[group].add(who)
        if account is not None:
            accounts[group].add(account)
    for group in people.keys() | unknown.keys():
        yield group, frozenset(people[group]), frozenset(accounts[group]), known[group], unknown[group]


def known_hash() -> ColumnElement[Any]:
    """The hash that the giver of an answer is known by: the answer's own, else that of its contact."""
    own = select(contact.c.email_hash).where(
        contact.c.source == response.c.source, contact.c.id == response.c.contact_id
    )
    return func.coalesce(response.c.email_hash, own.correlate(response).scalar_subquery())


def answer_groups(by: Sequence[str]) -> list[Any]:
    """The columns of a split of answers: g0, g1 and so on; `day` is that of the answer."""
    return [
        (response.c.responded_on if name == "day" else dimension(response, name)).label(f"g{i}")
        for i, name in enumerate(by)
    ]


def answered(scope: Scope) -> ColumnElement[bool]:
    """Answers of the window that stand, each with its survey."""
    return and_(
        survey.c.source == response.c.source,
        survey.c.id == response.c.survey_id,
        response.c.is_deleted.is_(False),
        within(response.c.responded_at, scope),
        conditions(response, scope.filters),
    )


def _is_judged() -> ColumnElement[bool]:
    """Scores on their scale, of scales with a rule."""
    score, width = response.c.score, survey.c.scale_max - survey.c.scale_min
    on_csat = and_(score.between(survey.c.scale_min, survey.c.scale_max), width.in_(TOP))
    judged = or_(
        and_(response.c.kind == "nps", score.between(0, 10)), and_(response.c.kind == "csat", on_csat)
    )
    # without a score the comparison is neither true nor false, and so would its opposite be
    return func.coalesce(judged, ~true())


def _is_low() -> ColumnElement[bool]:
    score, width = response.c.score, survey.c.scale_max - survey.c.scale_min
    below = [and_(width == wide, score < survey.c.scale_max - step) for wide, step in TOP.items()]
    return or_(and_(response.c.kind == "nps", score < NPS_TOP), and_(response.c.kind == "csat", or_(*below)))


def _inner(found: Mapping[Group, NpsTally]) -> dict[Group, dict[str | None, NpsTally]]:
    """Tallies by (group, account or audience) as tallies by account or audience, for each group."""
    nested: dict[Group, dict[str | None, NpsTally]] = defaultdict(dict)
    for (*group, inner), tally in found.items():
        nested[tuple(group)][inner] = tally
    return nested
