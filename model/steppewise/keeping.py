"""Fills a results folder: data, summary, figures and the report page, and puts it in its place."""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Final

from steppewise.analysis.findings import find
from steppewise.analysis.spread import SpreadShare
from steppewise.analysis.summary import summary
from steppewise.experiment.ensemble import Ensemble
from steppewise.experiment.folder import appearing
from steppewise.experiment.helpers import HERE, Helper
from steppewise.experiment.manifest import manifest_of, write_manifest
from steppewise.experiment.store import (
    FIGURES,
    REPORT,
    SUMMARY,
    begin_series,
    folder_name,
    is_there,
    write_data,
)
from steppewise.experiment.tables import rounded

if TYPE_CHECKING:
    import pandas as pd

DIGITS: Final = 7
"""Significant digits of summary.csv: what single precision holds."""

Stage = Callable[[str], None]


@dataclass(frozen=True)
class Keeping:
    """How to keep results.

    force: replace a folder that is there. pages: draw figures and write the report page. stage: told what comes
    next. helper: writes the trajectories meanwhile.
    """

    force: bool = False
    pages: bool = True
    stage: Stage = lambda name: None
    helper: Helper = HERE


@dataclass(frozen=True)
class Outcome:
    """What a run leaves to keep: the ensemble, a way to its sources of spread, and wall times by stage.

    The sources are asked for late, since a helper may still be finding them.
    """

    ensemble: Ensemble
    shares: Callable[[], tuple[SpreadShare, ...]]
    seconds: Mapping[str, float]


def keep(run: Outcome, parent: Path, how: Keeping = Keeping()) -> Path:
    """Write the results folder below `parent` and return its path; leave one that is there, unless forced.

    Raises SteppewiseError where the folder cannot be written.
    """
    target = parent / folder_name(run.ensemble.spec, run.ensemble.plan)
    return put(target, how.force, lambda folder: fill(folder, run, how))


def put(target: Path, force: bool, fill: Callable[[Path], None]) -> Path:
    """Let a folder be filled, and put it in its place when it is whole; leave one that is there, unless forced.

    Raises SteppewiseError where it cannot be written.
    """
    if is_there(target) and not force:
        return target
    with appearing(target, replace=force) as folder:
        fill(folder)
    return target


def fill(folder: Path, run: Outcome, how: Keeping) -> None:
    """Write all files of a results folder; the manifest, which tells the time taken, comes last."""
    started, ensemble = time.perf_counter(), run.ensemble
    series = begin_series(folder, ensemble, how.helper) if ensemble.trajectories else None
    how.stage("Writing tables")
    write_summary(folder / SUMMARY, summary(ensemble))
    write_data(folder, ensemble)
    if how.pages:
        _write_pages(folder, run, how.stage)
    shares = run.shares()
    if series is not None:
        how.stage("Writing trajectories")
        series.result()
    seconds = {**run.seconds, "writing": time.perf_counter() - started}
    write_manifest(folder, manifest_of(ensemble, [asdict(share) for share in shares], seconds))


def _write_pages(folder: Path, run: Outcome, stage: Stage) -> None:
    from steppewise.report.figures import draw_courses, draw_sources
    from steppewise.report.page import write_report

    stage("Drawing figures")
    (folder / FIGURES).mkdir()
    courses = draw_courses(run.ensemble, folder / FIGURES)
    shares = run.shares()
    figures = (*courses, *draw_sources(run.ensemble, shares, folder / FIGURES))
    write_report(folder / REPORT, run.ensemble, find(run.ensemble, shares), shares, figures)


def write_summary(path: Path, table: pd.DataFrame) -> None:
    """Write the summary as text, its values to as many digits as they hold."""
    import pyarrow as pa
    import pyarrow.csv as pc

    columns = {name: pa.array(table[name]) for name in table.columns}
    columns["value"] = pa.array(rounded(table["value"].to_numpy(), DIGITS))
    plain = [c.cast(pa.string()) if pa.types.is_dictionary(c.type) else c for c in columns.values()]
    with path.open("wb") as stream:
        stream.write(f"{','.join(columns)}\n".encode())
        options = pc.WriteOptions(include_header=False, quoting_style="none")
        pc.write_csv(pa.table(plain, list(columns)), stream, options)
