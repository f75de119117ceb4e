"""The few words of SVG that the pictures are written in: escaped attributes, rounded numbers."""

from __future__ import annotations

from html import escape

Attribute = str | float


def picture(label: str, body: str, *, kind: str, box: tuple[float, float] | None = None) -> str:
    """An <svg> that says `label` to those who can't see it.

    box: the size of its coordinates, which are then stretched to the room there is; None: coordinates are
    per cent and pixels.
    """
    extra = f' viewBox="0 0 {_text(box[0])} {_text(box[1])}" preserveAspectRatio="none"' if box else ""
    return (
        f'<svg class="{escape(kind)}" role="img" aria-label="{escape(label)}" focusable="false"{extra}>'
        f"{body}</svg>"
    )


def element(tag: str, **attributes: Attribute) -> str:
    """A leaf; `stroke_width` → `stroke-width`, `class_` → `class`."""
    parts = (f' {name.rstrip("_").replace("_", "-")}="{_text(value)}"' for name, value in attributes.items())
    return f"<{tag}{''.join(parts)}/>"


def words(text: str, **attributes: Attribute) -> str:
    """A <text>; what stands in it is escaped."""
    return f"{element('text', **attributes).removesuffix('/>')}>{escape(text)}</text>"


def path(points: list[tuple[float, float]]) -> str:
    """Straight lines through points: "M0 1L2 3"."""
    return "".join(f"{'L' if i else 'M'}{_text(x)} {_text(y)}" for i, (x, y) in enumerate(points))


def _text(value: Attribute) -> str:
    if isinstance(value, str):
        return escape(value)
    return f"{value:.2f}".rstrip("0").rstrip(".")
