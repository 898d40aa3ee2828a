"""The end of a sweep: all pieces as one table, and what they say at every point, in bounded memory."""

from __future__ import annotations

import csv
from collections.abc import Iterator
from dataclasses import dataclass
from io import StringIO
from pathlib import Path
from typing import TYPE_CHECKING, Final

import numpy as np

from steppewise.experiment.folder import saying_why
from steppewise.experiment.pieces import POINT, STATUS, read_by_points
from steppewise.experiment.study import Study
from steppewise.experiment.sweeping import PIECES, Store, write_whole
from steppewise.world.luck import Array

if TYPE_CHECKING:
    import pyarrow as pa

RESULTS: Final = "results.parquet"
SUMMARY: Final = "summary.csv"
QUANTILES: Final = {"q05": 0.05, "q25": 0.25, "median": 0.5, "q75": 0.75, "q95": 0.95}
STATISTICS: Final = ("mean", "standard_error", *QUANTILES)


@dataclass(frozen=True)
class Responses:
    """What a sweep found: for every outcome the statistics at every point, name -> (point, statistic).

    `worlds` and `failed` count the worlds of each point, (point,).
    """

    study: Study
    values: dict[str, Array]
    worlds: Array
    failed: Array

    def of(self, outcome: str, statistic: str) -> Array:
        """One statistic of an outcome at every point, (point,)."""
        column: Array = self.values[outcome][:, STATISTICS.index(statistic)]
        return column


def collect(store: Store) -> Responses:
    """Write results.parquet and summary.csv from the pieces, which must all be there; returns the summary.

    Raises SteppewiseError where they cannot be written.
    """
    import pyarrow.parquet as pq

    study = store.study
    values = {name: np.full((len(study.points), len(STATISTICS)), np.nan) for name in study.outcomes}
    worlds, failed = np.zeros(len(study.points)), np.zeros(len(study.points))
    target = store.folder / RESULTS
    unfinished = target.with_name(f".unfinished-{target.name}")
    with saying_why(store.folder):
        writer = None
        for table in _tables(store):
            writer = writer or pq.ParquetWriter(unfinished, table.schema, compression="zstd")
            writer.write_table(table)
            _take_in(table, values, worlds, failed)
        if writer is not None:
            writer.close()
            unfinished.replace(target)
    responses = Responses(study, values, worlds, failed)
    write_whole(store.folder / SUMMARY, summary_text(responses).encode())
    return responses


def _tables(store: Store) -> Iterator[pa.Table]:
    return read_by_points(store.folder / PIECES, len(store.study.points), store.worlds)


def _take_in(table: pa.Table, values: dict[str, Array], worlds: Array, failed: Array) -> None:
    """Add the points of a table, which holds each of its points whole, to the summary."""
    point = table[POINT].to_numpy()
    good = table[STATUS].to_numpy(zero_copy_only=False) == "ok"
    present, starts = np.unique(point, return_index=True)
    stops = [*starts[1:], len(point)]
    columns = {name: table[name].to_numpy() for name in values}
    for number, start, stop in zip(present, starts, stops, strict=True):
        rows = slice(start, stop)
        worlds[number], failed[number] = stop - start, (~good[rows]).sum()
        for name, column in columns.items():
            values[name][number] = statistics(column[rows][good[rows]])


def statistics(values: Array) -> Array:
    """Mean, standard error and quantiles of the worlds of a point, in the order of STATISTICS; NaN without worlds."""
    count = len(values)
    if count == 0:
        return np.full(len(STATISTICS), np.nan)
    error = values.std(ddof=1) / count**0.5 if count > 1 else np.nan
    return np.array([values.mean(), error, *np.quantile(values, list(QUANTILES.values()))])


def summary_text(responses: Responses) -> str:
    """summary.csv: a row a point and outcome, with the factors' values, the statistics and the number of worlds."""
    study = responses.study
    text = StringIO()
    writer = csv.writer(text, lineterminator="\n")
    factors = [factor.name for factor in study.factors]
    writer.writerow(["point", *factors, "outcome", *STATISTICS, "worlds", "failed"])
    for number, point in enumerate(study.points):
        for name in study.outcomes:
            numbers = [f"{value:.10g}" for value in (*point, *responses.values[name][number])]
            cut = len(factors)
            counts = [int(responses.worlds[number]), int(responses.failed[number])]
            writer.writerow([number, *numbers[:cut], name, *numbers[cut:], *counts])
    return text.getvalue()


def read_responses(folder: Path, study: Study) -> Responses:
    """The summary of a sweep that is complete, from its folder."""
    values = {name: np.full((len(study.points), len(STATISTICS)), np.nan) for name in study.outcomes}
    worlds, failed = np.zeros(len(study.points)), np.zeros(len(study.points))
    with (folder / SUMMARY).open(encoding="utf-8", newline="") as file:
        for row in csv.DictReader(file):
            number = int(row["point"])
            values[row["outcome"]][number] = [float(row[statistic]) for statistic in STATISTICS]
            worlds[number], failed[number] = float(row["worlds"]), float(row["failed"])
    return Responses(study, values, worlds, failed)
