"""Results of the first version are refused by name; those of another engine are computed again, and told how far off.

The second version has other equations and other parameters: no number of the first one can come out again.
"""

from __future__ import annotations

import json
import zipfile
from collections.abc import Callable
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

import steppewise
from steppewise.cli import main
from steppewise.errors import SteppewiseError
from steppewise.experiment.versions import ENGINE
from steppewise.results.manifest import NAME
from steppewise.results.run import load_results

ARCHIVE = Path(__file__).with_name("first_version_run.zip")
"""Four worlds of `visit-held`, as the last commit of the first version wrote them."""

OTHERS = "evidence.csv: holds other parameters than this version of steppewise knows, as powers.china.allocation.return"
TOLD = "outcome:regional_share.japan"


@pytest.fixture
def first(tmp_path) -> Path:
    """A folder of the first version."""
    with zipfile.ZipFile(ARCHIVE) as archive:
        archive.extractall(tmp_path)
    return next(tmp_path.iterdir())


def test_a_run_of_the_first_version_is_refused(first):
    with pytest.raises(SteppewiseError, match=OTHERS):
        load_results(first)


def test_so_is_its_rerun_which_leaves_it_as_it_is(first, capsys):
    before = {path.name: path.read_bytes() for path in first.iterdir()}
    assert rerun(first) == 2
    out, err = capsys.readouterr()
    assert out == ""
    assert err.endswith(f"{OTHERS}\n")
    assert {path.name: path.read_bytes() for path in first.iterdir()} == before


# another engine ---------------------------------------------------------------------------------------------


@pytest.fixture
def folder(tmp_path) -> Path:
    """A folder of today whose manifest tells no engine, as those of the first version told none."""
    found = steppewise.run("visit-held", runs=4, spread=False).save(tmp_path)
    change_manifest(found, lambda manifest: manifest["versions"].pop(ENGINE))
    return found


def rerun(folder: Path) -> int:
    """How the command ends."""
    with pytest.raises(SystemExit) as left:
        main(["rerun", str(folder)])
    return left.value.code


def change_manifest(folder: Path, change: Callable[[dict], object]) -> None:
    manifest = json.loads((folder / NAME).read_text(encoding="utf-8"))
    change(manifest)
    (folder / NAME).write_text(json.dumps(manifest), encoding="utf-8")


def change_outcome(folder: Path, change: Callable[[float], float], name: str = TOLD) -> None:
    path = folder / "runs.parquet"
    table = pq.read_table(path)
    changed = pa.array([change(value) for value in table[name].to_pylist()])
    pq.write_table(table.set_column(table.column_names.index(name), name, changed), path)


def test_a_difference_of_rounding_is_no_other_result(folder, capsys):
    change_outcome(folder, lambda value: value * (1 + 1e-14))
    assert rerun(folder) == 0
    told = capsys.readouterr().out
    assert "The same but for rounding: 4 worlds, " in told
    assert "The folder was written by another engine, whose numbers differ from today's by 1e-14 of their size" in told


def test_a_larger_difference_is_told(folder, capsys):
    change_outcome(folder, lambda value: value * (1 + 1e-12))
    assert rerun(folder) == 2
    told = capsys.readouterr().out
    assert f"{TOLD}: in 4 rows, by" in told
    assert "the model's code was changed: engine was not told, now " in told


def test_rules_of_ones_own_are_told(folder, capsys):
    change_manifest(folder, lambda manifest: manifest["scenario"].update(rules=["trust.trust"]))
    change_outcome(folder, lambda value: 0.5, "outcome:trust.japan.kazakhstan")
    assert rerun(folder) == 2
    assert "it was run with rules of one's own, which the folder does not hold: trust.trust" in capsys.readouterr().out
