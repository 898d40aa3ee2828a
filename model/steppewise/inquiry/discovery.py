"""The verb `discover`: which combinations of assumptions lead to an outcome of interest."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Final

from steppewise.analysis.discovery import FRESH, SEARCH, SIZE, WORLDS, Discovery, Search, boxes_in, samples_of, seek
from steppewise.analysis.telling_discovery import doubts, sentences
from steppewise.experiment.ensemble import Progress
from steppewise.experiment.manifest import DISCOVERY, Manifest
from steppewise.experiment.store import reading
from steppewise.experiment.tables import OUTCOME
from steppewise.inquiry.kept import DESIGN, Answer, Columns, Drawings, Kind, drawn, read_design, write_rows
from steppewise.inquiry.target import Asked, Target, target_of
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


# the folder ---------------------------------------------------------------------------------------------


def _asked(search: Search) -> Mapping[str, object]:
    return {"condition": search.condition.text, "size": search.size, "density": search.density}


def _rows(found: Discovery) -> Iterator[tuple[object, ...]]:
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


def _at_points(found: Discovery) -> Columns:
    """The mean of what the condition is about, and whether it holds."""
    name, of_interest = _mean(found.asked), {SEARCH: found.cases.of_interest, FRESH: found.fresh.of_interest}
    return {s: {name: found.values[s], OF_INTEREST: holds.astype(float)} for s, holds in of_interest.items()}


def _mean(search: Search) -> str:
    return f"{OUTCOME}{search.condition.quantity.name}"


def _read(folder: Path, search: Search, manifest: Manifest) -> Discovery:
    """Boxes are sought anew in the points that are there."""

    def read(path: Path) -> Discovery:
        found = read_design(path, {name: name for name in (_mean(search), OF_INTEREST)})
        of_interest = {sample: columns[OF_INTEREST].astype(bool) for sample, columns in found.items()}
        values = {sample: columns[_mean(search)] for sample, columns in found.items()}
        return boxes_in(search, of_interest, values, manifest["seconds"])

    return reading(folder / DESIGN, read, DISCOVERY)


def _write_page(page: Path, found: Discovery, figures: Path) -> None:
    from steppewise.report.figures.of_discovery import draw_discovery
    from steppewise.report.inquiry_page import write_discovery

    write_discovery(page, found, draw_discovery(found, figures))


KIND: Final = Kind(
    DISCOVERY, BOXES, COLUMNS, _asked, seek, _read, _rows, lambda search: samples_of(search), _at_points, _write_page
)


@dataclass(frozen=True, eq=False)
class DiscoveryResults(Answer[Search, Discovery]):
    """In which boxes of assumptions an outcome of interest is frequent: a table, words, figures, a folder."""

    kind = KIND

    @property
    def subject(self) -> Search:
        """What was asked."""
        return self.found.asked

    def sentences(self) -> list[str]:
        """What was found, in words, and what speaks against it."""
        return [*sentences(self.found), *doubts(self.found)]

    def drawings(self) -> Drawings:
        """The figures by name; none where no box was found."""
        from steppewise.report.figures.of_discovery import drawings

        return drawings(self.found)

    def plot(self, picture: str = "boxes") -> Figure:
        """One of the figures: the boxes' ranges ("boxes"), or coverage against density ("paths")."""
        return drawn(self.drawings(), picture)

    def shown(self) -> Shown:
        """What a notebook shows of it."""
        from steppewise.report.inquiry_page import of_discovery

        return of_discovery(self.found, self.sentences())

    def write_tables(self, folder: Path) -> None:
        """Write the scenarios, the boxes, the way to each, and all points."""
        super().write_tables(folder)
        write_rows(folder / PATHS, STEPS, _steps(self.found))

    def manifest(self, seconds: Mapping[str, float]) -> Manifest:
        """What the folder says of itself."""
        told = super().manifest(seconds)
        return {**told, "base_rate": self.found.base_rate, "boxes": len(self.found.boxes)}

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
    search = search_of(target_of(target, overrides, rules), outcome, size, worlds, density, seed)
    return DiscoveryResults.answered(search, workers, progress)


def search_of(about: Target, outcome: str, size: int, worlds: int, density: float | None, seed: int) -> Search:
    """The search of these words, checked. Raises SteppewiseError."""
    return Search(**about.setting(worlds, seed), text=outcome, size=size, density=density)
