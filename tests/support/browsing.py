"""A real browser on the classroom page: Debian's Chromium, driven by Playwright, with no network but this machine's."""

from __future__ import annotations

import os
import re
import shutil
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, Playwright

ROOT = Path(__file__).parents[2]
NAMES = ("chromium", "chromium-browser", "google-chrome", "chrome")
FLAGS = (
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
)
WITHIN = 30_000
"""Milliseconds that a page has for anything: generous, for machines with much else to do."""


def chromium() -> str:
    """The browser's path. Without one, tests are left out with a word; continuous integration does not accept it."""
    found = os.environ.get("STEPPEWISE_CHROMIUM") or next(filter(None, map(shutil.which, NAMES)), None)
    if found:
        return found
    words = "there is no Chromium on this machine (Debian: apt install chromium), so the page was tried in no browser"
    if os.environ.get("CI"):
        pytest.fail(words)
    pytest.skip(words)


def launched(playwright: Playwright) -> Browser:
    return playwright.chromium.launch(executable_path=chromium(), args=list(FLAGS), headless=True)


@dataclass
class Visit:
    """A page that somebody looks at: what it asked for, and what went wrong in it."""

    page: Page
    asked: list[str] = field(default_factory=list)
    errors: list[str] = field(default_factory=list)

    def open(self, address: str) -> Visit:
        self.page.goto(address)
        self.drawn()
        return self

    def drawn(self) -> None:
        """Wait until the picture stands and the words have followed it."""
        self.page.locator("#chart path.median").first.wait_for(timeout=WITHIN)
        self.page.locator("#sentence", has_text=re.compile(r"\w")).wait_for(timeout=WITHIN)

    def text(self, selector: str) -> str:
        return self.page.locator(selector).inner_text()

    def sentence_after(self, act) -> str:
        """What the page says once it has followed something that changes what it says."""
        before = self.text("#sentence")
        act()
        self.page.wait_for_function(
            "before => document.getElementById('sentence').innerText !== before", arg=before, timeout=WITHIN
        )
        return self.text("#sentence")

    def settled(self) -> None:
        """Wait until the words, the table and the link have followed the levers."""
        self.page.wait_for_function("() => !window.classroom.busy", timeout=WITHIN)


@contextmanager
def visiting(browser: Browser, **how: object) -> Iterator[Visit]:
    """A visitor with a window of their own; anything outside this machine is noted."""
    context: BrowserContext = browser.new_context(**how)
    context.set_default_timeout(WITHIN)
    visit = Visit(context.new_page())
    visit.page.on("request", lambda request: visit.asked.append(request.url))
    visit.page.on("pageerror", lambda error: visit.errors.append(str(error)))
    visit.page.on("console", lambda said: said.type == "error" and visit.errors.append(said.text))
    try:
        yield visit
    finally:
        context.close()


def free_port() -> int:
    with socket.socket() as asked:
        asked.bind(("127.0.0.1", 0))
        return int(asked.getsockname()[1])


@contextmanager
def served(*words: str) -> Iterator[tuple[str, subprocess.Popen[bytes]]]:
    """The address of a real server of its own, and its process."""
    port = free_port()
    command = [
        sys.executable,
        "-c",
        "from steppewise.cli import main; main()",
        "app",
        "--port",
        str(port),
        "--no-browser",
        *words,
    ]
    environ = {**os.environ, "PYTHONPATH": str(ROOT / "model")}
    process = subprocess.Popen(command, stdout=subprocess.DEVNULL, cwd=ROOT, env=environ)
    try:
        wait_for_port(port, process)
        yield f"http://127.0.0.1:{port}", process
    finally:
        process.terminate()
        try:
            process.wait(timeout=20)
        finally:
            process.kill()
            process.wait()


def wait_for_port(port: int, process: subprocess.Popen[bytes]) -> None:
    deadline = time.monotonic() + 60
    while time.monotonic() < deadline:
        if process.poll() is not None:
            raise AssertionError("the server stopped")
        with socket.socket() as asked:
            if asked.connect_ex(("127.0.0.1", port)) == 0:
                return
        time.sleep(0.1)
    raise AssertionError("the server did not answer within a minute")
