"""End user, decision-maker or unknown: the explicit mapping, and nothing guessed.

In this order: the role attribute's value, the contact lists, the patterns of titles. What none of them
knows stays unknown, and is counted and shown.
"""

from __future__ import annotations

import hashlib
import hmac
import re
from dataclasses import dataclass

from data.records import Audience
from data.settings import AudienceSettings


def normal_email(email: str | None) -> str | None:
    """The address as it is compared: trimmed, small letters; None where there is none."""
    return (email or "").strip().casefold() or None


def email_hash(email: str | None, key: bytes) -> str | None:
    """The keyed hash (HMAC-SHA-256, 128 bits in hex) by which one person is found in every source."""
    address = normal_email(email)
    return hmac.new(key, address.encode(), hashlib.sha256).hexdigest()[:32] if address else None


@dataclass(frozen=True, slots=True)
class Mapping:
    """The mapping of the settings, made ready."""

    roles: dict[str, Audience]
    hashes: dict[str, Audience]
    titles: tuple[tuple[re.Pattern[str], Audience], ...]

    @classmethod
    def of(cls, settings: AudienceSettings, key: bytes) -> Mapping:
        decides, uses = Audience.DECISION_MAKER, Audience.END_USER
        roles = {_plain(value): uses for value in settings.end_user}
        roles |= {_plain(value): decides for value in settings.decision_maker}
        hashes = {email_hash(item, key) or "": uses for item in settings.end_user_emails}
        hashes |= {email_hash(item, key) or "": decides for item in settings.decision_maker_emails}
        patterns = [(item, decides) for item in settings.decision_maker_titles]
        patterns += [(item, uses) for item in settings.end_user_titles]
        return cls(roles, hashes, tuple((re.compile(item, re.IGNORECASE), who) for item, who in patterns))

    def audience(self, *, role: str | None, email_hash: str | None, title: str | None) -> Audience:
        """Whose voice this is, by the values as the source gave them."""
        if role and (found := self.roles.get(_plain(role))):
            return found
        if email_hash and (found := self.hashes.get(email_hash)):
            return found
        for pattern, audience in self.titles if title else ():
            if pattern.search(title or ""):
                return audience
        return Audience.UNKNOWN


def _plain(value: str) -> str:
    return " ".join(value.casefold().split())
