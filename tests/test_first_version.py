"""Results of the first version: read, and computed again by the engine of today, which says how far it is off."""

from __future__ import annotations

import json
import zipfile
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from steppewise.api import load_results
from steppewise.cli import main
from steppewise.experiment.manifest import NAME

ARCHIVE = Path(__file__).with_name("first_version_run.zip")
"""Four worlds of `visit-held`, as the last commit of the first version wrote them."""


@pytest.fixture
def folder(tmp_path) -> Path:
    with zipfile.ZipFile(ARCHIVE) as archive:
        archive.extractall(tmp_path)
    return next(tmp_path.iterdir())


def test_a_run_of_the_first_version_is_read(folder):
    results = load_results(folder)
    assert len(results.outcomes) == 4
    assert results.spec.name == "visit-held"


def test_its_rerun_says_that_the_engine_is_another_one(folder, capsys):
    with pytest.raises(SystemExit) as left:
        main(["rerun", str(folder)])
    assert left.value.code == 0
    told = capsys.readouterr().out
    assert "The same but for rounding: 4 worlds, 406 drawn parameters and 264 outcomes." in told
    assert "The folder was written by another engine, whose numbers differ from today's by 3e-14 of their size" in told


def test_a_larger_difference_is_told(folder, capsys):
    path = folder / "runs.parquet"
    table = pq.read_table(path)
    name = "outcome:regional_share.japan"
    changed = [value * (1 + 1e-12) for value in table[name].to_pylist()]
    place = table.column_names.index(name)
    pq.write_table(table.set_column(place, name, pa.array(changed)), path)
    with pytest.raises(SystemExit) as left:
        main(["rerun", str(folder)])
    told = capsys.readouterr().out
    assert left.value.code == 2
    assert "outcome:regional_share.japan: in 4 rows, by" in told
    assert "the model's code was changed: engine was not told, now " in told


def test_rules_of_ones_own_are_told(folder, capsys):
    manifest = json.loads((folder / NAME).read_text(encoding="utf-8"))
    manifest["scenario"]["rules"] = ["trust.trust"]
    (folder / NAME).write_text(json.dumps(manifest), encoding="utf-8")
    runs = folder / "runs.parquet"
    table = pq.read_table(runs)
    name = "outcome:trust.japan.kazakhstan"
    place = table.column_names.index(name)
    pq.write_table(table.set_column(place, name, pa.array([0.5] * 4)), runs)
    with pytest.raises(SystemExit):
        main(["rerun", str(folder)])
    assert "it was run with rules of one's own, which the folder does not hold: trust.trust" in capsys.readouterr().out
