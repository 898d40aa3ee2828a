"""The speed of the engine in a browser, `python -m tests.measure_engine`: milliseconds of the free page's worlds.

Medians, in one worker, with SIMD and without, with outcomes alone and with the course of what the page draws; the first
run of a page that was just opened is told beside them, since browsers make code fast only after they have run it.
"""

from __future__ import annotations

import base64
import json
import os
import statistics
import sys
import tempfile
from collections.abc import Mapping, Sequence
from hashlib import sha256
from pathlib import Path

from playwright.sync_api import Browser, sync_playwright
from tests.support.browsing import launched, visiting

from steppewise.app.answer import VARIABLES
from steppewise.app.render import EXPORT
from steppewise.engine import forms
from steppewise.engine.digest import PACKAGE
from steppewise.engine.page_tables import page_tables
from steppewise.scenario.resolve import load_scenario

WORLDS, RUNS, WARM = 200, 15, 15

PAGE = """<!doctype html><meta charset="utf-8"><meta http-equiv="Content-Security-Policy" content="default-src 'none';
script-src 'sha256-{digest}' 'wasm-unsafe-eval'; worker-src blob:"><title>engine</title>
<script type="application/json" id="data">{data}</script>
<script>{script}</script>"""

MEASURE = """async ([name, ask, worlds, runs, warm]) => {
  const { built, tables } = JSON.parse(document.getElementById("data").textContent);
  const engine = await openEngine({ plain: bytesOf(built[name]) });
  const found = [];
  for (let i = 0; i < warm + runs; i += 1) {
    const start = performance.now();
    await engine.run(tables[ask], { worlds });
    found.push(performance.now() - start);
  }
  engine.close();
  return found;
}"""


def page_of(path: Path, data: object) -> str:
    """Write a file with engine.js and some data in it, under the rules of the page; returns its address."""
    script = EXPORT.sub("", (PACKAGE / "engine" / "engine.js").read_text(encoding="utf-8"))
    digest = base64.b64encode(sha256(script.encode()).digest()).decode("ascii")
    path.write_text(PAGE.format(digest=digest, data=json.dumps(data), script=script), encoding="utf-8")
    return path.as_uri()


def text_of(built: bytes) -> str:
    return base64.b64encode(built).decode("ascii")


def measured(browser: Browser, built: Mapping[str, bytes]) -> list[tuple[str, str, Sequence[float]]]:
    """Name of a built file, what is asked of it, and milliseconds of each run after each other."""
    spec = load_scenario("baseline")
    asked = {"outcomes": (), "outcomes and course": VARIABLES}
    tables = {name: page_tables(spec, "both", 0, observed=observed) for name, observed in asked.items()}
    with tempfile.TemporaryDirectory() as folder, visiting(browser, offline=True) as visit:
        data = {"built": {name: text_of(one) for name, one in built.items()}, "tables": tables}
        visit.page.goto(page_of(Path(folder) / "page.html", data))
        found = [
            (name, ask, visit.page.evaluate(MEASURE, [name, ask, WORLDS, RUNS, WARM]))
            for name in built
            for ask in asked
        ]
        assert visit.errors == [], visit.errors
    return found


def main() -> None:
    built = {"with SIMD": forms.BUILT.read_bytes(), "without SIMD": forms.WITHOUT_SIMD.read_bytes()}
    with sync_playwright() as playwright:
        browser = launched(playwright)
        found = measured(browser, built)
        sys.stdout.write(f"Chromium {browser.version}, {WORLDS} worlds of baseline, load {os.getloadavg()[0]:.1f}\n")
        browser.close()
    for name, ask, times in found:
        median = statistics.median(times[WARM:])
        sys.stdout.write(f"{name}, {ask}: {median:.1f} ms; the first run {times[0]:.0f} ms\n")


if __name__ == "__main__":
    main()
