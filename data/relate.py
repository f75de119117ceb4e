"""Who a row belongs to: audience and account of tickets and answers, set from what is stored.

Set-based and repeatable: whatever arrives first, once all is there every row points to the same. A
person is the same in every source when the keyed hash of the e-mail address is.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Sequence
from functools import cache
from typing import Any

from sqlalchemy import Connection, Select, and_, func, select, update
from sqlalchemy.sql.elements import ColumnElement

from data.records import Audience
from data.rows import chunks
from data.schema import account, contact, invitation, response, survey, ticket, ticket_span

UNKNOWN = Audience.UNKNOWN.value


def relate_tickets(
    connection: Connection, source: str, *, column: str, values: Iterable[str], with_spans: bool = True
) -> None:
    """Sets audience and account of tickets (and of their spans) whose `column` is one of `values`."""
    for batch in chunks(sorted(set(values))):
        mine = and_(ticket.c.source == source, ticket.c[column].in_(batch))
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


def relate_responses(connection: Connection, source: str, *, column: str, values: Iterable[str]) -> None:
    """Sets kind, team, account and (while unknown) audience of answers whose `column` is one of `values`."""
    for batch in chunks(sorted(set(values))):
        mine = and_(response.c.source == source, response.c[column].in_(batch))
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
        connection.execute(
            update(response)
            .where(mine, response.c.audience == UNKNOWN)
            .values(audience=_person_audience(response))
        )


def relate_invitations(connection: Connection, source: str, *, column: str, values: Iterable[str]) -> None:
    """Sets account and (while unknown) audience of invitations whose `column` is one of `values`."""
    for batch in chunks(sorted(set(values))):
        mine = and_(invitation.c.source == source, invitation.c[column].in_(batch))
        connection.execute(update(invitation).where(mine).values(account_key=_contact_account(invitation)))
        connection.execute(
            update(invitation)
            .where(mine, invitation.c.audience == UNKNOWN)
            .values(audience=_contact_audience(invitation))
        )


def hashes_of(connection: Connection, source: str, contact_ids: Iterable[str]) -> set[str]:
    """By which hashes these contacts are known."""
    found: set[str] = set()
    for batch in chunks(sorted(set(contact_ids))):
        mine = and_(contact.c.source == source, contact.c.id.in_(batch), contact.c.email_hash.is_not(None))
        found.update(connection.execute(select(contact.c.email_hash).where(mine)).scalars())
    return found


def relate_people(
    connection: Connection, source: str, contact_ids: Sequence[str], were_known_by: Collection[str] = ()
) -> None:
    """After contacts have changed: everything that points to these people, in every source.

    were_known_by: hashes before the change, so that nobody is known by an address that was given up.
    """
    by_source: dict[str, set[str]] = defaultdict(set)
    by_source[source].update(contact_ids)
    hashes = hashes_of(connection, source, contact_ids) | set(were_known_by)
    for batch in chunks(sorted(hashes)):
        same = select(contact.c.source, contact.c.id).where(contact.c.email_hash.in_(batch))
        for row in connection.execute(same):
            by_source[row.source].add(row.id)
    for name, ids in by_source.items():
        relate_tickets(connection, name, column="requester_id", values=ids)
        relate_responses(connection, name, column="contact_id", values=ids)
        relate_invitations(connection, name, column="contact_id", values=ids)
    _relate_by_hash(connection, hashes)


def relate_accounts(connection: Connection, source: str, account_ids: Iterable[str]) -> None:
    """After accounts have changed: their tickets, people and answers."""
    for batch in chunks(sorted(set(account_ids))):
        people = select(contact.c.id).where(contact.c.source == source, contact.c.account_id.in_(batch))
        relate_tickets(connection, source, column="account_id", values=batch)
        relate_responses(connection, source, column="account_id", values=batch)
        relate_people(connection, source, connection.execute(people).scalars().all())


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


def _relate_by_hash(connection: Connection, hashes: Iterable[str]) -> None:
    by_source: dict[str, set[str]] = defaultdict(set)
    for batch in chunks(sorted(hashes)):
        query = select(response.c.source, response.c.id).where(response.c.email_hash.in_(batch))
        for row in connection.execute(query):
            by_source[row.source].add(row.id)
    for name, ids in by_source.items():
        relate_responses(connection, name, column="id", values=ids)


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
