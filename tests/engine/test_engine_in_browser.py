"""The engine in a real browser: the numbers are Python's to the last bit, and it never runs in the page itself."""

from __future__ import annotations

import base64
import json
from collections.abc import Iterator
from dataclasses import replace

import numpy as np
import pytest
from playwright.sync_api import Browser, sync_playwright
from tests.measure_engine import page_of, text_of
from tests.support.browsing import Visit, launched, visiting
from tests.support.shipped import shipped

from steppewise.app.answer import VARIABLES
from steppewise.engine import forms
from steppewise.engine.page_tables import page_tables
from steppewise.experiment.block import Block, Job, run_block
from steppewise.scenario.resolve import load_scenario
from steppewise.world.tables import UNCERTAINTIES, tables_of

FIRST, WORLDS, SEED = 3, 9, 5
MOVED = {
    "powers.japan.execution": 0.83,
    "powers.japan.effort": np.linspace(0.001, 0.02, WORLDS),
    "powers.china.coerciveness": 0.1,
    "world.influence.theta": np.linspace(0.0, 1.0, WORLDS),
}
DRAWN = ("world.influence.shield", "states.kazakhstan.agency", "powers.japan.effort")
SIMD, PLAIN = forms.BUILT.read_bytes(), forms.WITHOUT_SIMD.read_bytes()

RUN = """async ([files, runs]) => {
  const text = (array) => {
    const bytes = new Uint8Array(array.buffer);
    let found = "";
    for (let i = 0; i < bytes.length; i += 4096) found += String.fromCharCode(...bytes.subarray(i, i + 4096));
    return btoa(found);
  };
  const { built, tables } = JSON.parse(document.getElementById("data").textContent);
  const engine = await openEngine(Object.fromEntries(files.map((name) => [name, bytesOf(built[name])])));
  const found = runs.map(async ([name, { changes, ...how }]) => {
    const placed = Object.entries(changes).map(([lever, [way, value]]) => [tables[name].cells_of[lever], way, value]);
    const { drawn, outcomes, observed } = await engine.run(tables[name], { ...how, changes: placed });
    return { drawn: text(drawn), outcomes: text(outcomes), observed: text(observed) };
  });
  return [engine.width, await Promise.all(found)];
}"""

OPEN = """async () => {
  const { built } = JSON.parse(document.getElementById("data").textContent);
  const files = Object.fromEntries(Object.entries(built).map(([name, text]) => [name, bytesOf(text)]));
  return openEngine(files).then(() => "", (error) => error.message);
}"""


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    with sync_playwright() as playwright:
        browser = launched(playwright)
        yield browser
        browser.close()


@pytest.fixture
def visit(browser) -> Iterator[Visit]:
    with visiting(browser, offline=True) as visit:
        yield visit


@pytest.fixture
def open_page(visit, tmp_path):
    """Opens a file with the engine, or something in its place, and tables."""

    def opened(tables: object = None, simd: bytes = SIMD, plain: bytes = PLAIN) -> Visit:
        built = {"simd": text_of(simd), "plain": text_of(plain)}
        visit.page.goto(page_of(tmp_path / "engine.html", {"built": built, "tables": tables or {}}))
        return visit

    return opened


def bits(values: np.ndarray, kind: type) -> str:
    return base64.b64encode(np.ascontiguousarray(values, kind).tobytes()).decode("ascii")


def expected(block: Block, variables: tuple[str, ...] = ()) -> dict[str, str]:
    """What the page must find, from Python."""
    result = Job(block, variables, with_parameters=True).run()
    courses = [result.trajectories[name].reshape(len(block.spec.quarters), -1, block.count) for name in variables]
    fixed = {name: np.full(block.count, block.spec.parameters[name].value) for name in DRAWN}
    drawn = [{**fixed, **result.parameters}[name] for name in DRAWN]
    return {
        "drawn": bits(np.stack(drawn), np.float64),
        "outcomes": bits(result.outcomes.table, np.float64),
        "observed": bits(np.concatenate(courses, axis=1), np.float32) if courses else "",
    }


def block_of(name: str, given: dict | None = None, scaled: dict | None = None, **how: object) -> Block:
    full = {n: np.broadcast_to(v, WORLDS).astype(float) for n, v in (given or {}).items()}
    more = {n: np.broadcast_to(v, WORLDS).astype(float) for n, v in (scaled or {}).items()}
    return Block(load_scenario(name), FIRST, WORLDS, SEED, given=full, scaled=more, **how)


def asked(block: Block) -> dict[str, object]:
    """The same question as the page asks it."""
    changes = {name: (0, values.tolist()) for name, values in block.given.items()}
    changes |= {name: (1, values.tolist()) for name, values in block.scaled.items()}
    return {"first": block.first, "worlds": block.count, "changes": changes}


def tables_for(block: Block, observed: tuple[str, ...] = ()) -> dict[str, object]:
    found = page_tables(block.spec, block.uncertainty, block.seed, observed=observed, drawn=DRAWN, levers=tuple(MOVED))
    return json.loads(json.dumps(found))


def test_every_scenario_has_the_bits_of_python_as_it_is_and_with_levers_moved(open_page):
    blocks = [block_of(name, given) for name in shipped() for given in (None, MOVED)]
    visit = open_page({block.spec.name: tables_for(block) for block in blocks})
    runs = [[block.spec.name, asked(block)] for block in blocks]
    width, found = visit.page.evaluate(RUN, [["simd", "plain"], runs])
    assert width == 4
    for block, one in zip(blocks, found, strict=True):
        assert one == expected(block), (block.spec.name, list(block.given))
    assert all(one["outcomes"] != other["outcomes"] for one, other in zip(found[::2], found[1::2], strict=True))
    assert visit.errors == []
    assert [address.partition(":")[0] for address in visit.asked] == ["file", "blob"]


@pytest.mark.parametrize("name", ["history", "south-korea-joins"])
def test_without_simd_the_bits_are_the_same(open_page, name):
    blocks = [block_of(name, given) for given in (None, MOVED)]
    visit = open_page({name: tables_for(blocks[0])})
    visit.page.evaluate("WebAssembly.validate = () => false")
    width, found = visit.page.evaluate(RUN, [["simd", "plain"], [[name, asked(block)] for block in blocks]])
    assert width == 1
    assert found == [expected(block) for block in blocks]


def test_courses_draws_and_scaled_levers_have_the_bits_of_python(open_page):
    """Questions of different sizes, one after the other, without waiting for answers."""
    half = {"powers.japan.execution": MOVED["powers.japan.execution"], "world.influence.theta": 0.5}
    blocks = {
        word: block_of("baseline", half, {"powers.japan.effort": 1.7}, uncertainty=word) for word in UNCERTAINTIES
    }
    visit = open_page({word: tables_for(block, VARIABLES) for word, block in blocks.items()})
    runs = [[word, {**asked(block), "worlds": count}] for word, block in blocks.items() for count in (1, WORLDS)]
    plain = {name: (way, values[0]) for name, (way, values) in asked(blocks["both"])["changes"].items()}
    runs = [[word, {**how, "changes": plain}] for word, how in runs]
    _, found = visit.page.evaluate(RUN, [["simd"], runs])
    for block, one, whole in zip(blocks.values(), found[::2], found[1::2], strict=True):
        assert whole == expected(block, VARIABLES)
        assert one == expected(block.part(0, 1), VARIABLES)


def test_some_outcomes_can_be_asked_for_by_variable_or_name():
    spec = load_scenario("baseline")
    names = ("share", "leads.japan", "regional_share.china")
    found = page_tables(spec, "both", 0, names, ("cooperation",), levers=("world.influence.theta",))
    tables = tables_of(spec)
    places = [*tables.cells_of_field("share"), tables.state_cells["leads", (spec.power_names.index("japan"),)]]
    places.append(tables.state_cells["regional_share", (spec.power_names.index("china"),)])
    assert found["outcomes"] == places
    assert found["observed"] == tables.cells_of_field("cooperation")
    assert found["cells_of"] == {"world.influence.theta": tables.cells["world.influence.theta"]}
    with pytest.raises(KeyError, match="no-such"):
        page_tables(spec, "both", 0, ("no-such",))
    with pytest.raises(KeyError, match="no-such"):
        page_tables(spec, "both", 0, levers=("no-such",))


def test_the_engine_runs_in_a_worker_and_not_in_the_page(open_page):
    block = block_of("baseline")
    visit = open_page({"baseline": tables_for(block)})
    visit.page.evaluate(
        "for (const name of ['Module', 'Instance', 'Memory', 'compile', 'instantiate']) WebAssembly[name] = null"
    )
    _, found = visit.page.evaluate(RUN, [["simd"], [["baseline", asked(block)]]])
    assert found == [expected(block)]
    (worker,) = visit.page.workers
    assert worker.evaluate("self instanceof WorkerGlobalScope && typeof document === 'undefined'")


def changed(built: bytes, place: int) -> bytes:
    return built[:place] + bytes([built[place] ^ 1]) + built[place + 1 :]


@pytest.mark.parametrize(
    "harmed",
    [SIMD[: len(SIMD) // 2], SIMD[:-1], changed(SIMD, len(SIMD) // 3), changed(SIMD, len(SIMD) - 60), b"", b"<html>"],
    ids=["half of it", "all but a byte", "a bit of the code", "a bit of the digest", "nothing", "something else"],
)
def test_a_damaged_engine_is_told_in_a_sentence(open_page, harmed):
    visit = open_page(simd=harmed)
    assert visit.page.evaluate(OPEN) == "The engine in this page is damaged. Load or make the page anew."


def test_an_engine_of_other_rules_than_its_tables_is_told(open_page):
    block = block_of("baseline")
    visit = open_page({"baseline": {**tables_for(block), "digest": "0" * 64}})
    with pytest.raises(Exception, match="The engine in this page is not that of its tables"):
        visit.page.evaluate(RUN, [["simd"], [["baseline", asked(block)]]])


@pytest.mark.parametrize(
    ("without", "sentence"),
    [
        ("delete window.WebAssembly", "This browser cannot run the engine (it lacks WebAssembly)."),
        ("delete window.Worker", "This browser cannot run the engine (it lacks WebAssembly)."),
        ("URL.createObjectURL = () => 'blob:null/gone'", "This browser does not let the page run the engine (it"),
    ],
)
def test_a_browser_that_cannot_is_told_in_a_sentence(open_page, without, sentence):
    visit = open_page()
    visit.page.evaluate(without)
    assert visit.page.evaluate(OPEN).startswith(sentence)


def test_the_engine_stays_usable_after_a_question_that_failed(open_page):
    block = block_of("baseline")
    tables = tables_for(block)
    visit = open_page({"good": tables, "large": {**tables, "cells": 2**40}})
    before = visit.page.evaluate(
        """async () => {
          const { built, tables } = JSON.parse(document.getElementById("data").textContent);
          const engine = await openEngine({ simd: bytesOf(built.simd) });
          const words = await engine.run(tables.large, { worlds: 1 }).catch((error) => error.message);
          const { outcomes } = await engine.run(tables.good, { first: 3, worlds: 9 });
          return [words, Array.from(outcomes)];
        }"""
    )
    assert before[0].startswith("This browser cannot run the engine (")
    np.testing.assert_array_equal(np.reshape(before[1], (-1, WORLDS)), run_block(block).outcomes.table)


def test_worlds_are_the_same_in_whatever_company(open_page):
    """The numbers of a world do not depend on those beside it, and no world of the padding is told."""
    block = replace(block_of("baseline"), first=0, count=13)
    visit = open_page({"baseline": tables_for(block)})
    runs = [["baseline", {"first": first, "worlds": 1, "changes": {}}] for first in (0, 7, 12)]
    _, found = visit.page.evaluate(RUN, [["simd"], runs])
    table = run_block(block).outcomes.table
    assert [one["outcomes"] for one in found] == [bits(table[:, place], np.float64) for place in (0, 7, 12)]


@pytest.mark.parametrize(
    ("allowed", "sentence"),
    [
        ("worker-src blob:", "This browser does not let the page run the engine (it forbids it a worker)."),
        ("'wasm-unsafe-eval'", "This browser cannot run the engine ("),
    ],
)
def test_a_page_that_may_not_is_told_in_a_sentence(open_page, tmp_path, allowed, sentence):
    visit = open_page()
    path = tmp_path / "engine.html"
    path.write_text(path.read_text(encoding="utf-8").replace(allowed, "", 1), encoding="utf-8")
    visit.page.reload()
    assert visit.page.evaluate(OPEN).startswith(sentence)
