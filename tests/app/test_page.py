"""The classroom page in a real browser: served, and as a file without a network."""

from __future__ import annotations

import csv
import io
import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, Download, sync_playwright
from tests.support.browsing import ROOT, Visit, launched, served, visiting

from steppewise import __version__
from steppewise.app.answer import block_of
from steppewise.app.classroom import free_page, lesson_page
from steppewise.app.export import write
from steppewise.app.lesson import lesson, lesson_names
from steppewise.experiment.block import OK, run_block

pytestmark = pytest.mark.slow
PHONE = {"width": 390, "height": 844}
EXECUTION = "#lever-powers-japan-execution"


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    with sync_playwright() as playwright:
        browser = launched(playwright)
        yield browser
        browser.close()


@pytest.fixture(scope="module")
def address() -> Iterator[str]:
    with served("--worlds", "40") as (address, _):
        yield address


@pytest.fixture(scope="module")
def files(tmp_path_factory) -> Path:
    """A folder with the free page and a lesson, each as a file."""
    folder = tmp_path_factory.mktemp("files")
    write(free_page("baseline", worlds=20), folder / "free.html")
    write(lesson_page(lesson("trust-and-delivery"), worlds=20), folder / "lesson.html")
    return folder


@pytest.fixture
def visit(browser) -> Iterator[Visit]:
    with visiting(browser, viewport={"width": 1280, "height": 900}) as visit:
        yield visit
        assert visit.errors == []


def slide(visit: Visit, selector: str, value: float) -> None:
    """Move a slider as a finger does: input while it moves, change when it is let go."""
    visit.page.locator(selector).evaluate(
        "(node, value) => { node.value = value; node.dispatchEvent(new Event('input', {bubbles: true}));"
        " node.dispatchEvent(new Event('change', {bubbles: true})); }",
        value,
    )


def medians(visit: Visit) -> list[str]:
    return visit.page.locator("#chart path.median").evaluate_all("nodes => nodes.map(node => node.getAttribute('d'))")


def outside(visit: Visit, own: str) -> list[str]:
    return [url for url in visit.asked if not url.startswith((own, "data:", "blob:"))]


# served -----------------------------------------------------------------------------------------------------------


def test_a_lever_moves_the_picture_the_words_and_the_table(visit, address):
    visit.open(address)
    assert visit.page.title() == "As things stand · steppewise"
    assert "This is no forecast" in visit.text("header")
    assert "Nothing is moved yet" in visit.text("#sentence")
    before = medians(visit)
    told = visit.sentence_after(lambda: slide(visit, EXECUTION, 0.2))
    assert re.search(r"That is −\d.*points against the opening.*mostly through", told)
    assert medians(visit) != before
    assert visit.page.locator("#chart path.ghost").count() == 5
    visit.page.locator("#table summary").click()
    assert "Japan" in visit.text("#table")
    assert visit.text("#feed").startswith("Live: every position is computed")
    assert outside(visit, address) == []


@pytest.mark.parametrize("view", ["trust", "dependence", "autonomy", "promises"])
def test_every_picture_says_what_it_shows(visit, address, view):
    visit.open(address)
    told = visit.sentence_after(lambda: visit.page.locator(f"[data-view={view}]").click())
    assert re.search(r"2040Q4", told)
    label = visit.page.locator("#chart svg").get_attribute("aria-label")
    assert label is not None
    assert told in label
    assert visit.page.locator(f"[data-view={view}]").get_attribute("aria-pressed") == "true"


def test_single_worlds_take_the_place_of_the_band(visit, address):
    visit.open(address)
    visit.page.locator("#single").check()
    visit.settled()
    assert visit.page.locator("#chart path[stroke-opacity='0.55']").count() == 20


def test_undo_reset_and_the_scenario(visit, address):
    visit.open(address)
    first = medians(visit)
    visit.sentence_after(lambda: slide(visit, EXECUTION, 0.2))
    second = medians(visit)
    visit.sentence_after(lambda: visit.page.locator("#choice-scenario").select_option("china-surge"))
    assert medians(visit) not in (first, second)
    visit.sentence_after(lambda: visit.page.locator("#undo").click())
    assert medians(visit) == second
    assert visit.page.locator("#choice-scenario").input_value() == "baseline"
    visit.sentence_after(lambda: visit.page.locator("#reset").click())
    assert medians(visit) == first
    assert visit.page.locator(EXECUTION).input_value() == "0.7"


def test_a_scenario_takes_along_the_levers_that_it_sets_and_nobody_has_moved(visit, address):
    coerciveness = "#lever-powers-japan-coerciveness"
    choose = visit.page.locator("#choice-scenario").select_option
    visit.open(address)
    visit.sentence_after(lambda: slide(visit, EXECUTION, 0.2))
    told = visit.sentence_after(lambda: choose("coercive-format"))
    assert "against the opening" in told
    assert visit.page.locator(coerciveness).input_value() == "0.9"
    assert visit.page.locator(EXECUTION).input_value() == "0.2"
    visit.sentence_after(lambda: choose("baseline"))
    assert visit.page.locator(coerciveness).input_value() == "0.1"
    slide(visit, coerciveness, 0.5)
    visit.sentence_after(lambda: choose("coercive-format"))
    assert visit.page.locator(coerciveness).input_value() == "0.5"


def test_a_link_restores_everything(browser, visit, address):
    visit.open(address)
    visit.sentence_after(lambda: slide(visit, EXECUTION, 0.25))
    visit.sentence_after(lambda: visit.page.locator("[data-view=trust]").click())
    visit.page.locator("#look-at").select_option("china")
    visit.page.locator("#choice-seed").fill("7")
    visit.page.locator("#choice-seed").press("Enter")
    visit.settled()
    visit.page.locator("#share").click()
    link = visit.page.locator("#link-text").input_value()
    assert "seed=7" in link
    with visiting(browser, viewport={"width": 1280, "height": 900}) as other:
        other.open(link)
        other.settled()
        assert medians(other) == medians(visit)
        assert other.text("#sentence") == visit.text("#sentence")
        assert other.page.locator(EXECUTION).input_value() == "0.25"
        assert other.page.locator("#look-at").input_value() == "china"
        assert other.page.locator("#choice-seed").input_value() == "7"
        assert other.text("#notices") == ""
        assert other.errors == []


def test_a_link_with_what_is_no_longer_there_says_so_and_shows_the_rest(visit, address):
    visit.open(f"{address}/#v=0.0.1&scenario=gone&seed=x&set.powers.japan.execution=7&set.powers.japan.charm=1")
    visit.settled()
    notices = visit.text("#notices")
    assert f"made with steppewise 0.0.1; this page is of {__version__}" in notices
    assert "no scenario 'gone'; it shows 'baseline'" in notices
    assert "no lever 'powers.japan.charm'; it is left out" in notices
    assert "Japan: execution of promises: 7 is out of range; it is set to 1" in notices
    assert visit.page.locator(EXECUTION).input_value() == "1"


def test_a_link_that_names_a_scenario_alone_shows_it_as_it_is(visit, address):
    visit.open(f"{address}/#scenario=coercive-format")
    visit.settled()
    assert visit.page.locator("#choice-scenario").input_value() == "coercive-format"
    assert visit.page.locator("#lever-powers-japan-coerciveness").input_value() == "0.9"
    assert visit.page.locator(EXECUTION).input_value() == "0.7"


def breaking(folder: Path, probability: float) -> Path:
    """A scenario whose budget grows beyond all numbers in worlds that meet enough of its events."""
    rise = f"  - {{at: 2026Q1, budget: 100, by: japan, probability: {probability}}}\n"
    head = "name: breaking\ntitle: Breaking\nquestion: What breaks?\nextends: baseline\nevents:\n"
    path = folder / "breaking.yaml"
    path.write_text(head + 160 * rise)
    return path


def test_worlds_that_broke_off_are_told(tmp_path, visit):
    path = breaking(tmp_path, 0.96)
    page = free_page(str(path), 20)
    failed = sum(status != OK for status in run_block(block_of(page, [page.opening])).status)
    assert 0 < failed < 20
    with served(str(path), "--worlds", "20") as (address, _):
        visit.open(address)
        told = visit.text("#sentence")
    assert not told.startswith("This leaves out")
    assert told.endswith(f"This leaves out {failed} of 20 worlds, which broke off.")


def test_where_all_worlds_break_off_nothing_else_is_told(tmp_path, visit):
    with served(str(breaking(tmp_path, 1)), "--worlds", "20") as (address, _):
        visit.page.goto(address)
        visit.page.locator("#sentence", has_text="broke off").wait_for()
        assert visit.text("#sentence") == "This leaves out 20 of 20 worlds, which broke off."


def test_more_levers_stay_drawn_until_they_are_moved(visit, address):
    visit.open(address)
    visit.page.locator("summary", has_text="Levers of China").click()
    output = visit.page.locator("output[for=lever-powers-china-effort]")
    assert output.inner_text().startswith("each world its own")
    visit.sentence_after(lambda: slide(visit, "#lever-powers-china-effort", 0.08))
    assert output.inner_text() == "0.08 percent of GDP per year"
    release = visit.page.locator(".lever", has=output).get_by_role("button", name="Let the worlds draw it again")
    visit.sentence_after(release.click)
    assert "Nothing is moved yet" in visit.text("#sentence")


def test_a_passage_is_one_tap_away(visit, address):
    visit.open(address)
    row = visit.page.locator(".lever", has=visit.page.locator(EXECUTION))
    row.locator("summary").click()
    assert "“reliable, non-imperial partner”" in row.inner_text()
    assert "powers.japan.execution" in row.inner_text()


def downloaded(visit: Visit, button: str) -> Download:
    with visit.page.expect_download() as waited:
        visit.page.locator(button).click()
    return waited.value


def test_csv_and_png_of_what_is_shown(visit, address):
    visit.open(address)
    visit.sentence_after(lambda: slide(visit, EXECUTION, 0.25))
    table = downloaded(visit, "#csv")
    assert table.suggested_filename == "steppewise-explore-shares.csv"
    rows = list(csv.DictReader(io.StringIO(Path(table.path()).read_text(encoding="utf-8"))))
    assert len(rows) == 5 * 62 * 5
    assert {row["version"] for row in rows} == {__version__}
    assert "powers.japan.execution=0.25" in rows[0]["settings"]
    assert all(0 <= float(row["value"]) <= 1 for row in rows)
    picture = downloaded(visit, "#png")
    assert Path(picture.path()).read_bytes().startswith(b"\x89PNG\r\n")


def test_when_the_server_goes_the_page_falls_back_to_its_grid(browser):
    with served("--worlds", "20") as (address, process), visiting(browser) as visit:
        visit.open(f"{address}/lesson/trust-and-delivery#set.powers.japan.execution=0.5")
        visit.page.wait_for_function("() => window.classroom.feeds.grid !== null", timeout=120_000)
        process.terminate()
        process.wait(timeout=30)
        told = visit.sentence_after(lambda: slide(visit, EXECUTION, 0.35))
        visit.settled()
        assert "2040Q4" in told
        assert visit.text("#feed").startswith("The server does not answer; showing the grid in this page.")


def test_twenty_visitors_do_not_meet(browser, address):
    values = [round(0.03 + 0.045 * number, 3) for number in range(20)]
    windows = [visiting(browser) for _ in values]
    visits = [window.__enter__() for window in windows]
    try:
        for visit in visits:
            visit.open(address)
        for visit, value in zip(visits, values, strict=True):
            slide(visit, EXECUTION, value)
        for visit, value in zip(visits, values, strict=True):
            visit.page.wait_for_function(
                "value => window.classroom.shown?.values['powers.japan.execution'] === value", arg=value
            )
            visit.page.locator("#sentence", has_text=re.compile("points against|next to nothing")).wait_for()
        found = [visit.page.locator(EXECUTION).input_value() for visit in visits]
        assert [float(value) for value in found] == values
        assert len({visit.text("#sentence") for visit in visits}) == len(values)
        assert all(visit.errors == [] for visit in visits)
    finally:
        for window in windows:
            window.__exit__(None, None, None)


# lessons ----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("name", lesson_names())
def test_a_lesson_by_keyboard_alone(visit, address, name):
    """Guess with the arrow keys, show the answer, then press every step's button, and nothing but keys."""
    visit.open(f"{address}/lesson/{name}")
    keys = visit.page.keyboard
    told = lesson(name)
    assert told.predict is not None
    assert visit.page.locator(".lever input:enabled").count() == 0
    assert not visit.page.locator(".after").is_visible()
    tab_to(visit, "guess")
    keys.press("ArrowRight")
    keys.press("ArrowRight")
    assert "points" in visit.text("output[for=guess]")
    tab_to(visit, "show-answer")
    keys.press("Enter")
    visit.page.locator(".verdict", has_text="You guessed").wait_for()
    mean = float(re.search(r"changes by ([+−\d.]+)", visit.text(".verdict"))[1].replace("−", "-"))
    assert told.predict.low <= mean <= told.predict.high
    steps = [step for step in told.steps if step.change is not None]
    assert visit.page.locator("button.step").count() == len(steps)
    for number, step in enumerate(steps):
        tab_to(visit, None, f"Set it so ({told.steps.index(step) + 1})")
        keys.press("Enter")
        visit.settled()
        for lever, value in step.change.values.items():
            held = visit.page.evaluate("name => window.classroom.shown.values[name]", lever)
            assert held == pytest.approx(value), (number, lever)
    assert "For the teacher" in visit.text(".lesson")


def tab_to(visit: Visit, identity: str | None, words: str = "") -> None:
    """Press Tab until the element of that id, or the button of those words, has the focus."""
    for _ in range(120):
        visit.page.keyboard.press("Tab")
        found = visit.page.evaluate("[document.activeElement.id, document.activeElement.innerText]")
        if found[0] == identity or (identity is None and found[1] == words):
            return
    raise AssertionError(f"the keyboard does not reach {identity or words}")


def test_every_lesson_is_linked(visit, address):
    visit.open(address)
    links = visit.page.locator("#lessons a")
    assert links.count() == 1 + len(lesson_names())
    links.nth(1).click()
    visit.drawn()
    assert "/lesson/" in visit.page.url


# as a file --------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("name", ["free.html", "lesson.html"])
def test_a_file_needs_no_network(browser, files, name):
    with visiting(browser, offline=True) as visit:
        visit.open((files / name).as_uri() + "#set.powers.japan.execution=0.45")
        visit.settled()
        assert "points against the opening" in visit.text("#sentence")
        told = visit.sentence_after(lambda: slide(visit, EXECUTION, 0.3))
        assert "points against the opening" in told
        assert visit.text("#feed").startswith("From the grid in this page:")
        told = r"off by 0\.\d+ points at most, mean trust by \d[.\d]*, mean dependence by \d[.\d]*\."
        assert re.search(told, visit.text("#feed"))
        assert outside(visit, files.as_uri()) == []
        assert visit.errors == []


def test_a_file_and_the_server_show_the_same_opening(browser, files):
    with served("--worlds", "20") as (address, _), visiting(browser) as live, visiting(browser) as file:
        live.open(address)
        file.open((files / "free.html").as_uri())
        live.settled()
        file.settled()
        assert file.text("#sentence") == live.text("#sentence")


def test_a_link_to_a_file_with_what_it_does_not_hold(browser, files):
    with visiting(browser) as visit:
        visit.open((files / "free.html").as_uri() + "#seed=5&scenario=china-surge&set.powers.china.effort=0.05")
        visit.settled()
        assert "no scenario 'china-surge'" in visit.text("#notices")
        assert "no lever 'powers.china.effort'" in visit.text("#notices")
        assert "The grid of this page does not hold: seed" in visit.text("#feed")


# for everybody ----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("place", ["/", "/lesson/trust-and-delivery", "/lesson/bands-and-assumptions"])
@pytest.mark.parametrize("opened", [False, True])
def test_no_barriers(visit, address, place, opened):
    visit.open(address + place)
    if opened:
        if visit.page.locator("#skip-guess").count():
            visit.page.locator("#skip-guess").click()
        visit.page.evaluate("document.querySelectorAll('details').forEach(node => { node.open = true })")
        visit.page.locator("#share").click()
        visit.settled()
    found = Axe().run(visit.page).response["violations"]
    grave = [(one["id"], one["nodes"][0]["html"]) for one in found if one["impact"] in ("serious", "critical")]
    assert grave == []


@pytest.mark.parametrize("place", ["/", "/lesson/promise-and-execution"])
def test_a_phone_needs_no_sideways_scrolling(browser, address, place):
    with visiting(browser, viewport=PHONE, has_touch=True, is_mobile=True) as visit:
        visit.open(address + place)
        if visit.page.locator("#skip-guess").count():
            visit.page.locator("#skip-guess").click()
        visit.page.evaluate("document.querySelectorAll('details').forEach(node => { node.open = true })")
        visit.settled()
        widths = visit.page.evaluate("[document.documentElement.scrollWidth, window.innerWidth]")
        assert widths[0] <= widths[1] == PHONE["width"]
        assert visit.errors == []


def test_the_browser_is_asked_for_where_it_is_missing(tmp_path):
    """With CI set, a machine without a browser fails; without, the tests are left out with a word."""
    code = "from tests.support.browsing import chromium; chromium()"
    found = {}
    for ci in ("", "1"):
        environ = {"PATH": str(tmp_path), "CI": ci, "PYTHONPATH": f"{ROOT}:{ROOT / 'model'}"}
        done = subprocess.run([sys.executable, "-c", code], env=environ, capture_output=True, text=True, check=False)
        found[ci] = done.stderr.strip().splitlines()[-1]
    assert found[""].startswith("Skipped: there is no Chromium")
    assert found["1"].startswith("Failed: there is no Chromium")
