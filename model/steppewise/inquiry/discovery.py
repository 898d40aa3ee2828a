"""The verb `discover`: which combinations of assumptions lead to an outcome of interest."""

from __future__ import annotations

import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from os import PathLike
from pathlib import Path
from typing import TYPE_CHECKING, Final

import numpy as np

from steppewise.analysis.discovery import FRESH, SEARCH, SIZE, WORLDS, Discovery, Search, boxes_in, samples_of, seek
from steppewise.analysis.telling_discovery import doubts, sentences
from steppewise.errors import Problem, SteppewiseError
from steppewise.experiment.ensemble import Progress
from steppewise.experiment.manifest import DISCOVERY, Manifest, read_manifest, write_manifest
from steppewise.experiment.store import FIGURES, REPORT, is_there, reading, write_spec
from steppewise.experiment.tables import OUTCOME
from steppewise.inquiry.folder import DESIGN, executor_for, folder_name, kept, manifest_of, write_design, write_rows
from steppewise.inquiry.target import Asked, target_of
from steppewise.keeping import Keeping

if TYPE_CHECKING:
    import pandas as pd
    from matplotlib.figure import Figure

BOXES: Final = "boxes.csv"
PATHS: Final = "paths.csv"
OF_INTEREST: Final = "of_interest"
COLUMNS: Final = (
    *("box", "name", "low", "high", "unit", "evidence", "quasi_p", "coverage", "density", "mass"),
    *("found_coverage", "found_density", "points"),
)
STEPS: Final = ("box", "step", "chosen", "coverage", "density", "mass", "restricted", "points")


@dataclass(frozen=True, eq=False)
class DiscoveryResults:
    """In which boxes of assumptions an outcome of interest is frequent: as a table, in words, as figures, in a folder.

    `folder` is where the results lie, None before they are saved.
    """

    found: Discovery
    folder: Path | None = None

    @property
    def asked(self) -> Search:
        """What was asked."""
        return self.found.asked

    @cached_property
    def table(self) -> pd.DataFrame:
        """A row for each restriction of each box, as in boxes.csv."""
        import pandas as pd

        return pd.DataFrame(list(box_rows(self.found)), columns=list(COLUMNS))

    def sentences(self) -> list[str]:
        """What was found, in words, and what speaks against it."""
        return [*sentences(self.found), *doubts(self.found)]

    def plot(self, picture: str = "boxes") -> Figure:
        """One of the figures: the boxes' ranges, or coverage against density on the way to them."""
        from steppewise.report.discovery_figures import drawings

        known = drawings(self.found)
        if picture not in known:
            raise SteppewiseError(Problem(f"there is no figure '{picture}'", allowed=", ".join(known)))
        return known[picture]()

    def save(self, folder: str | PathLike[str] = "results", force: bool = False) -> Path:
        """Write the results folder into `folder` and return its path; where it is there already, leave it.

        With `force` it is written again. Raises SteppewiseError where it cannot be written.
        """
        return keep(self, Path(folder), Keeping(force))

    def __repr__(self) -> str:
        return f"<Discovery of {self.asked.condition.text} in {self.asked.name}: {len(self.found.boxes)} boxes>"

    def _repr_html_(self) -> str:
        from steppewise.report.notebook import as_html

        return as_html(self.asked.title, self.plot() if self.found.boxes else None, self.sentences())


def discover(
    target: Asked,
    outcome: str,
    size: int = SIZE,
    worlds: int = WORLDS,
    density: float | None = None,
    seed: int = 0,
    workers: int = 1,
    overrides: Sequence[str] = (),
    progress: Progress = lambda rows: None,
) -> DiscoveryResults:
    """Tell which combinations of assumptions lead to an outcome of interest.

    Args:
        target: a scenario, of which every parameter with a range varies, or an experiment, with what it varies.
        outcome: a condition, such as `regional_share.japan > 0.1`, `autonomy.kazakhstan < 0.3`, `ahead.japan.russia`.
        size: points of each of two samples, one to search in and one to judge by; a power of two.
        worlds: at every point, always the same ones; a point counts where the condition holds in most of them.
        density: the least density of a box; None balances coverage and density.
        seed: a whole number from 0 up; the same seed gives the same points and worlds.
        workers: processes to share the worlds among.
        overrides: parameters to set, such as `powers.japan.execution=0.9`.
        progress: called with the rows done since the last call.

    Raises SteppewiseError for whatever the user can mend.
    """
    return answered(search_of(target, outcome, size, worlds, density, seed, overrides), workers, progress)


def search_of(
    target: Asked,
    outcome: str,
    size: int = SIZE,
    worlds: int = WORLDS,
    density: float | None = None,
    seed: int = 0,
    overrides: Sequence[str] = (),
) -> Search:
    """The search of these words, checked. Raises SteppewiseError."""
    about = target_of(target, overrides)
    return Search(**about.setting(worlds, seed), text=outcome, size=size, density=density)


def answered(search: Search, workers: int, progress: Progress) -> DiscoveryResults:
    """Run the model for a search. Raises SteppewiseError."""
    return DiscoveryResults(seek(search, executor_for(workers, search), progress))


# the folder ---------------------------------------------------------------------------------------------


def name_of(search: Search) -> str:
    """The name of a search's folder."""
    return folder_name(DISCOVERY, search, search.condition.text, search.size, search.density)


def keep(results: DiscoveryResults, parent: Path, how: Keeping) -> Path:
    """Write the folder below `parent` and return its path; leave one that is there, unless forced."""
    return kept(parent / name_of(results.asked), how, lambda folder: _fill(folder, results.found, how))


def _fill(folder: Path, found: Discovery, how: Keeping) -> None:
    """Write all files; the manifest, which tells the time taken, comes last."""
    started, asked = time.perf_counter(), found.asked
    how.stage("Writing tables")
    write_spec(folder, asked.spec)
    write_rows(folder / BOXES, COLUMNS, box_rows(found))
    write_rows(folder / PATHS, STEPS, _steps(found))
    of_interest = {SEARCH: found.cases.of_interest, FRESH: found.fresh.of_interest}
    name = f"{OUTCOME}{asked.condition.quantity.name}"
    columns = {s: {name: found.values[s], OF_INTEREST: holds.astype(float)} for s, holds in of_interest.items()}
    write_design(folder / DESIGN, samples_of(asked), columns)
    if how.pages:
        how.stage("Drawing figures")
        _write_pages(folder, found)
    seconds = {**found.seconds, "writing": time.perf_counter() - started}
    write_manifest(
        folder,
        manifest_of(
            DISCOVERY,
            asked,
            seconds,
            condition=asked.condition.text,
            size=asked.size,
            density=asked.density,
            base_rate=found.base_rate,
            boxes=len(found.boxes),
        ),
    )


def _write_pages(folder: Path, found: Discovery) -> None:
    from steppewise.report.discovery_figures import draw_discovery
    from steppewise.report.inquiry_page import write_discovery

    (folder / FIGURES).mkdir()
    write_discovery(folder / REPORT, found, draw_discovery(found, folder / FIGURES))


def box_rows(found: Discovery) -> Iterator[tuple[object, ...]]:
    """A row for each restriction of each box: COLUMNS."""
    for number, box in enumerate(found.boxes, start=1):
        qualities = (box.fresh.coverage, box.fresh.density, box.fresh.mass, box.found.coverage, box.found.density)
        for one in found.restrictions(box):
            factor = found.asked.factor(one.factor)
            values = (one.low_value, one.high_value, factor.unit, factor.evidence, one.quasi_p)
            yield number, one.factor, *values, *qualities, box.fresh.points


def _steps(found: Discovery) -> Iterator[tuple[object, ...]]:
    """A row for each step on the way to each box: STEPS."""
    for number, box in enumerate(found.boxes, start=1):
        for place, step in enumerate(box.path):
            chosen = "yes" if place == box.chosen else "no"
            yield number, place, chosen, step.coverage, step.density, step.mass, step.restricted, step.points


def load(folder: Path, search: Search) -> DiscoveryResults:
    """The answer to a search from its folder: boxes are sought anew in the points that are there.

    Raises SteppewiseError where the folder is damaged.
    """
    manifest = read_manifest(folder, DISCOVERY)
    found = reading(folder / DESIGN, lambda path: _read(path, search, manifest), DISCOVERY)
    return DiscoveryResults(found, folder)


def _read(path: Path, search: Search, manifest: Manifest) -> Discovery:
    import pyarrow.parquet as pq

    name = f"{OUTCOME}{search.condition.quantity.name}"
    table = pq.read_table(path, columns=["design", name, OF_INTEREST])
    samples = np.array(table["design"].to_pylist())
    values, holds = table[name].to_numpy(), table[OF_INTEREST].to_numpy()
    parts = {sample: samples == sample for sample in dict.fromkeys(samples.tolist())}
    of_interest = {sample: holds[part].astype(bool) for sample, part in parts.items()}
    means = {sample: values[part] for sample, part in parts.items()}
    return boxes_in(search, of_interest, means, manifest["seconds"])


def found_or_answered(
    search: Search, parent: Path, workers: int, how: Keeping, progress: Progress
) -> tuple[DiscoveryResults, bool]:
    """The answer in its folder below `parent`, and whether it was there already. Raises SteppewiseError."""
    target = parent / name_of(search)
    if is_there(target) and not how.force:
        return load(target, search), True
    results = answered(search, workers, progress)
    return replace(results, folder=keep(results, parent, how)), False
