"""The view of one world: what is drawn is what the model holds; where Solara is installed, the page in a browser."""

from __future__ import annotations

import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import closing
from dataclasses import replace
from importlib.util import find_spec
from io import BytesIO
from urllib.request import urlopen

import mesa
import numpy as np
import pytest
from matplotlib.figure import Figure
from matplotlib.patches import PathPatch
from PIL import Image
from tests.results.test_run import call  # noqa: F401 - a fixture
from tests.support.swept import misplaced

from steppewise.cli.serving import HERE, listening
from steppewise.errors import SteppewiseError
from steppewise.report.figures.colours import PAPER, looks, mixed
from steppewise.report.figures.one_world import STRONGEST, WIDEST, course_chart, ties_in_words, ties_map
from steppewise.report.figures.picture import png_of
from steppewise.scenario.resolve import load_scenario
from steppewise.viz import NEEDED
from steppewise.viz.world import Levers, forget, moment_of, world
from steppewise.world.model import RegionalInfluenceModel

SPEC = load_scenario("baseline")
USUAL = Levers("japan")
MISSING = [name for name in NEEDED if find_spec(name) is None]


def patches(figure: Figure, kind: str) -> dict[str, PathPatch]:
    found = (patch for patch in figure.findobj(PathPatch) if (patch.get_gid() or "").startswith(f"{kind}/"))
    return {patch.get_gid(): patch for patch in found}


def pixels(figure: Figure) -> np.ndarray:
    return np.asarray(Image.open(BytesIO(png_of(figure, 60))).convert("RGB"))


# the world and its levers -------------------------------------------------------------------------------------


def test_a_world_of_levers_is_the_world_of_that_seed():
    model = RegionalInfluenceModel(SPEC, 7)
    for _ in range(5):
        model.step()
    seen = world(SPEC, replace(USUAL, seed=7), 5)
    np.testing.assert_array_equal(seen.read("share"), model.read("share"))
    assert seen.quarter == model.quarter


def test_a_lever_acts_in_the_same_world_and_quarter():
    before = world(SPEC, USUAL, 12)
    after = world(SPEC, replace(USUAL, effort=4.0, execution=0.95), 12)
    assert after.quarter == before.quarter
    assert after.world.regional_share[0] > before.world.regional_share[0]
    name = "powers.japan.execution"
    assert after.parameter(name) == 0.95
    assert after.parameter("powers.japan.effort") == pytest.approx(4 * before.parameter("powers.japan.effort"))
    others = [other for other in SPEC.parameters if other not in (name, "powers.japan.effort")]
    assert all(before.parameter(other) == after.parameter(other) for other in others)


def test_a_world_that_is_forgotten_leaves_no_trace_in_mesa():
    before = len(getattr(mesa.Agent, "_ids", {}))
    model = world(SPEC, USUAL, 1)
    forget(model)
    assert len(getattr(mesa.Agent, "_ids", {})) == before
    model.step()
    assert moment_of(model).when == "2025Q4"


def test_a_moment_is_what_the_model_holds():
    model = world(SPEC, USUAL)
    first = moment_of(model)
    assert first.when == "before 2025Q3"
    assert first.course.tolist() == [model.read("regional_share").tolist()]
    model.step()
    model.step()
    moment = moment_of(model)
    assert moment.when == "2025Q4"
    np.testing.assert_array_equal(moment.share, model.read("share"))
    np.testing.assert_array_equal(moment.course[-1], model.read("regional_share"))
    assert moment.time.tolist() == [2025.75, 2026.0]
    model.step()
    assert not np.array_equal(moment.share, model.read("share")), "a moment stays as it was"


# the pictures -------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("width", ["share", "trust"])
def test_a_tie_is_as_wide_as_its_number(width):
    moment = moment_of(world(SPEC, USUAL, 8))
    ties = patches(ties_map(moment, width), "tie")
    assert len(ties) == len(SPEC.powers) * len(SPEC.states)
    values = getattr(moment, width)
    for p, power in enumerate(SPEC.power_names):
        for s, state in enumerate(SPEC.state_names):
            expected = WIDEST * min(values[p, s] / STRONGEST[width], 1)
            assert ties[f"tie/{power}/{state}"].get_linewidth() == pytest.approx(expected)


def test_a_state_has_the_colour_of_the_power_with_the_highest_share():
    share = np.full((4, 5), 0.1)
    share[2, :2] = 0.5
    share[0, 2:] = 0.3
    moment = replace(moment_of(world(SPEC, USUAL)), share=share)
    states = patches(ties_map(moment, "share"), "state")
    look = looks(SPEC)
    for place, name in enumerate(SPEC.state_names):
        power, highest = ("russia", 0.5) if place < 2 else ("japan", 0.3)
        expected = mixed(look[power].colour, PAPER, 0.85 - 0.7 * highest)
        red = states[f"state/{name}"].get_facecolor()[0]
        assert red == pytest.approx(int(expected[1:3], 16) / 255)


def test_a_step_changes_the_pictures():
    model = world(SPEC, USUAL, 20)
    before = moment_of(model)
    model.step()
    after = moment_of(model)
    for draw in (lambda moment: ties_map(moment, "share"), course_chart):
        pictures = [
            np.asarray(Image.open(BytesIO(png_of(draw(moment), 60))).convert("RGB")) for moment in (before, after)
        ]
        assert (pictures[0] != pictures[1]).any()


@pytest.mark.parametrize("name", ["baseline", "south-korea-joins", "us-withdrawal"])
@pytest.mark.parametrize("steps", [0, 1, 62])
def test_words_stay_on_the_sheet(name, steps):
    spec = load_scenario(name)
    moment = moment_of(world(spec, USUAL, steps))
    assert [word for word in misplaced(course_chart(moment)) if "leaves" in word] == []
    assert [word for word in misplaced(ties_map(moment, "share")) if "leaves" in word] == []


def test_the_map_says_its_numbers_in_words():
    moment = moment_of(world(SPEC, USUAL, 4))
    words = ties_in_words(moment)
    assert words.startswith("Map of the states with lines from the powers, 2026Q2. Kazakhstan: Japan ")
    assert f"Japan {100 * moment.share[0, 0]:.0f} percent (trust {moment.trust[0, 0]:.2f})" in words


# the command --------------------------------------------------------------------------------------------------


def test_a_port_in_use_is_one_sentence():
    with closing(listening(0)) as listener:
        port = listener.getsockname()[1]
        with pytest.raises(
            SteppewiseError, match=rf"^port {port} cannot be used \(.*\); choose another one by --port$"
        ):
            listening(port)
    listening(port).close()


@pytest.mark.skipif(not MISSING, reason="the extra viz is installed")
def test_without_the_extra_the_command_says_what_to_install(call):  # noqa: F811
    assert call("viz", "baseline") == 2
    assert call.out == ""
    assert "the view of one world needs solara" in call.err
    assert call.err.strip().endswith("pip install -c constraints.txt -e '.[viz]'")


def test_an_unknown_scenario_is_told_with_the_nearest_name(call):  # noqa: F811
    assert call("viz", "baselin") == 2
    assert "Did you mean 'baseline'?" in call.err


# the page -----------------------------------------------------------------------------------------------------

NEEDS = [*MISSING, *([] if find_spec("playwright") else ["playwright"])]
MAP = "img[alt^='Map of the states']"


@pytest.fixture
def address() -> Iterator[str]:
    """Where the page is served by the command."""
    with closing(listening(0)) as listener:
        port = listener.getsockname()[1]
    words = [sys.executable, "-c", "from steppewise.cli import main; main()", "viz", "package-delivered"]
    process = subprocess.Popen([*words, "--port", str(port)], stdout=subprocess.PIPE, text=True)
    try:
        url = f"http://{HERE}:{port}"
        assert url in process.stdout.readline()
        _wait_for(url)
        yield url
    finally:
        process.kill()
        process.communicate()


def _wait_for(url: str) -> None:
    for _ in range(120):
        try:
            with urlopen(url, timeout=5) as answer:
                assert answer.status == 200
                return
        except (TimeoutError, OSError):
            time.sleep(0.5)
    raise AssertionError("the page never came up")


@pytest.mark.slow
@pytest.mark.skipif(bool(NEEDS), reason=f"the page in a browser is not tested: missing {', '.join(NEEDS)}")
def test_the_page_in_a_browser(address):
    from playwright.sync_api import sync_playwright
    from tests.support.browsing import launched

    asked: list[str] = []

    def visit():
        page = browser.new_context().new_page()
        page.on("request", lambda request: asked.append(request.url))
        page.goto(address)
        page.wait_for_selector(MAP, timeout=60_000)
        return page

    def seen(page) -> str:
        return page.get_attribute(MAP, "alt")

    def changed(page, act) -> str:
        before = seen(page)
        act()
        page.wait_for_function(
            "before => document.querySelector(\"img[alt^='Map of the states']\").alt !== before", arg=before
        )
        return seen(page)

    with sync_playwright() as play:
        browser = launched(play)
        one, other = visit(), visit()
        opening = seen(one)
        assert ", before 2025Q3. " in opening
        assert ", 2025Q3. " in changed(one, one.get_by_role("button", name="Step", exact=True).click)
        lever = one.get_by_role("slider", name="Effort")
        assert ", 2025Q3. " in changed(one, lambda: lever.press("ArrowRight"))
        one.get_by_role("button", name="▶").click()
        one.wait_for_function("() => document.querySelector(\"img[alt*=', 2026Q1. ']\")", timeout=30_000)
        one.get_by_role("button", name="❚❚").click()
        one.wait_for_timeout(1000)
        one.get_by_role("button", name="Reset").click()
        one.wait_for_function("() => document.querySelector(\"img[alt*=', before 2025Q3. ']\")", timeout=30_000)
        assert seen(other) == opening, "visitors are apart"
        browser.close()
    foreign = [url for url in asked if not url.startswith((address, "data:", "blob:"))]
    assert foreign == []
