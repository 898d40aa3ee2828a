"""Fills a results folder: data, summary, figures and the report page, and puts it in its place."""

from __future__ import annotations

import time
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Final

import numpy as np

from steppewise.experiment.folder import appearing
from steppewise.experiment.store import FIGURES, REPORT, SUMMARY, folder_name, is_there, write_data

if TYPE_CHECKING:
    import pandas as pd

    from steppewise.api import Results

DIGITS: Final = 7
"""Significant digits of summary.csv: what single precision holds."""

Stage = Callable[[str], None]


def keep(results: Results, parent: Path, force: bool = False, stage: Stage = lambda name: None) -> Path:
    """Write the results folder below `parent` and return its path; leave one that is there, unless forced.

    `stage` is told what comes next. Raises SteppewiseError where the folder cannot be written.
    """
    target = parent / folder_name(results.spec, results.ensemble.plan)
    if is_there(target) and not force:
        return target
    with appearing(target, replace=force) as folder:
        fill(folder, results, stage)
    return target


def fill(folder: Path, results: Results, stage: Stage) -> None:
    """Write all files of a results folder; the manifest, which tells the time taken, comes last."""
    from steppewise.api import as_rows

    started = time.perf_counter()
    stage("Drawing figures")
    _write_pages(folder, results)
    stage("Writing tables")
    write_summary(folder / SUMMARY, results.summary)
    seconds = {**results.seconds, "figures": time.perf_counter() - started}
    write_data(folder, results.ensemble, as_rows(results.shares), seconds)


def _write_pages(folder: Path, results: Results) -> None:
    from steppewise.report.figures import draw_figures
    from steppewise.report.page import write_report

    (folder / FIGURES).mkdir()
    drawn = draw_figures(results.ensemble, results.shares, folder / FIGURES)
    write_report(folder / REPORT, results.ensemble, results.findings, results.shares, drawn)


def write_summary(path: Path, table: pd.DataFrame) -> None:
    """Write the summary as text, its values to as many digits as they hold."""
    import pyarrow as pa
    import pyarrow.csv as pc

    columns = {name: pa.array(table[name]) for name in table.columns}
    columns["value"] = pa.array(rounded(table["value"].to_numpy()))
    plain = [c.cast(pa.string()) if pa.types.is_dictionary(c.type) else c for c in columns.values()]
    pc.write_csv(pa.table(plain, list(columns)), path, pc.WriteOptions(quoting_style="none"))


def rounded(values: np.ndarray) -> np.ndarray:
    """Values to DIGITS significant digits."""
    size = np.floor(np.log10(np.abs(values), out=np.zeros_like(values), where=values != 0))
    scale = 10.0 ** (DIGITS - 1 - size)
    return np.round(values * scale) / scale
