"""The tokens: the style sheet repeats them, and they can be read."""

from __future__ import annotations

import re
from dataclasses import asdict
from pathlib import Path

import pytest

import dashboard
from dashboard.theme import PALETTES, contrast, variables

ASSETS = Path(dashboard.__file__).parent / "assets"
TEXTS = ("ink", "dim", "accent", "good", "watch", "bad", "plain", "end_user", "decision_maker")
NEEDED = {"light": 4.5, "dark": 4.5, "wall": 7.0}
BLOCKS = {
    ":root": "light",
    ':root[data-theme="dark"]': "dark",
    ':root:not([data-theme="light"])': "dark",
    ':root[data-view="wall"]': "wall",
}


def test_the_style_sheet_repeats_every_token_of_every_palette() -> None:
    sheet = (ASSETS / "tokens.css").read_text()
    found = {
        selector.strip(): dict(re.findall(r"(--[a-z-]+): (#[0-9a-f]{6});", body))
        for selector, body in re.findall(r"^(:root[^{\n]*)\{([^}]*)\}", sheet, re.MULTILINE)
    }
    assert found == {selector: variables(PALETTES[name]) for selector, name in BLOCKS.items()}


@pytest.mark.parametrize("name", PALETTES)
def test_every_text_can_be_read_on_every_ground(name: str) -> None:
    palette = asdict(PALETTES[name])
    pairs = [(text, ground) for text in TEXTS for ground in ("ground", "panel")]
    assert contrast(palette["faded"], palette["panel"]) >= 3  # large digits
    pairs += [(tone, f"{tone}_soft") for tone in ("good", "watch", "bad", "plain")]
    pale = [pair for pair in pairs if contrast(palette[pair[0]], palette[pair[1]]) < NEEDED[name]]
    assert pale == []


def test_contrast_is_that_of_the_guideline() -> None:
    assert contrast("#000000", "#ffffff") == pytest.approx(21)
    assert contrast("#777777", "#ffffff") == pytest.approx(4.48, abs=0.01)


def test_no_other_style_sheet_names_a_colour() -> None:
    others = [path for path in ASSETS.glob("*.css") if path.name != "tokens.css"]
    named = {path.name: re.findall(r"#[0-9a-fA-F]{3,8}\b(?=[;, )])", path.read_text()) for path in others}
    assert len(others) >= 5
    assert {name: colours for name, colours in named.items() if colours} == {}


def test_every_variable_that_a_style_sheet_uses_is_defined_somewhere() -> None:
    sheets = "".join(path.read_text() for path in ASSETS.glob("*.css"))
    used = set(re.findall(r"var\((--[a-z-]+)", sheets))
    defined = set(re.findall(r"(--[a-z-]+):", sheets)) | {"--left", "--shift"}  # these two come with figures
    assert used - defined == set()
