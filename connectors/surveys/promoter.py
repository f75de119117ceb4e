"""Promoter.io: campaigns, and feedback with the attributes of who gave it.

Feedback can only be asked for by the day it was posted, while its score, comment and state change later:
each run reads a week back, and once a week everything is read. Nothing tells of deletions either; after
such a full pass the answers that are no longer listed are asked for one by one.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import datetime, timedelta
from typing import Any
from urllib.parse import quote

from connectors.base import Connector, Context, Field, Stream
from connectors.errors import ConfigError, UnavailableError
from connectors.http import Http, JsonSource
from connectors.paging import Ask, Bookmark, NextLink, Query, dig, walk
from connectors.surveys.promoter_parse import (
    NO_CAMPAIGN,
    Names,
    identifier,
    moment,
    records_of,
    survey_of,
    text,
)
from data.records import Page, Record, Response, Survey, SurveyKind

OVERLAP = timedelta(days=7)
WEEKLY = 7 * 24 * 3600.0
FEEDBACK = "v2/feedback/"
CAMPAIGNS = "campaigns/"
GONE = frozenset({404, 410})
CHECKS_PER_PASS = 200
FEW = 5
CONTACTS_KEPT = 100_000


def parse_campaign(item: Any, connector: Promoter) -> Survey:
    survey = survey_of(item)
    connector.campaigns[survey.name] = survey.id
    return survey


def parse_feedback(item: Any, connector: Promoter) -> list[Record]:
    survey_id, unlisted = connector.survey_of(item.get("campaign"))
    attributes = connector.attributes_of(item.get("contact"))
    return unlisted + records_of(item, survey_id=survey_id, attributes=attributes, names=connector.names)


class Promoter(Connector):
    """One Promoter.io account."""

    kind = "promoter"
    label = "Promoter.io"
    fields = (
        Field(name="token", help="the API key of the account", secret=True),
        Field(name="role_attribute", help="the contact attribute that tells who decides", default="role"),
        Field(name="title_attribute", help="the contact attribute with the job title", default="title"),
        Field(name="company_attribute", help="the contact attribute with the company", default="company"),
        Field(name="url", help="the address of the API", default="https://app.promoter.io/api/"),
        Field(
            name="pause_seconds", help="least time between two requests; the limit is not published",
            default=1.0, kind=float,
        ),
    )  # fmt: skip
    streams = (
        Stream(name="campaigns", read="read_campaigns", items="results", parse=parse_campaign),
        Stream(
            name="all_feedback", read="read_all_feedback", items="results", parse=parse_feedback,
            every_seconds=WEEKLY,
        ),
        Stream(name="feedback", read="read_feedback", items="results", parse=parse_feedback),
    )  # fmt: skip

    def __init__(
        self, source: str, config: Mapping[str, Any], context: Context, http: JsonSource | None = None
    ) -> None:
        super().__init__(source, config, context, http)
        self.names = Names(
            role=self.config["role_attribute"],
            title=self.config["title_attribute"],
            company=self.config["company_attribute"],
        )
        self.campaigns: dict[str, str] = {}  # ids by name: feedback names its campaign by either
        self._attributes: dict[str, Mapping[str, Any]] = {}
        self._note = ""

    def connect(self) -> JsonSource:
        pause = self.config["pause_seconds"]
        if not 0 <= pause <= 60:
            raise ConfigError(
                f"Source {self.source}: the setting 'pause_seconds' must be a number from 0 to 60.",
                setting="pause_seconds",
            )
        return Http(
            self.source,
            self.config["url"],
            headers={"Authorization": f"Token {self.config['token']}", "Content-Type": "application/json"},
            pause_seconds=pause,
        )

    def read_campaigns(self, bookmark: Bookmark) -> Iterator[Page]:
        for body in self._bodies(CAMPAIGNS):
            yield self._page("campaigns", body)

    def read_all_feedback(self, bookmark: Bookmark) -> Iterator[Page]:
        """Everything, for comments and closings that came late, then the answers that are gone."""
        self._attributes.clear()
        listed: set[str] = set()
        for body in self._bodies(FEEDBACK):
            page = self._page("all_feedback", body)
            listed.update(_ids(body))
            yield page
        yield self._gone(listed)

    def read_feedback(self, bookmark: Bookmark) -> Iterator[Page]:
        """What was posted in the week before the newest answer known; the order of the list is not."""
        latest = self.context.clock() + timedelta(days=1)
        newest = moment(bookmark.get("posted"))
        since = (newest or self.context.clock()) - OVERLAP
        for body in self._bodies(FEEDBACK, {"posted_date_0": since.date().isoformat()}):
            yield self._page("feedback", body)
            posted = [at for at in map(_posted_at, body["results"]) if at and at <= latest]
            newest = max([*posted, newest]) if newest else max(posted, default=None)
        if newest is not None:
            yield Page(bookmark={"posted": newest.isoformat()})

    def survey_of(self, campaign: Any) -> tuple[str, list[Record]]:
        """The survey's id, and the survey itself where the list of campaigns does not have it."""
        if not self.campaigns:
            for _ in self.read_campaigns({}):
                pass
        if isinstance(campaign, Mapping):
            campaign = campaign.get("id") or campaign.get("name")
        name = text(campaign)
        if name is None:
            return NO_CAMPAIGN, [Survey(id=NO_CAMPAIGN, name="Without campaign", kind=SurveyKind.NPS)]
        if name in self.campaigns:
            return self.campaigns[name], []
        is_id = name in self.campaigns.values()
        return name, [] if is_id else [Survey(id=name, name=name, kind=SurveyKind.NPS)]

    def attributes_of(self, contact: Any) -> Mapping[str, Any]:
        """The contact's attributes; asked for, once, where the list leaves them out."""
        if not isinstance(contact, Mapping) or not contact:
            return {}
        given = contact.get("attributes")
        if isinstance(given, Mapping):
            return given
        contact_id = identifier(contact.get("id"))
        if contact_id not in self._attributes:
            if len(self._attributes) >= CONTACTS_KEPT:
                self._attributes.clear()
            self._attributes[contact_id] = self._fetch_attributes(contact_id)
        return self._attributes[contact_id]

    def _fetch_attributes(self, contact_id: str) -> Mapping[str, Any]:
        try:
            body = self.http.get_json(f"contacts/{quote(contact_id, safe='')}")
        except UnavailableError as error:
            if error.status not in GONE:
                self._note = "contacts can't be read with this token: the roles of some answers are unknown"
            return {}
        found = body.get("attributes") if isinstance(body, Mapping) else None
        return found if isinstance(found, Mapping) else {}

    def _gone(self, listed: set[str]) -> Page:
        """Deletions, each one confirmed by the service itself: an answer missing in a list proves nothing."""
        known = self.context.known.responses()
        missing = [item for item in known if item[0] not in listed]
        if len(missing) > max(FEW, len(known) // 2):
            return Page(note=f"{len(missing)} stored answers are no longer listed; another account's token?")
        gone = [item for item in missing[:CHECKS_PER_PASS] if self._is_gone(item[0])]
        return Page(
            records=tuple(
                Response(id=id_, survey_id=survey_id, responded_at=at, score=None, is_deleted=True)
                for id_, survey_id, at in gone
            )
        )

    def _is_gone(self, feedback_id: str) -> bool:
        try:
            self.http.get_json(f"{FEEDBACK}{quote(feedback_id, safe='')}/")
        except UnavailableError as error:
            return error.status in GONE
        return False

    def _bodies(self, path: str, params: Query | None = None) -> Iterator[Any]:
        """The pages of a list. A list that shrank meanwhile answers 404 past its end, which ends the walk."""
        is_first = True
        try:
            for body in walk(self.http.get_json, Ask(path, params or {}), NextLink()):
                is_first = False
                yield body
        except UnavailableError as error:
            if is_first or error.status != 404:
                raise

    def _page(self, name: str, body: Any) -> Page:
        stream = next(stream for stream in self.streams if stream.name == name)
        records, rejects = self.parse_all(stream, dig(body, stream.items))
        return Page(records=records, rejects=rejects, note=self._note)


def _ids(body: Any) -> set[str]:
    return {str(item["id"]) for item in body["results"] if isinstance(item, Mapping) and item.get("id")}


def _posted_at(item: Any) -> datetime | None:
    try:
        return moment(item.get("posted_date"))
    except (AttributeError, TypeError, ValueError):
        return None
