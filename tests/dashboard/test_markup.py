"""Component trees as HTML text."""

from __future__ import annotations

import pytest
from dash import dcc, html

from dashboard.markup import markup
from dashboard.picture import Picture
from tests.dashboard.pages import Page
from tests.dashboard.readings import HOSTILE


def test_it_writes_elements_attributes_and_texts() -> None:
    tree = html.P(
        ["a & b", html.B(3), None, html.Br()],
        className="x y",
        style={"gridTemplateColumns": "1fr", "--left": "3s"},
    )
    assert markup(tree) == (
        '<p class="x y" style="grid-template-columns:1fr;--left:3s">a &amp; b<b>3</b><br></p>'
    )


def test_it_writes_what_scripts_and_readers_need() -> None:
    tree = html.Label(
        html.Option("n", value="", selected="selected", **{"data-a": "1", "aria-hidden": "true"})
    )
    page = Page(markup(tree))
    assert page.elements[1] == (
        "option",
        {"value": "", "selected": "selected", "data-a": "1", "aria-hidden": "true"},
    )


def test_hostile_text_stays_text() -> None:
    page = Page(markup(html.Div([HOSTILE, html.Span(title=HOSTILE)])))
    assert [tag for tag, _ in page.elements] == ["div", "span"]
    assert page.text == HOSTILE
    assert page.values("title") == [HOSTILE]


def test_a_picture_is_written_as_it_is() -> None:
    assert markup(Picture("<svg></svg>", "trend")) == '<span class="trend"><svg></svg></span>'


@pytest.mark.parametrize("href", ["javascript:alert(1)", "data:text/html,x", "//elsewhere.example", " /x"])
def test_a_link_that_could_run_or_lead_astray_is_refused(href: str) -> None:
    with pytest.raises(ValueError, match="not allowed"):
        markup(html.A("x", href=href))


def test_a_component_that_needs_scripts_is_refused() -> None:
    with pytest.raises(TypeError, match="Graph"):
        markup(dcc.Graph())
