"""Pages of a real Chromium, each in a context of its own, which note what went wrong in them."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from playwright.sync_api import Browser, BrowserContext, Page

OpenPage = Callable[..., "Page"]
DESK = (1440, 900)


def complaints(page: Page, screen: str = "") -> list[str]:
    """Loads the page anew and gives all errors that it and its console tell of until it stands still.

    screen: which one must be painted; "": any.
    """
    said: list[str] = []
    page.on("console", lambda message: said.append(message.text) if message.type == "error" else None)
    page.on("pageerror", lambda error: said.append(str(error)))
    page.reload()
    page.wait_for_selector(f"#react-entry-point [data-screen{f'={screen}' if screen else ''}]")
    page.wait_for_timeout(800)
    return said


@pytest.fixture
def open_page(chromium: Browser) -> Iterator[OpenPage]:
    """Opens an address and waits until React has painted it. size, theme and so on are keywords."""
    contexts: list[BrowserContext] = []

    def open_it(url: str, *, size: tuple[int, int] = DESK, has_scripts: bool = True, **more: object) -> Page:
        viewport = {"width": size[0], "height": size[1]}
        context = chromium.new_context(viewport=viewport, java_script_enabled=has_scripts, **more)  # type: ignore[arg-type]
        contexts.append(context)
        page = context.new_page()
        page.goto(url)
        if has_scripts:
            page.wait_for_selector("#react-entry-point [data-screen]")
            page.wait_for_selector("#boot", state="detached")
        return page

    yield open_it
    for context in contexts:
        context.close()
