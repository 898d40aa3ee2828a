"""The verb `discover`: which combinations of assumptions lead to an outcome of interest."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Final

from steppewise.analysis.discovery import FRESH, SEARCH, SIZE, WORLDS, Discovery, Search, boxes_in, samples_of, seek
from steppewise.analysis.telling_discovery import doubts, sentences
from steppewise.experiment.ensemble import Progress
from steppewise.experiment.executors import executor_of
from steppewise.experiment.folder import FIGURES, REPORT
from steppewise.experiment.manifest import DISCOVERY, Manifest, read_manifest, write_manifest
from steppewise.experiment.store import reading
from steppewise.experiment.tables import OUTCOME
from steppewise.inquiry.folder import (
    DESIGN,
    folder_name,
    manifest_of,
    read_design,
    write_design,
    write_rows,
    write_specs,
)
from steppewise.inquiry.kept import Answer, drawn, found_or
from steppewise.inquiry.target import Asked, target_of
from steppewise.keeping import Keeping
from steppewise.scenario.own_rules import NO_RULES, Rule

if TYPE_CHECKING:
    from matplotlib.figure import Figure

    from steppewise.report.page import Shown

BOXES: Final = "boxes.csv"
PATHS: Final = "paths.csv"
OF_INTEREST: Final = "of_interest"
COLUMNS: Final = (
    *("box", "name", "low", "high", "unit", "evidence", "quasi_p", "coverage", "density", "mass"),
    *("found_coverage", "found_density", "points"),
)
STEPS: Final = ("box", "step", "chosen", "coverage", "density", "mass", "restricted", "points")


@dataclass(frozen=True, eq=False)
class DiscoveryResults(Answer[Discovery]):
    """In which boxes of assumptions an outcome of interest is frequent: a table, words, figures, a folder."""

    columns = COLUMNS

    @property
    def subject(self) -> Search:
        """What was asked."""
        return self.found.asked

    def rows(self) -> Iterator[tuple[object, ...]]:
        """A row for each restriction of each box, as in boxes.csv."""
        return box_rows(self.found)

    @property
    def name(self) -> str:
        """The name of the results folder."""
        return name_of(self.subject)

    def sentences(self) -> list[str]:
        """What was found, in words, and what speaks against it."""
        return [*sentences(self.found), *doubts(self.found)]

    def drawings(self) -> Mapping[str, Callable[[], Figure]]:
        """The figures by name; none where no box was found."""
        from steppewise.report.discovery_figures import drawings

        return drawings(self.found)

    def plot(self, picture: str = "boxes") -> Figure:
        """One of the figures: the boxes' ranges ("boxes"), or coverage against density ("paths")."""
        return drawn(self.drawings(), picture)

    def shown(self) -> Shown:
        """What a notebook shows of it."""
        from steppewise.report.inquiry_page import of_discovery

        return of_discovery(self.found, self.sentences())

    def fill(self, folder: Path, how: Keeping) -> None:
        """Write all files; the manifest, which tells the time taken, comes last."""
        _fill(folder, self.found, how)

    def __repr__(self) -> str:
        return f"<Discovery of {self.subject.condition.text} in {self.subject.name}: {len(self.found.boxes)} boxes>"


def discover(
    target: Asked,
    outcome: str,
    size: int = SIZE,
    worlds: int = WORLDS,
    density: float | None = None,
    seed: int = 0,
    workers: int = 1,
    overrides: Sequence[str] = (),
    rules: Mapping[str, Rule] = NO_RULES,
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
        workers: threads to share the worlds among.
        overrides: parameters to set, such as `powers.japan.execution=0.9`.
        rules: functions in place of the model's rules, by names such as `trust.trust`.
        progress: called with the rows done since the last call.

    Raises SteppewiseError for whatever the user can mend.
    """
    return answered(search_of(target, outcome, size, worlds, density, seed, overrides, rules), workers, progress)


def search_of(
    target: Asked,
    outcome: str,
    size: int = SIZE,
    worlds: int = WORLDS,
    density: float | None = None,
    seed: int = 0,
    overrides: Sequence[str] = (),
    rules: Mapping[str, Rule] = NO_RULES,
) -> Search:
    """The search of these words, checked. Raises SteppewiseError."""
    about = target_of(target, overrides, rules)
    return Search(**about.setting(worlds, seed), text=outcome, size=size, density=density)


def answered(search: Search, workers: int, progress: Progress) -> DiscoveryResults:
    """Run the model for a search. Raises SteppewiseError."""
    return DiscoveryResults(seek(search, executor_of("local", workers, None), progress))


# the folder ---------------------------------------------------------------------------------------------


def name_of(search: Search) -> str:
    """The name of a search's folder."""
    return folder_name(DISCOVERY, search, search.condition.text, search.size, search.density)


def _fill(folder: Path, found: Discovery, how: Keeping) -> None:
    """Write all files; the manifest, which tells the time taken, comes last."""
    started, asked = time.perf_counter(), found.asked
    how.stage("Writing tables")
    write_specs(folder, asked)
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
    means, interest = f"{OUTCOME}{search.condition.quantity.name}", OF_INTEREST
    found = read_design(path, {means: means, interest: interest})
    of_interest = {sample: columns[interest].astype(bool) for sample, columns in found.items()}
    values = {sample: columns[means] for sample, columns in found.items()}
    return boxes_in(search, of_interest, values, manifest["seconds"])


def found_or_answered(
    search: Search, parent: Path, workers: int, how: Keeping, progress: Progress
) -> tuple[DiscoveryResults, bool]:
    """The answer in its folder below `parent`, and whether it was there already. Raises SteppewiseError."""
    target = parent / name_of(search)
    return found_or(target, how, lambda folder: load(folder, search), lambda: answered(search, workers, progress))
