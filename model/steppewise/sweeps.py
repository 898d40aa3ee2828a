"""The verb `sweep` for notebooks: a study at all its points, as a folder that grows, resumes and plots itself."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from os import PathLike
from pathlib import Path
from typing import TYPE_CHECKING, Final, Literal

from steppewise.analysis.effects import SweepFindings, find
from steppewise.analysis.telling_sweep import advice, sentences
from steppewise.api import checked, without_overrides
from steppewise.errors import Problem, SteppewiseError
from steppewise.experiment.collecting import RESULTS, SUMMARY, Responses, collect, read_responses
from steppewise.experiment.executors import Executor, cores_available, executor_of
from steppewise.experiment.experiment_loading import load_study
from steppewise.experiment.folder import FIGURES, REPORT, appearing, replacing
from steppewise.experiment.rerun import incomplete, read_sweep
from steppewise.experiment.study import Study
from steppewise.experiment.sweeping import Store, note_collected, open_store, peek, run_missing
from steppewise.keeping import Shows
from steppewise.scenario.own_rules import NO_RULES, Rule

if TYPE_CHECKING:
    import pandas as pd
    from matplotlib.figure import Figure

    from steppewise.report.page import Shown

Experiment = str | PathLike[str] | Study
Progress = Callable[[int, int], None]
"""Called with the rows done since the last call, those found at the start first, and with the rows in all."""

Picture = Literal["response", "moves", "map"]
PICTURES: Final = ("response", "moves", "map")


@dataclass(frozen=True, eq=False)
class Sweep(Shows):
    """What a sweep came to: `responses` are the statistics of every outcome at every point; `folder` holds the rows."""

    responses: Responses
    folder: Path

    @property
    def study(self) -> Study:
        """What was swept: scenario, factors, points, worlds."""
        return self.responses.study

    @cached_property
    def findings(self) -> SweepFindings:
        """The effect of every factor on every outcome, the largest first, and why worlds failed."""
        return find(self.responses, self.folder)

    @cached_property
    def summary(self) -> pd.DataFrame:
        """A row a point and outcome: the factors' values, mean, standard error, quantiles, worlds, failed."""
        import pandas as pd

        return pd.read_csv(self.folder / SUMMARY)

    @cached_property
    def rows(self) -> pd.DataFrame:
        """A row a point and world: the factors' values by name, status, and the outcomes by name."""
        import pandas as pd

        table = pd.read_parquet(self.folder / RESULTS)
        values = self.study.points[table["point"].to_numpy()]
        named = {factor.name: values[:, number] for number, factor in enumerate(self.study.factors)}
        keys = table[["point", "world"]]
        return pd.concat([keys, pd.DataFrame(named), table.drop(columns=["point", "world"])], axis=1)

    def sentences(self) -> list[str]:
        """What was found, in words, with advice where that rests on too little."""
        return [*sentences(self.findings), *advice(self.findings)]

    def plot(self, picture: Picture = "response", along: str | None = None) -> Figure:
        """Outcomes along a factor (the one that moves most, or that named), what moves what, or a map of two factors.

        Raises SteppewiseError for another picture, another factor, or a map of what makes none.
        """
        from steppewise.report.figures import heat_map, response_curves, what_moves

        if picture not in PICTURES:
            raise SteppewiseError(Problem(f"there is no figure '{picture}'", allowed=", ".join(PICTURES)))
        if picture == "moves":
            return what_moves.moves(self.findings)
        if picture == "response":
            number = self._number(along)
            outcomes = response_curves.sheets_of(self.study.factors[number], self.study.outcomes)[0]
            return response_curves.response(self.findings, number, outcomes)
        pair = heat_map.pair_of(self.findings)
        if pair is None:
            raise SteppewiseError("a map needs two factors with three values or more each, and points at most pairs")
        return heat_map.heat_map(self.findings, pair, self.study.outcomes[: heat_map.MOST_PANELS])

    def _number(self, name: str | None) -> int:
        names = [factor.name for factor in self.study.factors]
        if name is not None and name not in names:
            raise SteppewiseError(Problem(f"'{name}' does not vary", allowed=", ".join(names)))
        return self.findings.ranked[0] if name is None else names.index(name)

    def __repr__(self) -> str:
        study = self.study
        return f"<Sweep of {study.name}: {len(study.points):,} points, {study.worlds:,} worlds each>"

    def shown(self) -> Shown:
        """What a notebook shows of it."""
        from steppewise.report.sweep_page import of_sweep

        return of_sweep(self.findings, self.sentences())


def sweep(
    experiment: Experiment,
    worlds: int | None = None,
    seed: int | None = None,
    overrides: Sequence[str] = (),
    workers: int | None = None,
    executor: Literal["local", "dask"] = "local",
    scheduler: str | None = None,
    folder: str | PathLike[str] = "sweeps",
    rules: Mapping[str, Rule] = NO_RULES,
    progress: Progress = lambda done, total: None,
) -> Sweep:
    """Run an experiment at all its points; what was computed before is found again.

    Args:
        experiment: a name of the library, the path of a file, or a study.
        worlds: worlds at every point, those of the experiment if not given; more later add to what is there.
        seed: seed of the worlds, that of the experiment if not given.
        overrides: parameters of the scenario to set, such as `powers.japan.execution=0.9`.
        workers: threads to share the rows among; all cores if not given.
        executor: "local" or "dask".
        scheduler: the address of a Dask scheduler; without one, a cluster on this computer.
        folder: where the folder of the sweep goes.
        rules: functions in place of the model's rules, by names such as `trust.trust`.
        progress: called as rows are done.

    Raises SteppewiseError for whatever the user can mend; what was computed before that is kept.
    """
    study = study_of(experiment, worlds, seed, overrides)
    study = replace(study, spec=study.spec.with_rules(checked(rules)))
    cores = cores_available() if workers is None else workers
    runner = executor_of(executor, cores, scheduler)
    store = begin(study, Path(folder), runner)
    run(store, runner, progress)
    return finish(store)


def study_of(experiment: Experiment, worlds: int | None, seed: int | None, overrides: Sequence[str]) -> Study:
    """The study of an experiment, with other worlds or another seed where these are given. Raises SteppewiseError."""
    study = (
        without_overrides(experiment, overrides) if isinstance(experiment, Study) else load_study(experiment, overrides)
    )
    if worlds is not None and worlds < 1:
        raise SteppewiseError(f"worlds must be 1 or more, not {worlds}")
    if seed is not None and seed < 0:
        raise SteppewiseError(f"a seed is a whole number from 0 up, not {seed}")
    study = study if worlds is None else replace(study, worlds=worlds)
    return study if seed is None else replace(study, seed=seed)


def begin(study: Study, parent: Path, executor: Executor) -> Store:
    """The store of a study, made or made larger only where the executor can compute what is missing.

    Raises SteppewiseError.
    """
    if next(peek(study, parent).missing(), None) is not None:
        executor.check()
    return open_store(study, parent)


def run(store: Store, executor: Executor, progress: Progress = lambda done, total: None) -> None:
    """Compute the rows that are missing."""
    missing, total = store.rows_missing(), store.study.rows
    progress(total - missing, total)
    if not missing:
        return
    for rows in run_missing(store, executor):
        progress(rows, total)


def finish(store: Store, stage: Callable[[str], None] = lambda name: None) -> Sweep:
    """Collect results, summary, figures and report, unless they are there. Raises SteppewiseError."""
    if is_finished(store):
        return Sweep(read_responses(store.folder, store.study), store.folder)
    stage("Collecting the rows")
    found = Sweep(collect(store), store.folder)
    stage("Drawing the figures")
    write_pages(found)
    note_collected(store)
    return found


def is_finished(store: Store) -> bool:
    """True where results, summary and report are there and rest on all worlds."""
    files = (RESULTS, SUMMARY, REPORT)
    return store.collected == store.study.worlds and all((store.folder / name).exists() for name in files)


def write_pages(found: Sweep) -> None:
    """Draw the figures and write the report page. Raises SteppewiseError where they cannot be written."""
    from steppewise.report.figures.of_sweep import draw_sweep
    from steppewise.report.sweep_page import write_sweep

    with appearing(found.folder / FIGURES, replace=True) as figures:
        drawn = draw_sweep(found.findings, figures)
        with replacing(found.folder / REPORT) as page:
            write_sweep(page, found.findings, drawn)


def load_sweep(folder: str | PathLike[str]) -> Sweep:
    """Read a sweep back from its folder. Raises SteppewiseError where it is none, is damaged, or is not complete."""
    store = read_sweep(Path(folder)).store
    if not is_finished(store):
        raise incomplete(store.folder)
    return Sweep(read_responses(store.folder, store.study), store.folder)
