"""The speed of the classroom page in a real browser, `make bench-page`: written into docs/benchmarks-page.md.

From the moment a lever moves until the bands are redrawn, medians: served, at positions in any order and at the steady
steps of an arrow key; from the grid of a file. Then twenty pupils at once: the server's processor time for a change,
its memory for a pupil. Times of other machines, or of this one on another day, cannot be compared.
"""

from __future__ import annotations

import os
import platform
import random
import statistics
import sys
import tempfile
import time
from collections.abc import Sequence
from contextlib import ExitStack
from pathlib import Path

from playwright.sync_api import Browser, Page, sync_playwright
from tests.support.browsing import ROOT, Visit, launched, served, visiting

from steppewise.app.classroom import WORLDS, free_page
from steppewise.app.export import write

HERE = ROOT / "docs" / "benchmarks-page.md"
MARK = "<!-- measured: the part below is written by make bench-page -->"
MOVES, PUPILS, MOVES_OF_A_PUPIL = 30, 20, 5
LEVER = "#lever-powers-japan-effort"

MOVE = """async ([selector, values, pause]) => {
  const lever = document.querySelector(selector);
  const found = [];
  for (const value of values) {
    const start = performance.now();
    let first = null;
    const answered = new Promise((done) => {
      const hear = ({ detail }) => {
        first ??= performance.now() - start;
        if (detail.standsIn) return;
        document.removeEventListener("drawn", hear);
        done([first, performance.now() - start, detail.feed]);
      };
      document.addEventListener("drawn", hear);
    });
    lever.value = value;
    lever.dispatchEvent(new Event("input", { bubbles: true }));
    found.push(await answered);
    await new Promise(requestAnimationFrame);
    await new Promise((done) => setTimeout(done, pause));
  }
  return found;
}"""


def moved(page: Page, values: Sequence[float], pause: int, feed: str) -> tuple[list[float], list[float]]:
    """Milliseconds from each move until the bands are redrawn, and until they are those of the feed."""
    found = page.evaluate(MOVE, [LEVER, list(values), pause])
    assert {kind for _, _, kind in found} == {feed}
    return [first for first, _, _ in found], [last for _, last, _ in found]


def positions(seed: int, count: int) -> list[float]:
    """Positions of the lever in any order, none twice."""
    return random.Random(seed).sample([round(0.004 + 0.0001 * step, 4) for step in range(350)], count)


def steady(count: int) -> list[float]:
    """Positions as an arrow key goes through them, several steps at a time."""
    return [round(0.0042 + 0.0003 * step, 4) for step in range(count)]


def opened(visit: Visit, address: str) -> Visit:
    visit.open(address)
    if address.startswith("http"):
        visit.page.wait_for_function("() => window.classroom.feeds.grid !== null", timeout=300_000)
    return visit


def processor_seconds(process: int) -> float:
    """Processor time of a process so far (Linux)."""
    fields = Path(f"/proc/{process}/stat").read_text().rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


def megabytes(process: int) -> float:
    """Memory of a process now (Linux)."""
    line = next(line for line in Path(f"/proc/{process}/status").read_text().splitlines() if line.startswith("VmRSS"))
    return int(line.split()[1]) / 1024


def class_of_pupils(browser: Browser, address: str, process: int) -> tuple[float, float, float]:
    """Median milliseconds of a change, processor milliseconds of the server for one, megabytes for a pupil."""
    with ExitStack() as stack:
        before, start = megabytes(process), processor_seconds(process)
        visits = [stack.enter_context(visiting(browser)) for _ in range(PUPILS)]
        for visit in visits:
            visit.open(address)
        taken = []
        for turn in range(MOVES_OF_A_PUPIL):
            for number, visit in enumerate(visits):
                value = round(0.0041 + 0.0001 * (PUPILS * turn + number), 4)
                taken += moved(visit.page, [value], 0, "live")[1]
        used = processor_seconds(process) - start
        return statistics.median(taken), 1000 * used / len(taken), (megabytes(process) - before) / PUPILS


def measured(browser: Browser) -> list[tuple[str, str, str]]:
    """The rows of the table: what, measured, wanted."""
    with served() as (address, process), visiting(browser) as visit:
        opened(visit, address)
        first = moved(visit.page, positions(1, MOVES), 400, "live")
        key = moved(visit.page, steady(MOVES), 150, "live")
    with served() as (address, process), visiting(browser) as visit:
        opened(visit, address)
        a_class = class_of_pupils(browser, address, process.pid)
    with tempfile.TemporaryDirectory() as folder, visiting(browser, offline=True) as visit:
        path = Path(folder) / "page.html"
        grid = write(free_page("baseline"), path)
        opened(visit, path.as_uri())
        file = moved(visit.page, positions(2, MOVES), 50, "grid")
        size = path.stat().st_size / 1e6
    median = statistics.median
    return [
        (
            f"served, any order, {WORLDS} worlds: redrawn, the grid standing in",
            f"{median(first[0]):.0f} ms",
            "below 60 ms",
        ),
        (f"served, any order, {WORLDS} worlds: redrawn by the engine", f"{median(first[1]):.0f} ms", "below 60 ms"),
        ("served, steady steps: redrawn by the engine, asked ahead", f"{median(key[1]):.0f} ms", "below 60 ms"),
        ("from the grid of a file: redrawn", f"{median(file[1]):.1f} ms", "below 20 ms"),
        ("the grid's worst error in a regional share", f"{100 * grid.worst['share']:.2f} points", "below 1 point"),
        ("the file", f"{size:.1f} MB", "about 1 MB"),
        (f"{PUPILS} pupils, each in turn: redrawn by the engine", f"{a_class[0]:.0f} ms", ""),
        (f"{PUPILS} pupils: the server's processor time for a change", f"{a_class[1]:.0f} ms", ""),
        (f"{PUPILS} pupils: the server's memory for a pupil", f"{a_class[2]:.1f} MB", "about 2 MB"),
    ]


def main() -> None:
    with sync_playwright() as playwright:
        browser = launched(playwright)
        started = time.strftime("%Y-%m-%d")
        rows = measured(browser)
        version = browser.version
        browser.close()
    load = os.getloadavg()[0]
    machine = (
        f"{platform.system()} on {platform.machine()}, {os.cpu_count()} cores, Python {platform.python_version()}, "
        f"Chromium {version}, {started}; load {load:.1f} at the end, this measurement included."
    )
    lines = ["| what | measured | wanted |", "|---|---|---|", *(f"| {a} | {b} | {c} |" for a, b, c in rows)]
    text = f"{machine}\n\n" + "\n".join(lines) + "\n"
    sys.stdout.write(text)
    before = HERE.read_text(encoding="utf-8").split(MARK)[0] if HERE.exists() else "# Speed of the classroom page\n\n"
    HERE.write_text(f"{before}{MARK}\n\n{text}", encoding="utf-8")


if __name__ == "__main__":
    main()
