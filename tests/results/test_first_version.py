"""Results of the first version are read and shown, not computed again; those of another engine are.

The second version has other equations and other parameters: no number of the first one can come out again.
"""

from __future__ import annotations

import json
import shutil
import zipfile
from collections.abc import Callable
from pathlib import Path
from typing import get_args

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

import steppewise
from steppewise.cli import main
from steppewise.errors import SteppewiseError
from steppewise.experiment.versions import ENGINE
from steppewise.results.manifest import NAME
from steppewise.results.run import Picture, load_results

ARCHIVE = Path(__file__).with_name("first_version.zip")
"""A folder of each kind, as the last commit of the first version wrote them, without figures, pages and large texts."""

RUN, KINDS = "visit-held", ("visit-held", "compare", "two-points", "sensitivity", "discovery")
OTHERS = (
    "holds other parameters than this version of steppewise knows, as powers.china.allocation.return: "
    "the model is another one, and no number can come out again"
)
TOLD = "outcome:regional_share.japan"


@pytest.fixture(scope="module")
def first(tmp_path_factory) -> Path:
    """Folders of the first version."""
    parent = tmp_path_factory.mktemp("first")
    with zipfile.ZipFile(ARCHIVE) as archive:
        archive.extractall(parent)
    return parent


def of_kind(first: Path, kind: str) -> Path:
    return next(folder for folder in first.iterdir() if folder.name.startswith(kind))


def test_a_run_of_the_first_version_is_read_and_shown(first):
    found = load_results(of_kind(first, RUN))
    stored = pq.read_table(of_kind(first, RUN) / "runs.parquet")
    assert found.outcomes["regional_share.japan"].tolist() == stored[TOLD].to_pylist()
    assert "powers.china.allocation.return" in found.parameters, "as drawn then"
    assert any("Japan's regional share" in sentence for sentence in found.sentences())
    assert all(found.plot(picture).axes for picture in get_args(Picture))
    assert "<img" in found._repr_html_()
    assert {"regional_share", "trust"} <= set(found.summary["variable"])


def test_without_its_courses_there_is_no_figure_of_them(first, tmp_path):
    folder = shutil.copytree(of_kind(first, RUN), tmp_path / RUN, ignore=shutil.ignore_patterns("series.nc"))
    found = load_results(folder)
    with pytest.raises(SteppewiseError, match=r"^the folder holds no courses: there is no series.nc$"):
        found.plot("shares")
    assert found.plot("spread").axes
    assert "<img" not in found._repr_html_()


@pytest.mark.parametrize("kind", KINDS)
def test_a_folder_of_the_first_version_is_not_computed_again(first, capsys, kind):
    folder = of_kind(first, kind)
    before = {path: path.read_bytes() for path in folder.rglob("*") if path.is_file()}
    assert rerun(folder) == 2
    out, err = capsys.readouterr()
    assert out == ""
    assert err.endswith(f".csv: {OTHERS}\n")
    assert {path: path.read_bytes() for path in folder.rglob("*") if path.is_file()} == before


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
