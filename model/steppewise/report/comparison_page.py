"""The page of a comparison: one HTML file that opens offline, in the style of the page of a run."""

from __future__ import annotations

import shlex
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from steppewise import __version__
from steppewise.analysis.comparison import Differences
from steppewise.analysis.telling import possessive
from steppewise.analysis.telling_comparison import SHARE, advice, by_size, of_one
from steppewise.experiment.ensemble import Ensemble
from steppewise.report import comparison_tables as tables
from steppewise.report.assumptions import Correlated, correlated
from steppewise.report.comparison_tables import Differing, differing, typeset
from steppewise.report.page import (
    MOST_OPEN,
    UNCERTAIN,
    asked,
    called,
    environment,
    left_out,
    overrides,
    style,
)
from steppewise.report.picture import DrawnFigure
from steppewise.report.series import counted
from steppewise.report.tables import class_rows
from steppewise.report.wording import listed
from steppewise.scenario.spec import ScenarioSpec


@dataclass(frozen=True)
class Part:
    """What the page tells of one scenario against the first."""

    found: Differences
    answer: list[str]
    differing: Differing
    correlated: Correlated | None

    @property
    def name(self) -> str:
        """The scenario's name."""
        return self.found.further.name


def write_comparison(
    path: Path, ensembles: Sequence[Ensemble], found: Sequence[Differences], figures: Sequence[DrawnFigure]
) -> None:
    """Write the page to a file."""
    path.write_text(render(ensembles, found, figures), encoding="utf-8")


def render(ensembles: Sequence[Ensemble], found: Sequence[Differences], figures: Sequence[DrawnFigure]) -> str:
    """The page as text; the ensembles are those of the first scenario and of every further one."""
    first = ensembles[0]
    return (
        environment()
        .get_template("comparison.html")
        .render(
            style=style(),
            version=__version__,
            title=headline(first.spec, found),
            first=first.spec,
            specs=[ensemble.spec for ensemble in ensembles],
            parts=[_part(first, other, one) for other, one in zip(ensembles[1:], found, strict=True)],
            advice=[typeset(sentence) for sentence in advice(found)],
            failures=tables.failure_rows(found),
            facts=_facts(ensembles),
            tables=tables,
            classes=class_rows(first.spec),
            pictures=figures,
            most_open=MOST_OPEN,
            left_out=left_out(first.spec),
            command=command(ensembles),
        )
    )


def headline(first: ScenarioSpec, found: Sequence[Differences]) -> str:
    """What the page is called: `“A package” against “As things stand”`."""
    if len(found) == 1:
        return f"“{found[0].further.title}” against “{first.title}”"
    return f"{len(found)} scenarios against “{first.title}”"


def _part(first: Ensemble, further: Ensemble, found: Differences) -> Part:
    answer = [typeset(sentence) for sentence in of_one(found)]
    return Part(found, answer, differing(found), _most_correlated(first, further, found))


def _most_correlated(first: Ensemble, further: Ensemble, found: Differences) -> Correlated | None:
    """The parameters that go most with the difference in the share of the power that differs most.

    None where nothing differs, or where the scenarios do not end together.
    """
    if not found.good_worlds or first.spec.end != further.spec.end:
        return None
    power = by_size(found, SHARE)[0]
    outcome = f"{SHARE}.{power.name}"
    difference = further.outcomes[outcome] - first.outcomes[outcome]
    if not np.ptp(difference[np.isfinite(difference)]):
        return None
    what = f"the difference in {possessive(power.label)} regional influence share at the end"
    return correlated(further, outcome, what, difference)


def _facts(ensembles: Sequence[Ensemble]) -> list[tuple[str, str]]:
    plan, specs = ensembles[0].plan, [ensemble.spec for ensemble in ensembles]
    return [
        ("Scenarios", listed([f"{spec.title} ({spec.name})" for spec in specs])),
        ("Compared with", specs[0].name),
        ("Worlds", f"{plan.worlds:,} under each scenario: world for world the same luck and the same draws"),
        ("Periods", "; ".join(dict.fromkeys(f"{spec.start} to {spec.end}" for spec in specs))),
        ("Uncertain", UNCERTAIN[plan.uncertainty]),
        ("Seed", str(plan.seed)),
        ("Failed", listed([f"{counted(len(one.failures), 'world')} in {one.spec.name}" for one in ensembles])),
        ("Version", f"steppewise {__version__}"),
    ]


def command(ensembles: Sequence[Ensemble]) -> str:
    """The command that makes the same comparison again."""
    plan, specs = ensembles[0].plan, [ensemble.spec for ensemble in ensembles]
    options = asked(plan.worlds, plan.seed, plan.uncertainty)
    return shlex.join(["steppewise", "compare", *map(called, specs), *options, *overrides(specs[0])])
