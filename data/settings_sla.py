"""The settings of Barometer's own promises: targets by priority, and policies for teams and accounts."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from pydantic import Field, field_validator

from data.records import Clock, Measure, Priority, State, account_key
from data.setting_kinds import Duration, Strict


class Targets(Strict):
    """What is promised for one priority, where the helpdesk itself promises nothing."""

    first_reply: Duration | None = Field(default=None, description="to the first public reply")
    next_reply: Duration | None = Field(
        default=None, description="to the answer to what a customer writes later"
    )
    requester_wait: Duration | None = Field(default=None, description="of time new, open or on hold")
    agent_work: Duration | None = Field(default=None, description="of time new or open")
    resolution: Duration | None = Field(default=None, description="to the last solve")
    clock: Clock | None = Field(
        default=None, description="business or calendar; else the policy's, or business"
    )

    def minutes(self, measure: Measure) -> float | None:
        """The promise in minutes; None where there is none."""
        given: int | None = getattr(self, measure.value)
        return None if given is None else given / 60


class PolicySettings(Strict):
    """Promises for some tickets. Of a list that is given one must fit, and all lists that are given must."""

    name: str = Field(min_length=1, max_length=100, description="what it is called on the ticket's clock")
    accounts: tuple[str, ...] = Field(default=(), description="names of accounts; none: any")
    teams: tuple[str, ...] = Field(default=(), description="teams as `source:id`; none: any")
    sources: tuple[str, ...] = Field(default=(), description="sources by name; none: any")
    calendar: str = Field(default="", description="the calendar of its tickets; else the ticket's own")
    clock: Clock | None = Field(default=None, description="of its targets that name none; else business")
    targets: Mapping[Priority, Targets] = Field(
        default={}, description="by priority; none at all: `sla.targets`"
    )

    @field_validator("teams")
    @classmethod
    def _teams(cls, teams: tuple[str, ...]) -> tuple[str, ...]:
        for team in teams:
            source, mark, id = team.partition(":")
            if not (source and mark and id):
                raise ValueError("a team is its source and its id there, such as desk:42")
        return teams

    def covers(self, source: str, team_id: str | None, account: str | None) -> bool:
        """Whether a ticket falls under it. account: its key; None or "": of nobody."""
        return (
            (not self.sources or source in self.sources)
            and (not self.teams or f"{source}:{team_id}" in self.teams)
            and (not self.accounts or account in {account_key(name) for name in self.accounts})
        )


class SlaSettings(Strict):
    calendar: str = Field(default="", description="name of the calendar for business hours; empty: 24/7")
    pauses: tuple[State, ...] = Field(
        default=(State.PENDING,), description="states in which Barometer's own resolution target pauses"
    )
    targets: Mapping[Priority, Targets] = Field(default={}, description="by priority")
    policies: tuple[PolicySettings, ...] = Field(
        default=(), description="the first that fits a ticket counts"
    )

    @field_validator("policies")
    @classmethod
    def _names(cls, policies: tuple[PolicySettings, ...]) -> tuple[PolicySettings, ...]:
        names = [policy.name for policy in policies]
        twice = {name for name in names if names.count(name) > 1}
        if twice:
            raise ValueError(f"two policies are called {min(twice)[:40]!r}")
        return policies

    @property
    def promises_anything(self) -> bool:
        """Whether there is any target to apply."""
        return bool(self.targets) or any(policy.targets for policy in self.policies)

    @property
    def looks_at_accounts(self) -> bool:
        """Whether it matters to whom a ticket belongs."""
        return any(policy.accounts for policy in self.policies)

    def policy(self, source: str, team_id: str | None, account: str | None) -> PolicySettings | None:
        """The first policy that covers a ticket; None: none does."""
        return next((item for item in self.policies if item.covers(source, team_id, account)), None)

    def promised(
        self, policy: PolicySettings | None, priority: Priority
    ) -> Iterator[tuple[Measure, float, Clock]]:
        """(measure, minutes, clock) of all that is promised for a priority."""
        targets = policy.targets if policy is not None and policy.targets else self.targets
        found = targets.get(priority)
        if found is None:
            return
        clock = found.clock or (policy.clock if policy else None) or Clock.BUSINESS
        for measure in Measure:
            minutes = found.minutes(measure)
            if minutes is not None:
                yield measure, minutes, clock

    def calendars(self) -> Iterator[tuple[str, str]]:
        """(setting, the calendar that it names)."""
        yield "sla.calendar", self.calendar
        for number, policy in enumerate(self.policies):
            yield f"sla.policies.{number}.calendar", policy.calendar
