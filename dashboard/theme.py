"""The design's tokens: colours by meaning for the desk (light, dark) and the wall.

`assets/tokens.css` repeats them for the style sheets; a test compares the two and checks the contrast
(4.5:1 on the desk, 7:1 on the wall). Nothing else in the dashboard names a colour.
"""

from __future__ import annotations

from dataclasses import asdict, dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class Palette:
    """One neutral scale, one accent, three tones with a soft ground each, two audiences.

    end_user and decision_maker stand for these people and for nothing else. Texts are ink, dim, accent, a
    tone or an audience; they may stand on ground, panel or (tones) on their own soft ground. faded is for
    large digits that are struck through.
    """

    ground: str
    panel: str
    raised: str
    line: str
    track: str
    ink: str
    dim: str
    faded: str
    accent: str
    good: str
    good_soft: str
    watch: str
    watch_soft: str
    bad: str
    bad_soft: str
    plain: str
    plain_soft: str
    end_user: str
    decision_maker: str


LIGHT = Palette(
    ground="#f4f6f9",
    panel="#ffffff",
    raised="#f7f9fb",
    line="#dfe5ec",
    track="#e6ebf1",
    ink="#12202e",
    dim="#55657a",
    faded="#8490a0",
    accent="#1a5fb4",
    good="#0a7a5f",
    good_soft="#e3f3ee",
    watch="#8f5b00",
    watch_soft="#fbf0da",
    bad="#c0311a",
    bad_soft="#fce9e4",
    plain="#4f5f74",
    plain_soft="#eaeef3",
    end_user="#1566c0",
    decision_maker="#b3306f",
)

DARK = Palette(
    ground="#0c131b",
    panel="#131e29",
    raised="#192633",
    line="#233342",
    track="#20303f",
    ink="#e9f0f7",
    dim="#9fb0c2",
    faded="#70808f",
    accent="#7fbcff",
    good="#35c49f",
    good_soft="#14322f",
    watch="#f3b23e",
    watch_soft="#352b18",
    bad="#ff8363",
    bad_soft="#3a2220",
    plain="#b3c0ce",
    plain_soft="#223140",
    end_user="#7cc4ff",
    decision_maker="#f78fc3",
)

WALL = Palette(
    ground="#080d13",
    panel="#101922",
    raised="#16222d",
    line="#1f2d3a",
    track="#22313f",
    ink="#f0f5fa",
    dim="#acbac9",
    faded="#788592",
    accent="#8ecaff",
    good="#3ccba6",
    good_soft="#102a27",
    watch="#f7b945",
    watch_soft="#2c2413",
    bad="#ff9375",
    bad_soft="#331d1a",
    plain="#bfcad6",
    plain_soft="#1d2a36",
    end_user="#83c9ff",
    decision_maker="#fb9bcb",
)

PALETTES = {"light": LIGHT, "dark": DARK, "wall": WALL}


def variables(palette: Palette) -> dict[str, str]:
    """The palette as CSS custom properties: `--good-soft` → `#e3f3ee`."""
    return {f"--{name.replace('_', '-')}": value for name, value in asdict(palette).items()}


def contrast(one: str, other: str) -> float:
    """The contrast ratio of two colours (`#rrggbb`), 1 to 21, as WCAG 2.2 defines it."""
    lighter, darker = sorted((_luminance(one), _luminance(other)), reverse=True)
    return (lighter + 0.05) / (darker + 0.05)


def _luminance(colour: str) -> float:
    red, green, blue = (_linear(int(colour[i : i + 2], 16) / 255) for i in (1, 3, 5))
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def _linear(part: float) -> float:
    return part / 12.92 if part <= 0.04045 else float(((part + 0.055) / 1.055) ** 2.4)
