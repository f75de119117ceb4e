"""Who a row belongs to: audience and account of tickets and answers, set from what is stored.

Set-based and repeatable: whatever arrives first, once all is there every row points to the same. A
person is the same in every source when the keyed hash of the e-mail address is.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Sequence
from datetime import datetime
from functools import cache
from typing import Any

from sqlalchemy import BigInteger, Connection, Select, Table, and_, exists, func, literal, select, update
from sqlalchemy.sql.elements import ColumnElement

from data.ledger import Ledger
from data.moment import epoch
from data.records import Audience
from data.rows import chunks
from data.schema import account, contact, invitation, response, survey, ticket, ticket_span

UNKNOWN = Audience.UNKNOWN.value

At = datetime | int | None
"""When it is learnt; None: together with the row itself."""


def relate_tickets(
    ledger: Ledger, source: str, *, column: str, values: Iterable[str], with_spans: bool = True
) -> None:
    """Sets audience and account of tickets (and of their spans) whose `column` is one of `values`."""
    connection = ledger.connection
    for batch in chunks(sorted(set(values))):
        mine = and_(ticket.c.source == source, ticket.c[column].in_(batch))
        ledger.touch(ticket, source, batch if column == "id" else _ids(connection, ticket, mine))
        connection.execute(
            update(ticket).where(mine).values(audience=_ticket_audience(), account_key=_ticket_account())
        )
        if with_spans:
            chosen = select(ticket.c.id).where(mine)
            connection.execute(
                update(ticket_span)
                .where(ticket_span.c.source == source, ticket_span.c.ticket_id.in_(chosen))
                .values({name: _of_ticket(name) for name in ("audience", "account_key")})
            )


def relate_responses(
    ledger: Ledger, source: str, *, column: str, values: Iterable[str], at: At = None
) -> None:
    """Sets kind, team, account and (while unknown) audience of answers whose `column` is one of `values`."""
    connection = ledger.connection
    for batch in chunks(sorted(set(values))):
        mine = and_(response.c.source == source, response.c[column].in_(batch))
        ledger.touch(response, source, batch if column == "id" else _ids(connection, response, mine))
        connection.execute(
            update(response)
            .where(mine)
            .values(
                kind=_scalar(
                    select(survey.c.kind).where(
                        survey.c.source == response.c.source, survey.c.id == response.c.survey_id
                    )
                ),
                team_id=_scalar(
                    select(ticket.c.team_id).where(
                        ticket.c.source == response.c.source, ticket.c.id == response.c.ticket_id
                    )
                ),
                account_key=_person_account(response),
            )
        )
        _learn_audience(connection, response, mine, _person_audience(response), at)


def relate_invitations(
    ledger: Ledger, source: str, *, column: str, values: Iterable[str], at: At = None
) -> None:
    """Sets account and (while unknown) audience of invitations whose `column` is one of `values`."""
    connection = ledger.connection
    for batch in chunks(sorted(set(values))):
        mine = and_(invitation.c.source == source, invitation.c[column].in_(batch))
        ledger.touch(invitation, source, batch if column == "id" else _ids(connection, invitation, mine))
        connection.execute(update(invitation).where(mine).values(account_key=_contact_account(invitation)))
        _learn_audience(connection, invitation, mine, _contact_audience(invitation), at)


def _learn_audience(
    connection: Connection, table: Table, mine: ColumnElement[bool], audience: Any, at: At
) -> None:
    """Sets the audience where it is unknown; it then stays, so when that was is told of it."""
    connection.execute(update(table).where(mine, table.c.audience == UNKNOWN).values(audience=audience))
    since = func.coalesce(literal(epoch(at), BigInteger), table.c.learnt_at, 0)
    is_news = and_(table.c.audience != UNKNOWN, table.c.audience_learnt_at.is_(None))
    connection.execute(update(table).where(mine, is_news).values(audience_learnt_at=since))


def relate_answered(ledger: Ledger, source: str, contact_ids: Iterable[str | None]) -> None:
    """Sets which invitations to these people are answered: an answer belongs to the last one before it."""
    people = sorted({id for id in contact_ids if id is not None})
    for batch in chunks(people):
        mine = and_(invitation.c.source == source, invitation.c.contact_id.in_(batch))
        ledger.touch(invitation, source, _ids(ledger.connection, invitation, mine))
        ledger.connection.execute(update(invitation).where(mine).values(is_answered=_is_answered()))


def relate_all_answered(connection: Connection) -> None:
    """The same for every invitation; the stored tallies have to be made anew after it."""
    connection.execute(update(invitation).values(is_answered=_is_answered()))


@cache
def _is_answered() -> Any:
    later = invitation.alias()
    asked_again = (
        exists()
        .where(
            later.c.source == invitation.c.source,
            later.c.contact_id == invitation.c.contact_id,
            later.c.survey_id == invitation.c.survey_id,
            later.c.sent_at > invitation.c.sent_at,
            later.c.sent_at <= response.c.responded_at,
        )
        # two levels deep: by itself it would take an invitation of its own, any one
        .correlate(invitation, response)
    )
    return (
        exists()
        .where(
            response.c.source == invitation.c.source,
            response.c.contact_id == invitation.c.contact_id,
            response.c.survey_id == invitation.c.survey_id,
            response.c.responded_at >= invitation.c.sent_at,
            response.c.score.is_not(None),
            response.c.is_deleted.is_(False),
            ~asked_again,
        )
        .correlate(invitation)
    )


def _ids(connection: Connection, table: Table, which: ColumnElement[bool]) -> Sequence[str]:
    return connection.execute(select(table.c.id).where(which)).scalars().all()


def hashes_of(connection: Connection, source: str, contact_ids: Iterable[str]) -> set[str]:
    """By which hashes these contacts are known."""
    found: set[str] = set()
    for batch in chunks(sorted(set(contact_ids))):
        mine = and_(contact.c.source == source, contact.c.id.in_(batch), contact.c.email_hash.is_not(None))
        found.update(connection.execute(select(contact.c.email_hash).where(mine)).scalars())
    return found


def relate_people(
    ledger: Ledger,
    source: str,
    contact_ids: Sequence[str],
    were_known_by: Collection[str] = (),
    *,
    at: At = None,
) -> None:
    """After contacts have changed: everything that points to these people, in every source.

    were_known_by: hashes before the change, so that nobody is known by an address that was given up.
    """
    connection = ledger.connection
    by_source: dict[str, set[str]] = defaultdict(set)
    by_source[source].update(contact_ids)
    hashes = hashes_of(connection, source, contact_ids) | set(were_known_by)
    for batch in chunks(sorted(hashes)):
        same = select(contact.c.source, contact.c.id).where(contact.c.email_hash.in_(batch))
        for row in connection.execute(same):
            by_source[row.source].add(row.id)
    for name, ids in by_source.items():
        relate_tickets(ledger, name, column="requester_id", values=ids)
        relate_responses(ledger, name, column="contact_id", values=ids, at=at)
        relate_invitations(ledger, name, column="contact_id", values=ids, at=at)
    _relate_by_hash(ledger, hashes, at)


def relate_accounts(ledger: Ledger, source: str, account_ids: Iterable[str], *, at: At = None) -> None:
    """After accounts have changed: their tickets, people and answers."""
    connection = ledger.connection
    for batch in chunks(sorted(set(account_ids))):
        people = select(contact.c.id).where(contact.c.source == source, contact.c.account_id.in_(batch))
        relate_tickets(ledger, source, column="account_id", values=batch)
        relate_responses(ledger, source, column="account_id", values=batch, at=at)
        relate_people(ledger, source, connection.execute(people).scalars().all(), at=at)


def tickets_of(
    connection: Connection, source: str, *, people: Collection[str], firms: Collection[str]
) -> set[str]:
    """The tickets of some contacts, or of some accounts, themselves or through their people."""
    found: set[str] = set()
    for batch in chunks(sorted(people)):
        found.update(_ids_of(connection, source, ticket.c.requester_id.in_(batch)))
    for batch in chunks(sorted(firms)):
        theirs = select(contact.c.id).where(contact.c.source == source, contact.c.account_id.in_(batch))
        found.update(_ids_of(connection, source, ticket.c.account_id.in_(batch)))
        found.update(_ids_of(connection, source, ticket.c.requester_id.in_(theirs)))
    return found


def _ids_of(connection: Connection, source: str, where: ColumnElement[bool]) -> Iterable[str]:
    return connection.execute(select(ticket.c.id).where(ticket.c.source == source, where)).scalars()


def _relate_by_hash(ledger: Ledger, hashes: Iterable[str], at: At) -> None:
    by_source: dict[str, set[str]] = defaultdict(set)
    for batch in chunks(sorted(hashes)):
        query = select(response.c.source, response.c.id).where(response.c.email_hash.in_(batch))
        for row in ledger.connection.execute(query):
            by_source[row.source].add(row.id)
    for name, ids in by_source.items():
        relate_responses(ledger, name, column="id", values=ids, at=at)


@cache
def _of_ticket(name: str) -> Any:
    """A column of the ticket that a span belongs to."""
    same = and_(ticket.c.source == ticket_span.c.source, ticket.c.id == ticket_span.c.ticket_id)
    return _scalar(select(ticket.c[name]).where(same))


def _scalar(query: Select[Any]) -> Any:
    return query.scalar_subquery()


def _own(key: str, id_column: ColumnElement[Any], source: ColumnElement[Any]) -> Any:
    """A column of the contact that a row names."""
    query = select(contact.c[key]).where(contact.c.source == source, contact.c.id == id_column)
    # Inside another subquery SQLAlchemy would list the outer table here once more, and match any row of it.
    return _scalar(query.correlate_except(contact))


def _account_key(source: ColumnElement[Any], id_column: Any) -> Any:
    query = select(account.c.account_key).where(account.c.source == source, account.c.id == id_column)
    return _scalar(query.correlate_except(account))


def _known_audience(email_hash: Any) -> Any:
    """What any source says of the person behind a hash; decision-maker wins over end user."""
    named = contact.alias()
    return _scalar(
        select(func.min(named.c.audience)).where(
            named.c.email_hash == email_hash, named.c.audience != UNKNOWN
        )
    )


def _known_account(email_hash: Any) -> Any:
    """The account of the person behind a hash in any source; the first by name where they differ."""
    person, firm = contact.alias(), account.alias()
    joined = person.join(firm, and_(firm.c.source == person.c.source, firm.c.id == person.c.account_id))
    return _scalar(
        select(func.min(firm.c.account_key)).select_from(joined).where(person.c.email_hash == email_hash)
    )


@cache
def _ticket_audience() -> Any:
    return _contact_audience(ticket, "requester_id")


@cache
def _contact_audience(table: Any, column: str = "contact_id") -> Any:
    own = _own("audience", table.c[column], table.c.source)
    same_person = _known_audience(_own("email_hash", table.c[column], table.c.source))
    return func.coalesce(func.nullif(own, UNKNOWN), same_person, UNKNOWN)


@cache
def _ticket_account() -> Any:
    through_person = _own("account_id", ticket.c.requester_id, ticket.c.source)
    return _account_key(ticket.c.source, func.coalesce(ticket.c.account_id, through_person))


@cache
def _contact_account(table: Any) -> Any:
    own = _account_key(table.c.source, _own("account_id", table.c.contact_id, table.c.source))
    return func.coalesce(own, _known_account(_own("email_hash", table.c.contact_id, table.c.source)))


@cache
def _person_account(table: Any) -> Any:
    return func.coalesce(
        _account_key(table.c.source, table.c.account_id),
        _contact_account(table),
        _known_account(table.c.email_hash),
    )


@cache
def _person_audience(table: Any) -> Any:
    return func.coalesce(
        func.nullif(_contact_audience(table), UNKNOWN), _known_audience(table.c.email_hash), UNKNOWN
    )
