"""What Zendesk promises and asks: SLA policies, schedules with holidays, satisfaction ratings."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, timedelta
from typing import Any

from connectors.helpdesks.zendesk_parse import Desk
from connectors.helpdesks.zendesk_values import identifier, moment, moment_or_none, optional_id, text
from connectors.paging import dig
from data.records import BusinessCalendar, Invitation, Response, SlaPolicy, Survey, SurveyKind
from data.zones import rails_zone

WEEK = 7 * 1440
LONGEST_HOLIDAY_DAYS = 400
SATISFACTION = Survey(
    id="satisfaction",
    name="Zendesk satisfaction ratings",
    kind=SurveyKind.CSAT,
    scale_min=0,
    scale_max=1,
    is_transactional=True,
)
SCORES = {"good": 1.0, "bad": 0.0}


def parse_policy(item: Mapping[str, Any], desk: Desk) -> SlaPolicy:
    return SlaPolicy(
        id=identifier(item["id"]),
        name=text(item.get("title")) or "",
        position=item.get("position"),
        terms=tuple(_term(term) for term in item.get("policy_metrics") or ()),
    )


def _term(term: Mapping[str, Any]) -> dict[str, Any]:
    return {
        "measure": term.get("metric"),
        "priority": term.get("priority"),
        "target_minutes": target_minutes(term),
        "clock": "business" if term.get("business_hours") else "calendar",
    }


def target_minutes(promise: Mapping[str, Any]) -> float | None:
    """Zendesk's `target` is in minutes; the seconds are finer, and newer accounts have them."""
    if promise.get("target_in_seconds") is not None:
        return float(promise["target_in_seconds"]) / 60
    return None if promise.get("target") is None else float(promise["target"])


def parse_schedule(item: Mapping[str, Any], desk: Desk) -> BusinessCalendar:
    """Zendesk counts minutes from Sunday on, and names time zones as Rails does; UTC stands in for others."""
    schedule_id = identifier(item["id"])
    spans: list[tuple[int, int]] = []
    for interval in item.get("intervals") or ():
        spans += _from_monday(int(interval["start_time"]), int(interval["end_time"]))
    days = {day for holiday in desk.account.holidays(schedule_id) for day in _days_of(holiday)}
    return BusinessCalendar(
        id=schedule_id,
        name=text(item.get("name")) or "",
        time_zone=zone_of(item) or "UTC",
        intervals=tuple(sorted(spans)),
        holidays=tuple(sorted(days)),
    )


def zone_of(schedule: Any) -> str | None:
    """The IANA name of a schedule's time zone; None where it is not known."""
    return rails_zone(str(dig(schedule, "time_zone") or ""))


def _from_monday(start: int, end: int) -> list[tuple[int, int]]:
    """An interval in minutes since Sunday 00:00 as one or two in minutes since Monday 00:00."""
    if end <= start:
        return []
    first = (start - 1440) % WEEK
    last = first + min(end - start, WEEK)
    return [(first, last)] if last <= WEEK else [(first, WEEK), (0, last - WEEK)]


def _days_of(holiday: Mapping[str, Any]) -> list[date]:
    first = date.fromisoformat(holiday["start_date"])
    last = date.fromisoformat(holiday["end_date"])
    count = min((last - first).days + 1, LONGEST_HOLIDAY_DAYS)
    return [first + timedelta(days=i) for i in range(count)]


def parse_rating(item: Mapping[str, Any], desk: Desk) -> list[Invitation | Response]:
    """A rating that was offered is an invitation; one that was given is an answer to it as well."""
    score = item["score"]
    if score not in SCORES and score != "offered":
        return []
    rating_id, created_at = identifier(item["id"]), moment(item["created_at"])
    contact_id = optional_id(item.get("requester_id"))
    invitation = Invitation(
        id=rating_id, survey_id=SATISFACTION.id, sent_at=created_at, contact_id=contact_id
    )
    if score == "offered":
        return [invitation]
    updated_at = moment_or_none(item.get("updated_at"))
    response = Response(
        id=rating_id,
        survey_id=SATISFACTION.id,
        responded_at=updated_at or created_at,
        score=SCORES[score],
        updated_at=updated_at,
        contact_id=contact_id,
        ticket_id=optional_id(item.get("ticket_id")),
        comment=text(item.get("comment")) or None,
    )
    return [invitation, response]
