"""A sweep and its store: pieces that are written whole or not at all, resumed by asking again.

    sweeps/trust-against-money-3f2a9c1b/
        manifest.json    versions, what was asked, which worlds are asked for so far
        scenario.yaml    the scenario, resolved
        points.csv       number and factor values of every point
        pieces/          a Parquet file a piece: point, world, status, outcomes
        series/          the same over time, where the study keeps it
        results.parquet  all pieces together, by point and world, once all are there
        summary.csv      mean, standard error and quantiles of every outcome at every point

The folder's name covers all that a number depends on but the number of worlds: asking for more adds to what is there.
"""

from __future__ import annotations

import json
import os
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from hashlib import sha256
from pathlib import Path
from typing import Any, Final

import numpy as np

from steppewise import __version__
from steppewise.errors import Problem, SteppewiseError
from steppewise.experiment.block import BlockResult
from steppewise.experiment.executors import Executor
from steppewise.experiment.folder import appearing, saying_why
from steppewise.experiment.manifest import LAYOUT, commit, versions
from steppewise.experiment.pieces import outcomes_table, series_table, variables_of, write_table
from steppewise.experiment.study import Piece, Study, task_of
from steppewise.scenario.freeze import fingerprint, freeze
from steppewise.world.luck import Array

MANIFEST: Final = "manifest.json"
PIECES: Final = "pieces"
SERIES: Final = "series"
POINTS: Final = "points.csv"


@dataclass(frozen=True)
class Layer:
    """Worlds that were asked for at one time: from `first` up to `stop`."""

    first: int
    stop: int


@dataclass(frozen=True)
class Store:
    """The folder of a sweep and the layers of worlds that belong to it."""

    folder: Path
    study: Study
    layers: tuple[Layer, ...]

    @property
    def worlds(self) -> int:
        """Worlds at each point when all pieces are there."""
        return self.layers[-1].stop

    def all_pieces(self) -> Iterator[tuple[Path, Piece]]:
        """Every piece with the file that it belongs into."""
        for layer in self.layers:
            for piece in replace(self.study, worlds=layer.stop).pieces(layer.first):
                yield self.folder / PIECES / f"w{layer.first:07d}-{layer.stop:07d}-{piece.number:07d}.parquet", piece

    def missing(self) -> Iterator[tuple[Path, Piece]]:
        """Pieces that are not there yet."""
        return ((path, piece) for path, piece in self.all_pieces() if not path.exists())


def store_name(study: Study) -> str:
    """`trust-against-money-3f2a9c1b`: covers all that a number depends on, but the number of worlds."""
    factors = [(f.name, f.kind, f.targets, f.way) for f in study.factors]
    points = sha256(np.ascontiguousarray(study.points)).hexdigest()
    asked = (fingerprint(study.spec), factors, points, study.seed, study.uncertainty, study.outcomes, study.keep)
    return f"{study.name}-{sha256(repr((asked, __version__)).encode()).hexdigest()[:8]}"


def open_store(study: Study, parent: Path) -> Store:
    """The store of a study, made where it is not there yet, and made larger where more worlds are asked for.

    Raises SteppewiseError where the folder cannot be written or holds something else.
    """
    folder = parent / store_name(study)
    if not folder.exists():
        store = Store(folder, study, (Layer(0, study.worlds),))
        with appearing(folder) as unfinished:
            _fill(replace(store, folder=unfinished))
        return store
    store = Store(folder, study, _layers(folder, study))
    _sweep_out(folder)
    if study.worlds > store.worlds:
        store = replace(store, layers=(*store.layers, Layer(store.worlds, study.worlds)))
        _write_manifest(store)
    return store


def _fill(store: Store) -> None:
    (store.folder / PIECES).mkdir()
    (store.folder / "scenario.yaml").write_text(freeze(store.study.spec), encoding="utf-8")
    header = ",".join(["point", *(factor.name for factor in store.study.factors)])
    numbered = np.column_stack([np.arange(len(store.study.points)), store.study.points])
    formats = ["%d", *["%.17g"] * len(store.study.factors)]
    np.savetxt(store.folder / POINTS, numbered, fmt=formats, delimiter=",", header=header, comments="")
    _write_manifest(store)


def _write_manifest(store: Store) -> None:
    study = store.study
    manifest = {
        "layout": LAYOUT,
        "kind": "sweep",
        "study": store_name(study),
        "title": study.title,
        "question": study.question,
        "scenario": {"name": study.spec.name, "hash": fingerprint(study.spec)},
        "versions": versions(),
        "commit": commit(),
        "design": study.design,
        "points": len(study.points),
        "layers": [[layer.first, layer.stop] for layer in store.layers],
        "seed": study.seed,
        "uncertainty": study.uncertainty,
        "factors": [{"name": f.name, "way": f.way, "low": f.low, "high": f.high} for f in study.factors],
        "outcomes": list(study.outcomes),
        "keep": study.keep,
    }
    write_whole(store.folder / MANIFEST, json.dumps(manifest, indent=2, ensure_ascii=False).encode())


def write_whole(path: Path, content: bytes) -> None:
    """Write a file that is there whole or not at all. Raises SteppewiseError where it cannot be."""
    with saying_why(path.parent):
        unfinished = path.with_name(f".unfinished-{os.getpid()}-{path.name}")
        try:
            with unfinished.open("wb") as file:
                file.write(content)
                file.flush()
                os.fsync(file.fileno())
            unfinished.replace(path)
        finally:
            unfinished.unlink(missing_ok=True)


def read_sweep_manifest(folder: Path) -> Mapping[str, Any]:
    """The manifest of a sweep's folder. Raises SteppewiseError where it is none, or of another layout."""
    path = folder / MANIFEST
    try:
        manifest = json.loads(path.read_text(encoding="utf-8"))
    except FileNotFoundError:
        raise SteppewiseError(
            Problem("is not the folder of a sweep: it has no manifest.json", file=str(folder))
        ) from None
    except (ValueError, OSError) as error:
        raise SteppewiseError(Problem(f"is damaged: {error}", file=str(path))) from None
    if not isinstance(manifest, dict) or manifest.get("kind") != "sweep":
        raise SteppewiseError(Problem("is not the folder of a sweep", file=str(folder)))
    if manifest.get("layout") != LAYOUT:
        raise SteppewiseError(Problem(f"has layout {manifest.get('layout')}, not {LAYOUT}", file=str(folder)))
    return manifest


def _layers(folder: Path, study: Study) -> tuple[Layer, ...]:
    """The layers of a store that is there. Raises SteppewiseError where it belongs to another study."""
    manifest = read_sweep_manifest(folder)
    if manifest.get("study") != store_name(study):
        raise SteppewiseError(
            Problem(f"holds the sweep '{manifest.get('study')}', of another version or scenario", file=str(folder))
        )
    return tuple(Layer(first, stop) for first, stop in manifest["layers"])


def _sweep_out(folder: Path) -> None:
    """Remove what a killed process left unfinished."""
    for leftover in folder.rglob(".unfinished-*"):
        leftover.unlink(missing_ok=True)


@dataclass(frozen=True)
class Report:
    """How far a sweep is: rows in all, and rows that were there before."""

    rows: int
    found: int


def run_missing(store: Store, executor: Executor) -> Iterator[int]:
    """Compute and write the pieces that are missing; yields the rows of each as it is there.

    Raises SteppewiseError where a piece cannot be written; what was written stays.
    """
    study = store.study
    paths: dict[tuple[int, int, int], Path] = {}

    def tasks() -> Iterator[Any]:
        for path, piece in store.missing():
            paths[_key(piece)] = path
            yield task_of(study, piece, variables_of(study))

    for task, result in executor.run(tasks()):
        write_piece(paths.pop(_key(task.piece)), study, task.piece, result)
        yield task.piece.rows


def _key(piece: Piece) -> tuple[int, int, int]:
    return piece.first, piece.worlds, piece.number


def write_piece(path: Path, study: Study, piece: Piece, result: BlockResult) -> None:
    """Write a piece: what it keeps over time first, so that a piece that is there is there with all it keeps."""
    if study.keep != "outcomes":
        over_time = path.parents[1] / SERIES
        with saying_why(over_time):
            over_time.mkdir(exist_ok=True)
        write_whole(over_time / path.name, write_table(series_table(study, piece, result)))
    write_whole(path, write_table(outcomes_table(piece, result)))


def rows_of(store: Store) -> Report:
    """How many rows there are to be, and are."""
    found = sum(piece.rows for path, piece in store.all_pieces() if path.exists())
    return Report(sum(piece.rows for _, piece in store.all_pieces()), found)


def values_of(point: Array, study: Study) -> dict[str, float]:
    """A point's values by factor name."""
    return {factor.name: float(value) for factor, value in zip(study.factors, point, strict=True)}
