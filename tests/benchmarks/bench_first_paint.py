"""How long from navigation to the first painted number, and to the last picture of a screen.

Against a running Barometer: `python -m tests.benchmarks.bench_first_paint http://127.0.0.1:8050/wall`.
Each run has a cold cache. Prints medians and their ratio to what is promised; ends with 1 when a promise
is broken.
"""

from __future__ import annotations

import argparse
import statistics
import sys
from typing import TYPE_CHECKING

from tests.conftest import CHROMIUM, CHROMIUM_ARGUMENTS

if TYPE_CHECKING:
    from playwright.sync_api import Browser

NUMBER_MS, PICTURE_MS = 500.0, 2500.0

# Two frames later the browser has painted what the first of them found.
WATCH = """
(() => {
  const seen = (window.__seen = {});
  const painted = (name) => { if (!(name in seen)) {
    seen[name] = 0;
    requestAnimationFrame(() => requestAnimationFrame(() => {
      seen[name] = performance.now();
      if (seen.number && seen.picture) document.documentElement.dataset.measured = "true";
    }));
  } };
  const visible = (node) => node && node.getClientRects().length > 0;
  const look = () => {
    if ([...document.querySelectorAll('[data-metric]')].some((n) => n.dataset.value !== '' && visible(n)))
      painted('number');
    const react = document.querySelector('#react-entry-point [data-screen]');
    if (react && !document.getElementById('boot')) {
      const pictures = [...react.querySelectorAll('svg')];
      if (pictures.length && pictures.every((n) => n.childElementCount)) painted('picture');
    }
    requestAnimationFrame(look);
  };
  requestAnimationFrame(look);
})();
"""


def measure(browser: Browser, url: str) -> tuple[float, float]:
    """Milliseconds to the first number and to the last picture, in a context of its own."""
    context = browser.new_context(viewport={"width": 1920, "height": 1080})
    page = context.new_page()
    page.add_init_script(WATCH)
    page.goto(url)
    page.wait_for_selector(
        "html[data-measured]"
    )  # no wait_for_function: it needs eval, which the policy forbids
    seen = page.evaluate("window.__seen")
    context.close()
    return seen["number"], seen["picture"]


def main() -> int:
    arguments = argparse.ArgumentParser(description=__doc__)
    arguments.add_argument("url")
    arguments.add_argument("--runs", type=int, default=7)
    given = arguments.parse_args()
    from playwright.sync_api import sync_playwright

    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=CHROMIUM_ARGUMENTS)
        runs = [measure(browser, given.url) for _ in range(given.runs)]
        browser.close()
    is_kept = True
    for name, values, promise in (
        ("first number", [number for number, _ in runs], NUMBER_MS),
        ("last picture", [picture for _, picture in runs], PICTURE_MS),
    ):
        median = statistics.median(values)
        is_kept &= median <= promise
        print(
            f"{name}: median {median:.0f} ms, worst {max(values):.0f} ms,"
            f" {median / promise:.2f} of {promise:.0f} ms"
        )
    return 0 if is_kept else 1


if __name__ == "__main__":
    sys.exit(main())
