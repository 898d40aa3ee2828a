"""The verb `discover`: which combinations of assumptions lead to an outcome of interest."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final, Self

from steppewise.analysis.discovery import FRESH, SEARCH, SIZE, WORLDS, Discovery, Search, boxes_in, samples_of, seek
from steppewise.experiment.ensemble import Progress
from steppewise.results.kind import figure_of
from steppewise.results.manifest import DISCOVERY, Entries, read_manifest
from steppewise.results.question import (
    DESIGN,
    Answer,
    Asked,
    QuestionManifest,
    StoredQuestion,
    Target,
    read_design,
    read_question,
    target_of,
    write_design,
)
from steppewise.results.tables import OUTCOME, intact, write_rows
from steppewise.scenario.own_rules import NO_RULES, Rule
from steppewise.wording.discovery import doubts, sentences

if TYPE_CHECKING:
    from matplotlib.figure import Figure

    from steppewise.report.page import Shown

PATHS: Final = "paths.csv"
OF_INTEREST: Final = "of_interest"
STEPS: Final = ("box", "step", "chosen", "coverage", "density", "mass", "restricted", "points")


@dataclass(frozen=True, eq=False)
class DiscoveryResults(Answer[Search, Discovery]):
    """In which boxes of assumptions an outcome of interest is frequent: a table, words, figures, a folder."""

    KIND = DISCOVERY
    TABLE = "boxes.csv"
    COLUMNS = (
        *("box", "name", "low", "high", "unit", "evidence", "quasi_p", "coverage", "density", "mass"),
        *("found_coverage", "found_density", "points"),
    )
    find = staticmethod(seek)

    @property
    def subject(self) -> Search:
        """What was asked."""
        return self.found.asked

    @classmethod
    def asked_of(cls, subject: Search) -> Entries:
        """The condition, the size and the least density."""
        return {"condition": subject.condition.text, "size": subject.size, "density": subject.density}

    @classmethod
    def load(cls, folder: Path, subject: Search) -> Self:
        """The answer to a question from its folder, boxes sought anew. Raises SteppewiseError where that is damaged."""
        manifest = read_manifest(folder, DiscoveryManifest)
        with intact(folder / DESIGN, DISCOVERY):
            found = read_design(folder / DESIGN, {name: name for name in (_mean(subject), OF_INTEREST)})
            of_interest = {sample: columns[OF_INTEREST].astype(bool) for sample, columns in found.items()}
            values = {sample: columns[_mean(subject)] for sample, columns in found.items()}
            return cls(boxes_in(subject, of_interest, values, manifest.seconds), folder)

    def rows(self) -> Iterator[tuple[object, ...]]:
        """A row for each restriction of each box: COLUMNS."""
        for number, box in enumerate(self.found.boxes, start=1):
            qualities = (box.fresh.coverage, box.fresh.density, box.fresh.mass, box.found.coverage, box.found.density)
            for one in self.found.restrictions(box):
                factor = self.subject.factor(one.factor)
                values = (one.low_value, one.high_value, factor.unit, factor.evidence, one.quasi_p)
                yield number, one.factor, *values, *qualities, box.fresh.points

    def sentences(self) -> list[str]:
        """What was found, in words, and what speaks against it."""
        return [*sentences(self.found), *doubts(self.found)]

    def drawings(self) -> Mapping[str, Callable[[], Figure]]:
        """The figures by name; none where no box was found."""
        from steppewise.report.figures.of_discovery import drawings

        return drawings(self.found)

    def plot(self, picture: str = "boxes") -> Figure:
        """One of the figures: the boxes' ranges ("boxes"), or coverage against density ("paths")."""
        return figure_of(self.drawings(), picture)

    def shown(self) -> Shown:
        """What a notebook shows of it."""
        from steppewise.report.inquiry_page import of_discovery

        return of_discovery(self.found, self.sentences())

    def write_tables(self, folder: Path) -> None:
        """Write the scenarios, the boxes, the way to each, and at all points the mean and whether it is of interest."""
        super().write_tables(folder)
        found, name = self.found, _mean(self.subject)
        holds = {SEARCH: found.cases.of_interest, FRESH: found.fresh.of_interest}
        columns = {s: {name: found.values[s], OF_INTEREST: true.astype(float)} for s, true in holds.items()}
        write_design(folder / DESIGN, samples_of(self.subject), columns)
        write_rows(folder / PATHS, STEPS, _steps(self.found))

    def write_page(self, page: Path, figures: Path) -> None:
        """Draw the figures and write the report page."""
        from steppewise.report.figures.of_discovery import draw_discovery
        from steppewise.report.inquiry_page import write_discovery

        write_discovery(page, self.found, draw_discovery(self.found, figures))

    def entries(self, writing: float) -> Entries:
        """What only the manifest of this kind says; `writing` are the seconds that writing took."""
        return {**super().entries(writing), "base_rate": self.found.base_rate, "boxes": len(self.found.boxes)}

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


# the folder ---------------------------------------------------------------------------------------------


class DiscoveryManifest(QuestionManifest):
    """The manifest of a discovery."""

    KIND = DISCOVERY

    condition: str
    density: float | None

    def subject(self, setting: Mapping[str, Any]) -> Search:
        """The question itself, from its setting."""
        return Search(**setting, text=self.condition, density=self.density)


def stored(folder: Path) -> StoredQuestion:
    """The question of a folder, to be asked again. Raises SteppewiseError where it is none, or is damaged."""
    return read_question(folder, DiscoveryManifest, samples_of)


def _mean(search: Search) -> str:
    return f"{OUTCOME}{search.condition.quantity.name}"


def _steps(found: Discovery) -> Iterator[tuple[object, ...]]:
    """A row for each step on the way to each box: STEPS."""
    for number, box in enumerate(found.boxes, start=1):
        for place, step in enumerate(box.path):
            chosen = "yes" if place == box.chosen else "no"
            yield number, place, chosen, step.coverage, step.density, step.mass, step.restricted, step.points
