"""The benchmark: its ratios are those of its turns, and what it measures can be run."""

from __future__ import annotations

import os
import re

from steppewise import bench
from steppewise.experiment import compiling


def test_ratios_are_those_of_turns():
    times = {
        "mesa.batch_run, 1 process": [0.05, 0.04, 0.06],
        "mesa.batch_run, 1 process, compiled": [0.02, 0.02, 0.02],
        "ensemble, 1 worker": [0.0002, 0.0001, 0.0003],
        "ensemble, 2 workers": [0.0001, 0.0001, 0.0001],
        "mesa.batch_run, 2 processes": [0.03, 0.03, 0.03],
        "ensemble, 1 worker, not compiled": [0.0005, 0.0005, 0.0005],
        "ensemble, 2 workers, not compiled": [0.0002, 0.0002, 0.0002],
        "200 worlds for the sliders": [0.0004, 0.0003, 0.0009],
    }
    assert set(times) == {measure.name for measure in bench.MEASURES}
    rows = dict(re.findall(r"^\| (.+?) \| (.+?) \|", bench.table(times, {10_000: 200.0, 100_000: 210.0}, 0.1), re.M))
    assert rows["ensemble against mesa.batch_run, 1 worker"] == "250 times (200 to 400)"
    assert rows["ensemble against mesa.batch_run, 2 workers"] == "300 times (300 to 300)"
    assert rows["ensemble, 2 workers against 1"] == "2.00 times (1.00 to 3.00)"
    assert rows["compiled on both sides: ensemble against mesa.batch_run, 1 worker"] == "100 times (67 to 200)"
    assert rows["compiled on neither: ensemble against mesa.batch_run, 1 worker"] == "100 times (80 to 120)"
    assert rows["not compiled: ensemble, 2 workers against 1"] == "2.50 times (2.50 to 2.50)"
    assert rows["200 worlds of 64 quarters"] == "80 ms"
    assert rows["peak memory, 100,000 against 10,000 worlds"] == "1.05 times"
    assert rows["mesa.batch_run, 1 process"] == "20"


def test_what_is_measured_can_be_run(capsys, monkeypatch):
    monkeypatch.setattr(bench, "BATCH_RUNS", 1)
    bench.batch_run(1)
    bench.batch_run(1, compiled=True)
    bench.ensemble(3, 1)
    bench.plain_ensemble(3, 1)
    assert compiling.SWITCH not in os.environ
    measured = bench.measured((bench.Measure("a block", 2, lambda: bench.block(2)),))
    assert len(measured["a block"]) == bench.TURNS
    assert min(measured["a block"]) > 0
    assert bench.peak_megabytes(200) > 50
