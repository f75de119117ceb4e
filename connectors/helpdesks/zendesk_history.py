"""What has happened to Zendesk's tickets: field changes, public replies and promises, as they occurred."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any

from connectors.helpdesks.zendesk_parse import PRIORITIES, Desk, state_of
from connectors.helpdesks.zendesk_terms import target_minutes
from connectors.helpdesks.zendesk_values import identifier, moment, moment_or_none, optional_id, text
from data.records import NOBODY, Clock, EventKind, Measure, SlaTarget, State, TicketEvent

MEASURES = {
    "requester_wait_time": Measure.REQUESTER_WAIT,
    "agent_work_time": Measure.AGENT_WORK,
    "resolution_time": Measure.RESOLUTION,
}


def parse_audit(item: Mapping[str, Any], desk: Desk) -> list[TicketEvent]:
    """One update of a ticket: at most one change (of several fields) and its public comments.

    The comment that opens a ticket is the request itself and no reply to it, whoever wrote it.
    """
    audit_id, ticket_id = identifier(item["id"]), identifier(item["ticket_id"])
    happened_at = moment_or_none(item.get("created_at")) or datetime.fromtimestamp(item["timestamp"], UTC)
    updater = optional_id(item.get("updater_id"))
    sequence = int(audit_id) if audit_id.isdecimal() and len(audit_id) < 19 else 0
    made: list[TicketEvent] = []
    children = [child for child in item.get("child_events") or () if isinstance(child, Mapping)]
    changes = _changes(children, desk)
    if changes:
        made.append(
            TicketEvent(
                id=audit_id,
                ticket_id=ticket_id,
                happened_at=happened_at,
                kind=EventKind.CHANGE,
                sequence=sequence,
                actor_id=updater,
                **changes,
            )
        )
    if any(child.get("event_type") == "Create" for child in children):
        return made
    for child in children:
        if child.get("event_type") == "Comment" and child.get("public") is True:
            author = optional_id(child.get("author_id")) or updater
            is_staff = author is not None and desk.account.is_staff(author)
            made.append(
                TicketEvent(
                    id=f"{audit_id}:{identifier(child['id'])}",
                    ticket_id=ticket_id,
                    happened_at=happened_at,
                    kind=EventKind.AGENT_REPLY if is_staff else EventKind.CUSTOMER_REPLY,
                    sequence=sequence,
                    actor_id=author,
                )
            )
    return made


def _changes(children: list[Mapping[str, Any]], desk: Desk) -> dict[str, Any]:
    """What an update set, the last value of each field. Deletion is left to the ticket's own row."""
    found: dict[str, Any] = {}
    custom_status_id = None
    for child in children:
        if child.get("event_type") not in {"Create", "Change"}:
            continue
        if child.get("status"):
            found["state"] = state_of(child["status"], None, desk)
        if child.get("custom_status_id"):
            custom_status_id = child["custom_status_id"]
        if "group_id" in child:
            found["team_id"] = optional_id(child["group_id"]) or NOBODY
        if "assignee_id" in child:
            found["assignee_id"] = optional_id(child["assignee_id"]) or NOBODY
        if child.get("priority") in PRIORITIES:
            found["priority"] = PRIORITIES[child["priority"]]
    if custom_status_id is not None and "state" not in found and desk.account.category_of(custom_status_id):
        found["state"] = state_of(None, custom_status_id, desk)
    if found.get("state") is State.DELETED:
        del found["state"]
    return found


def parse_metric_event(item: Mapping[str, Any], desk: Desk) -> SlaTarget | None:
    """A promise as it was applied or, without `sla`, taken back.

    Only `apply_sla` tells of a promise: the others occur without any, and breaches are foretold and
    later withdrawn. What became of a promise is worked out from the ticket's own history.
    """
    if item["type"] != "apply_sla":
        return None
    cycle = int(item["instance_id"])
    if item["metric"] == "reply_time":
        measure = Measure.FIRST_REPLY if cycle <= 1 else Measure.NEXT_REPLY
    elif item["metric"] in MEASURES:
        measure = MEASURES[item["metric"]]
    else:
        return None
    promise = item.get("sla") or {}
    return SlaTarget(
        ticket_id=identifier(item["ticket_id"]),
        measure=measure,
        cycle=cycle,
        applied_at=moment(item["time"]),
        target_minutes=target_minutes(promise),
        clock=Clock.BUSINESS if promise.get("business_hours") else Clock.CALENDAR,
        policy=text((promise.get("policy") or {}).get("title")),
    )
