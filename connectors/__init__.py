"""Everything that speaks to the outside world. `CONNECTORS` is the registry: kind → module and class."""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING

from connectors.errors import ConfigError

if TYPE_CHECKING:
    from connectors.base import Connector

CONNECTORS = {
    "demo": "connectors.demo:Demo",
    "files": "connectors.files:Files",
    "promoter": "connectors.surveys.promoter:Promoter",
    "request_tracker": "connectors.helpdesks.request_tracker:RequestTracker",
    "zendesk": "connectors.helpdesks.zendesk:Zendesk",
}


def connector_class(kind: str) -> type[Connector]:
    """The class behind a kind, loaded at first use. Raises ConfigError for an unknown kind."""
    if kind not in CONNECTORS:
        raise ConfigError(
            f"There is no connector of kind '{kind}'. Known kinds: {', '.join(CONNECTORS)}.",
            setting="kind",
        )
    module, _, name = CONNECTORS[kind].partition(":")
    loaded: type[Connector] = getattr(import_module(module), name)
    return loaded
