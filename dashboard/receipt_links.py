"""Links from figures to their receipts; for screens that can be touched, not the wall."""

from __future__ import annotations

from typing import Any

from dash import html
from dash.development.base_component import Component

from dashboard.format import raw
from dashboard.receipt_query import href_of
from data.reading import Reading

ATTRIBUTE = "data-receipt"
HINT = "How this is counted"


def linked(node: Any) -> Any:
    """The same tree, in which each figure that knows its receipt is a link to it. Changes it in place."""
    if isinstance(node, (list, tuple)):
        return [linked(item) for item in node]
    if not isinstance(node, Component):
        return node
    if hasattr(node, "children"):
        node.children = linked(node.children)
    given = node.to_plotly_json()["props"]
    return _link(given) if ATTRIBUTE in given else node


def figure_link(
    reading: Reading, text: str, *, inner: Any = None, class_name: str = "fig fig-inline"
) -> Component:
    """The value as a link to its receipt, where it has one. text: as it is heard. inner: as it is shown;
    None: the text, in digits of one width."""
    given = {
        "data-metric": reading.metric.key,
        "data-value": raw(reading.value),
        "data-n": str(reading.n),
    }
    shown = html.Span(text, className="digits") if inner is None else inner
    href = href_of(reading)
    if href is None:
        return html.Span(shown, className=class_name, **given)
    spoken = {"aria-label": f"{text}: {HINT.lower()}"}
    return html.A(shown, href=href, title=HINT, className=class_name, **given, **spoken)


def _link(given: dict[str, Any]) -> Component:
    """Same look and same attributes; heard with its number first, then what the link is for."""
    href = given.pop(ATTRIBUTE)
    spoken = f"{_text(given.get('children'))}: {HINT.lower()}"
    return html.A(href=href, title=HINT, **given, **{"aria-label": spoken})


def _text(node: Any) -> str:
    if isinstance(node, (list, tuple)):
        return "".join(_text(item) for item in node)
    if isinstance(node, Component):
        return _text(getattr(node, "children", None))
    return "" if node is None else str(node)
