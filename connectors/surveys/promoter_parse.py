"""Promoter.io's objects as records: a campaign is a survey, a feedback with its contact is a response."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from connectors.errors import RecordError
from data.records import Account, Contact, Record, Response, Survey, SurveyKind

NO_CAMPAIGN = "none"
CLOSED = "CLOSED"


@dataclass(frozen=True, slots=True, kw_only=True)
class Names:
    """Which of the contacts' attributes hold what; the account's owner chose their names."""

    role: str
    title: str
    company: str


def survey_of(item: Mapping[str, Any]) -> Survey:
    """A campaign. Its counts are the only figures about sending that the service gives."""
    return Survey(
        id=identifier(item["id"]),
        name=text(item.get("name")) or identifier(item["id"]),
        kind=SurveyKind.NPS,
        launched_at=moment(item.get("launch_date")),
        last_sent_at=moment(item.get("last_surveyed_date")),
        eligible_count=count(item.get("eligible_count")),
        sent_count=count(item.get("all_count")),
    )


def records_of(
    item: Mapping[str, Any], *, survey_id: str, attributes: Mapping[str, Any], names: Names
) -> list[Record]:
    """The response, its contact and the contact's account. attributes: the contact's, wherever found."""
    company = text(attributes.get(names.company))
    person = _person(item.get("contact") or {}, attributes, names)
    answer = _response(item, survey_id, person)
    account = Account(id=company, name=company) if company else None
    return [record for record in (account, person, answer) if record is not None]


def _person(contact: Mapping[str, Any], attributes: Mapping[str, Any], names: Names) -> Contact | None:
    if not contact:
        return None
    whole_name = [text(contact.get(part)) for part in ("first_name", "last_name")]
    return Contact(
        id=identifier(contact.get("id")),
        name=" ".join(part for part in whole_name if part) or None,
        email=text(contact.get("email")),
        title=text(attributes.get(names.title)),
        role=text(attributes.get(names.role)),
        account_id=text(attributes.get(names.company)),
    )


def _response(item: Mapping[str, Any], survey_id: str, person: Contact | None) -> Response:
    posted_at = moment(item.get("posted_date"))
    if posted_at is None:
        raise RecordError("posted_date: the moment of the answer is missing")
    changes = [moment(item.get(name)) for name in ("score_modified", "comment_updated_date")]
    status = text(item.get("status"))
    return Response(
        id=identifier(item["id"]),
        survey_id=survey_id,
        responded_at=posted_at,
        score=score(item["score"]),
        updated_at=max([posted_at, *(change for change in changes if change)]),
        contact_id=person.id if person else None,
        email=person.email if person else None,
        role=person.role if person else None,
        title=person.title if person else None,
        account_id=person.account_id if person else None,
        comment=text(item.get("comment")),
        is_closed=status.upper() == CLOSED if status else None,
    )


def identifier(value: Any) -> str:
    """An identifier as text. RecordError where it is none."""
    if isinstance(value, bool) or not isinstance(value, int | str) or value == "":
        raise RecordError("an identifier is missing")
    return str(value)


def text(value: Any) -> str | None:
    """Plain text without blanks around it; None for nothing, and for lists and objects."""
    found = str(value).strip() if isinstance(value, str | int | float) else ""
    return found or None


def count(value: Any) -> int | None:
    """A whole number, which the service may write as text."""
    return int(value) if text(value) and not isinstance(value, bool) else None


def score(value: Any) -> float:
    found = None if isinstance(value, bool) else float(value)
    if found is None or not 0 <= found <= 10:
        raise RecordError("score: it is not between 0 and 10")
    return found


def moment(value: Any) -> datetime | None:
    """In UTC, as the service writes all its times, also where the zone is left out."""
    if not value:
        return None
    found = datetime.fromisoformat(value)
    return (found if found.tzinfo else found.replace(tzinfo=UTC)).astimezone(UTC)
