"""The benchmark: its ratios are those of its rows, and what it measures can be run."""

from __future__ import annotations

import os
import re

from steppewise import bench
from steppewise.experiment import compiling


def test_ratios_are_those_of_the_rows():
    per_world = {
        "mesa.batch_run, 1 process": 0.05,
        "mesa.batch_run, 2 processes": 0.03,
        "ensemble, 1 worker": 0.0002,
        "ensemble, 2 workers": 0.0001,
        "ensemble, 1 worker, not compiled": 0.0005,
        "ensemble, 2 workers, not compiled": 0.0002,
        "200 worlds for the sliders": 0.0004,
    }
    assert set(per_world) == {measure.name for measure in bench.MEASURES}
    rows = dict(
        re.findall(r"^\| (.+?) \| (.+?) \|", bench.table(per_world, {10_000: 200.0, 100_000: 210.0}, 0.1), re.M)
    )
    assert rows["ensemble against mesa.batch_run, 1 worker"] == "250 times"
    assert rows["ensemble against mesa.batch_run, 2 workers"] == "300 times"
    assert rows["ensemble, 2 workers against 1"] == "2.00 times"
    assert rows["not compiled: ensemble against mesa.batch_run, 1 worker"] == "100 times"
    assert rows["not compiled: ensemble, 2 workers against 1"] == "2.50 times"
    assert rows["200 worlds of 64 quarters"] == "80 ms"
    assert rows["peak memory, 100,000 against 10,000 worlds"] == "1.05 times"
    assert rows["mesa.batch_run, 1 process"] == "20"


def test_what_is_measured_can_be_run(capsys, monkeypatch):
    monkeypatch.setattr(bench, "BATCH_RUNS", 1)
    bench.batch_run(1)
    bench.ensemble(3, 1)
    bench.plain_ensemble(3, 1)
    assert compiling.SWITCH not in os.environ
    assert all(taken > 0 for taken in bench.measured((bench.Measure("a block", 2, lambda: bench.block(2)),)).values())
    assert bench.peak_megabytes(200) > 50
