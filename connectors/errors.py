"""What can go wrong with a source, arranged by what to do next.

ConnectorError                 a message for a person: what happened, to which source, what to do
├── RetryableError             back off and try again: time-outs, 429, 5xx
├── PermanentError             stop until somebody changes something
│   ├── AuthError              the credentials are refused: names the setting to check
│   └── ConfigError            a setting is wrong or missing: names it, and what was expected
├── UnavailableError           this stream is not to be had (a plan, a scope): note it, go on without
└── RecordError                this one object can't be read: keep it as a reject, go on

A message never holds a token or a customer's text.
"""

from __future__ import annotations


class ConnectorError(Exception):
    """The root. `setting` names what to look at in the settings, where there is such a thing."""

    def __init__(self, message: str, *, setting: str | None = None) -> None:
        super().__init__(message)
        self.setting = setting


class RetryableError(ConnectorError):
    """May pass by itself. retry_after: seconds that the source asked us to wait; None: it did not say."""

    def __init__(self, message: str, *, setting: str | None = None, retry_after: float | None = None) -> None:
        super().__init__(message, setting=setting)
        self.retry_after = retry_after


class PermanentError(ConnectorError):
    """Trying again will not help. code: the service's own word for it, where it is a bare word."""

    def __init__(self, message: str, *, setting: str | None = None, code: str | None = None) -> None:
        super().__init__(message, setting=setting)
        self.code = code


class AuthError(PermanentError):
    """The source refuses our credentials."""


class ConfigError(PermanentError):
    """A setting is missing or wrong."""


class UnavailableError(ConnectorError):
    """The source does not offer this to us. status: 404 and 410 say gone, 403 says not allowed."""

    def __init__(self, message: str, *, setting: str | None = None, status: int | None = None) -> None:
        super().__init__(message, setting=setting)
        self.status = status


class RecordError(ConnectorError):
    """One object can't be read. The message becomes the reject's reason."""
