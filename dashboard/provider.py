"""What the dashboard asks from the rest of Barometer; `app.py` joins it to the store.

The dashboard knows this protocol and the shapes in `data`, and nothing of stores or connectors.
"""

from __future__ import annotations

from datetime import datetime
from typing import Protocol, TypeVar

from data.board import Board
from data.health import SourceHealth
from data.opened import Asked, Glossary, Opened
from data.study import Study
from data.window import Filters

Answer = TypeVar("Answer")


class Provider(Protocol):
    """Boards and sources, as they are now; boards also as they were."""

    @property
    def zone(self) -> str:
        """The reporting time zone (IANA)."""

    @property
    def title(self) -> str:
        """What the installation calls itself."""

    def board(
        self,
        filters: Filters,
        *,
        window: str | None,
        as_of: datetime | None = None,
        known_then: bool = False,
    ) -> Board:
        """The board for these filters. window None: each sign's usual one. ValueError: no such window.

        as_of: at this moment instead of now, from all that is known by now; or, if known_then, from what
        was known at that moment.
        """

    def receipt(self, asked: Asked) -> Opened:
        """A figure's receipt with some of its rows. ValueError: no such metric or window."""

    def glossary(self) -> Glossary:
        """Every metric, as it reads for its usual window."""

    def study(self, question: Study[Answer]) -> Answer:
        """What a page wants to know. ValueError: nobody can mean that. LookupError: no such thing."""

    def sources(self) -> tuple[SourceHealth, ...]:
        """Every configured source, in the order of the settings."""

    def version(self) -> tuple[int, int]:
        """Counters of stored facts and of sync runs. Cheap: asked about twice a second by each worker."""

    def request_sync(self, source: str) -> None:
        """Ask for a sync of this source as soon as can be. KeyError: there is no such source."""
