"""The benchmark: its ratios are those of its turns, and what it measures can be run."""

from __future__ import annotations

import re

import pytest
from tests import bench


def test_ratios_are_those_of_the_turns():
    names = [measure.name for measure in bench.MEASURES]
    times = {name: [2.0 / (place + 1)] * 3 for place, name in enumerate((*names, "blocks of the engine"))}
    times["the same by c++"] = [times["blocks of the engine"][0] * 0.95] * 3
    told = bench.table(times, {10_000: 200.0, 100_000: 210.0}, {"--help": 0.1})
    rows = dict(re.findall(r"^\| (.+?) \| (.+?) \|", told, re.M))
    assert rows["against mesa.batch_run, 1 thread, extra `fast`"] == "2 times (2 to 2)"
    assert rows["2 threads against 1, extra `fast`"] == "1.50 times (1.50 to 1.50)"
    assert rows["engine against the same by c++"] == "0.95 times (0.95 to 0.95)"
    assert rows["peak memory, 100,000 against 10,000 worlds"] == "1.05 times"
    assert rows["steppewise --help"] == "0.10 s"


@pytest.mark.slow
def test_what_is_measured_can_be_run(monkeypatch, tmp_path):
    monkeypatch.setattr(bench, "BATCH_RUNS", 1)
    monkeypatch.setattr(bench, "WORLDS", 1024)
    bench.batch_run(1)
    for form in ("", "wasm"):
        bench.ensemble(3, 1, form)
        bench.block(2, bench.SLIDER, form)
    twin = bench.twin(tmp_path)
    measures = (bench.Measure("a block", 2, lambda: bench.block(2)), bench.own_engine(), *([twin] if twin else []))
    measured = bench.measured(measures)
    assert len(measured["a block"]) == bench.TURNS
    assert bench.peak_megabytes(200) > 50
