"""Fills a results folder: data, summary, figures and the report page, and puts it in its place."""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Final

from steppewise.analysis.spread import SpreadShare
from steppewise.analysis.summary import summary_table
from steppewise.arrays import numbers, values
from steppewise.experiment.ensemble import Ensemble
from steppewise.experiment.folder import appearing
from steppewise.experiment.manifest import manifest_of, write_manifest
from steppewise.experiment.store import (
    SUMMARY,
    folder_name,
    is_there,
    write_data,
)
from steppewise.experiment.tables import rounded
from steppewise.report.beside import Pages, write_pages

if TYPE_CHECKING:
    import pyarrow as pa

DIGITS: Final = 7
"""Significant digits of summary.csv: what single precision holds."""

Stage = Callable[[str], None]


@dataclass(frozen=True)
class Keeping:
    """How to keep results.

    force: replace a folder that is there. pages: draw figures and write the report page. stage: told what comes
    next. beside: makes figures and page meanwhile.
    """

    force: bool = False
    pages: bool = True
    stage: Stage = lambda name: None
    beside: Pages = field(default_factory=lambda: Pages(None))


def keep(
    ensemble: Ensemble,
    shares: Sequence[SpreadShare],
    seconds: Mapping[str, float],
    parent: Path,
    how: Keeping = Keeping(),
) -> Path:
    """Write the results folder below `parent` and return its path; leave one that is there, unless forced.

    `shares` say what the spread rests on, `seconds` are wall times by stage. Raises SteppewiseError where the folder
    cannot be written.
    """
    target = parent / folder_name(ensemble.spec, ensemble.plan)
    return put(target, how.force, lambda folder: _fill(folder, ensemble, shares, seconds, how))


def put(target: Path, force: bool, fill: Callable[[Path], None]) -> Path:
    """Let a folder be filled, and put it in its place when it is whole; leave one that is there, unless forced.

    Raises SteppewiseError where it cannot be written.
    """
    if is_there(target) and not force:
        return target
    with appearing(target, replace=force) as folder:
        fill(folder)
    return target


def _fill(
    folder: Path, ensemble: Ensemble, shares: Sequence[SpreadShare], seconds: Mapping[str, float], how: Keeping
) -> None:
    """Write all files of a results folder; the manifest, which tells the time taken, comes last."""
    started = time.perf_counter()
    how.stage("Writing tables")
    write_summary(folder / SUMMARY, summary_table(ensemble))
    write_data(folder, ensemble)
    if how.pages:
        how.stage("Drawing figures")
        if not how.beside.finish(folder, ensemble, shares):
            write_pages(folder, ensemble, shares)
    taken = {**seconds, "writing": time.perf_counter() - started}
    write_manifest(folder, manifest_of(ensemble, [asdict(share) for share in shares], taken))


def write_summary(path: Path, table: pa.Table) -> None:
    """Write the summary as text, its values to as many digits as they hold."""
    import pyarrow as pa
    import pyarrow.csv as pc

    columns: dict[str, object] = {name: table[name] for name in table.column_names}
    columns["value"] = numbers(rounded(values(table["value"]), DIGITS))
    with path.open("wb") as stream:
        stream.write(f"{','.join(columns)}\n".encode())
        options = pc.WriteOptions(include_header=False, quoting_style="none")
        pc.write_csv(pa.table(columns), stream, options)
