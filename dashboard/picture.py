"""A small picture: SVG text that React shows as it is (`assets/barometer.js` holds its other half).

Only `dashboard.figures` makes such text, from numbers and escaped labels; nothing else may come in here.
"""

from __future__ import annotations

from typing import ClassVar

from dash.development.base_component import Component


class Picture(Component):  # type: ignore[misc]
    """An inline SVG. `svg`: the finished element; `className`: on the span around it."""

    _children_props: ClassVar[list[str]] = []
    _base_nodes: ClassVar[list[str]] = ["children"]
    _namespace = "barometer"
    _type = "Picture"
    _prop_names: ClassVar[list[str]] = ["svg", "className"]
    _valid_wildcard_attributes: ClassVar[list[str]] = []
    available_properties: ClassVar[list[str]] = ["svg", "className"]
    available_wildcard_properties: ClassVar[list[str]] = []

    def __init__(self, svg: str, className: str = "picture") -> None:  # noqa: N803 (Dash's own word)
        super().__init__(svg=svg, className=className)
