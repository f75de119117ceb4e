"""Reads what a page says: its figures with their attributes, its ids and its texts."""

from __future__ import annotations

from collections.abc import Iterable
from html.parser import HTMLParser

from dash.development.base_component import Component

from dashboard.markup import markup

VOID = frozenset({"br", "hr", "img", "input", "link", "meta", "wbr"})


class Page(HTMLParser):
    """A parsed page. figures: attributes of each element with data-metric, and `text` inside it."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.elements: list[tuple[str, dict[str, str]]] = []
        self.figures: list[dict[str, str]] = []
        self.text = ""
        self._open: list[tuple[str, dict[str, str] | None]] = []
        self.feed(html)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = {name: value or "" for name, value in attrs}
        self.elements.append((tag, given))
        figure = given | {"text": ""} if "data-metric" in given else None
        if figure is not None:
            self.figures.append(figure)
        if tag not in VOID:
            self._open.append((tag, figure))

    def handle_endtag(self, tag: str) -> None:
        while self._open and self._open.pop()[0] != tag:
            pass

    def handle_data(self, data: str) -> None:
        self.text += data
        for _, figure in self._open:
            if figure is not None:
                figure["text"] += data

    def figure(self, metric: str) -> dict[str, str]:
        """The first figure of a metric."""
        return next(figure for figure in self.figures if figure["data-metric"] == metric)

    def values(self, attribute: str) -> list[str]:
        """What an attribute says wherever it stands, in order."""
        return [given[attribute] for _, given in self.elements if attribute in given]

    def with_class(self, name: str) -> list[dict[str, str]]:
        return [given for _, given in self.elements if name in given.get("class", "").split()]


def page_of(*components: Component | Iterable[Component | None] | None) -> Page:
    """The page that these components would make."""
    return Page(markup(list(components)))
