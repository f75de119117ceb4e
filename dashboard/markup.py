"""Renders a tree of `dash.html` components to escaped HTML, so that figures are painted before any script.

The same tree goes to the browser's React afterwards: there is one representation of every card.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from html import escape
from typing import Any

from dash.development.base_component import Component

from dashboard.picture import Picture

_VOID = frozenset({"br", "hr", "img", "input", "link", "meta", "wbr"})
_NAMES = {"className": "class", "htmlFor": "for"}
_NOT_IN_HTML = frozenset({"children", "key", "disable_n_clicks", "n_clicks"})
_SAFE_LINK = re.compile(r"(https?://|/(?!/)|#|\?)")


def markup(node: Any) -> str:
    """HTML of a component, a text, a number, a list of these, or None (nothing).

    Raises TypeError for a component that is no plain HTML, ValueError for a link to anything but http(s),
    a path or an anchor.
    """
    return "".join(_pieces(node))


def _pieces(node: Any) -> Iterator[str]:
    if node is None:
        return
    if isinstance(node, (list, tuple)):
        for item in node:
            yield from _pieces(item)
    elif isinstance(node, Picture):
        yield f'<span class="{escape(node.className)}">{node.svg}</span>'
    elif isinstance(node, Component):
        yield from _element(node)
    else:
        yield escape(str(node))


def _element(node: Component) -> Iterator[str]:
    if node._namespace != "dash_html_components":
        raise TypeError(f"{node._namespace}.{node._type} can't be rendered as plain HTML.")
    tag = node._type.lower()
    props = node.to_plotly_json()["props"]
    yield f"<{tag}{''.join(_attributes(props))}>"
    if tag not in _VOID:
        yield from _pieces(props.get("children"))
        yield f"</{tag}>"


def _attributes(props: dict[str, Any]) -> Iterator[str]:
    for name, value in props.items():
        if name in _NOT_IN_HTML or value is None or value is False:
            continue
        if name in ("href", "action") and not _SAFE_LINK.match(str(value)):
            raise ValueError(f"A link of this form is not allowed: {str(value)[:40]!r}.")
        key = _NAMES.get(name, name.lower())
        if value is True:
            yield f" {key}"
        else:
            text = _style(value) if name == "style" else str(value)
            yield f' {key}="{escape(text)}"'


def _style(style: dict[str, Any]) -> str:
    return ";".join(f"{_css_name(name)}:{value}" for name, value in style.items())


def _css_name(name: str) -> str:
    return name if name.startswith("--") else re.sub("[A-Z]", lambda m: f"-{m[0].lower()}", name)
