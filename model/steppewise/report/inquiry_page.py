"""The pages of a sensitivity analysis and of scenario discovery, in the style of the page of a run."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Final

from steppewise import __version__
from steppewise.analysis.discovery import Discovery, Restriction
from steppewise.analysis.evaluating import Subject
from steppewise.analysis.indices import Index
from steppewise.analysis.quantities import quantity
from steppewise.analysis.sensitivity import Question, Sensitivity
from steppewise.report.figures import of_discovery as discovery_figures
from steppewise.report.figures import of_sensitivity as sensitivity_figures
from steppewise.report.figures.colours import COLOURS
from steppewise.report.figures.evidence_classes import changing
from steppewise.report.figures.picture import DrawnFigure
from steppewise.report.page import Shown, called, command, rendered
from steppewise.report.tables import Table, TableRow
from steppewise.scenario.library import library_names
from steppewise.wording import discovery as telling_discovery
from steppewise.wording import sensitivity as telling_sensitivity
from steppewise.wording.discovery import limits
from steppewise.wording.numbers import percent, typeset
from steppewise.wording.sensitivity import driver_rows, heads, percent_and_reach, rest_of, source_of, value_of

MOST_ROWS: Final = 25

_METHODS: Final = {
    "morris": (
        "Morris screening: trajectories through the ranges of all parameters move one of them at a time by two "
        "thirds of its range. The mean size of what that changes, scaled to the whole range (μ*), says how strongly "
        "a parameter acts; its standard deviation (σ) how much that differs from point to point."
    ),
    "sobol": (
        "Sobol indices: the variance between points is divided among the parameters by Saltelli's design. First "
        "order is what a parameter accounts for alone, total what it accounts for with all that it does together "
        "with others."
    ),
    "tornado": (
        "One at a time: each parameter at the low and at the high end of its range, all others at their values. "
        "Simple to read, and blind to what parameters do together."
    ),
}
_CLASSES: Final = (
    "By class of evidence, all parameters of a class move together in a Sobol design of their own. Every point of "
    "both designs runs the same worlds, with the same luck; indices are those of the mean over these worlds. What is "
    "left to chance follows from how much worlds differ at the same point. Intervals are 95 % intervals; those of "
    "indices are found by resampling, those of chance follow from normal theory."
)
_DISCOVERY: Final = (
    "PRIM, the patient rule induction method, cuts slice after slice off the space of all parameters, always the one "
    "whose loss makes what is of interest most frequent in the rest. Among many parameters only those that go with "
    "it are searched.",
    "Coverage is the part of all points of interest that lies in a box, density the part of the box that is of "
    "interest. Both, and the quasi-p-values, are those of fresh points that had no part in the search; restrictions "
    "that these do not bear out are dropped.",
)


def write_sensitivity(path: Path, found: Sensitivity, figures: Sequence[DrawnFigure]) -> None:
    """Write the page of a sensitivity analysis."""
    question = found.question
    page = {
        "kicker": "sensitivity",
        "title": f"What drives “{question.title}”",
        "question": "Which assumptions move the result, and on which evidence does it rest?",
        "answer": [typeset(sentence) for sentence in telling_sensitivity.sentences(found)],
        "doubts": [typeset(sentence) for sentence in telling_sensitivity.doubts(found)],
        "parts": [part for outcome in question.outcomes for part in tables_of(found, outcome)],
        "method": (_METHODS[question.method], *(() if question.method == "tornado" else (_CLASSES,))),
        "facts": [*_facts(question), ("Method", question.method), ("Size", f"{question.size:,}")],
        "files": "All indices stand in indices.csv beside this page, all points and mean outcomes in design.parquet.",
        "command": _command(question, "sensitivity", *_options(question)),
    }
    _write(path, page, question, figures)


def write_discovery(path: Path, found: Discovery, figures: Sequence[DrawnFigure]) -> None:
    """Write the page of scenario discovery."""
    asked = found.asked
    density = [] if asked.density is None else ["--density", f"{asked.density:g}"]
    page = {
        "kicker": "scenario discovery",
        "title": f"Where {asked.condition.text}",
        "question": f"Which combinations of assumptions lead to it, in “{asked.title}”?",
        "answer": telling_discovery.sentences(found),
        "doubts": telling_discovery.doubts(found),
        "parts": [box_table(found, number) for number in range(len(found.boxes))],
        "method": _DISCOVERY,
        "facts": [*_facts(asked), ("Points", f"2 × {asked.size:,}")],
        "files": (
            "The boxes stand in boxes.csv beside this page, the way to them in paths.csv, all points in design.parquet."
        ),
        "command": _command(asked, "discover", "--outcome", asked.condition.text, "--size", str(asked.size), *density),
    }
    _write(path, page, asked, figures)


def _write(path: Path, page: Mapping[str, object], subject: Subject, figures: Sequence[DrawnFigure]) -> None:
    path.write_text(rendered("inquiry.html", subject.spec, figures, page), encoding="utf-8")


def of_sensitivity(found: Sensitivity, sentences: Sequence[str]) -> Shown:
    """What a notebook shows of what drives the first outcome that is not the same everywhere."""
    outcomes = changing(found)[:1]
    sketch = sensitivity_figures.main_sketch(found, outcomes[0]) if outcomes else None
    tables = [table for outcome in outcomes for table in tables_of(found, outcome)]
    return Shown(f"What drives “{found.question.title}”", sketch, tables, sentences)


def of_discovery(found: Discovery, sentences: Sequence[str]) -> Shown:
    """What a notebook shows of the boxes in which an outcome of interest is frequent."""
    tables = [box_table(found, number) for number in range(len(found.boxes))]
    sketch = discovery_figures.main_sketch(found) if found.boxes else None
    return Shown(f"Where {found.asked.condition.text}", sketch, tables, sentences)


# tables -------------------------------------------------------------------------------------------------


def tables_of(found: Sensitivity, outcome: str) -> Iterator[Table]:
    """The tables of one outcome; nothing where it is the same everywhere."""
    asked = quantity(outcome, found.question.spec)
    if not any(index.value for index in found.ranked(outcome)):
        return
    told = driver_rows(found, outcome, MOST_ROWS)
    numbers = [tuple(map(typeset, (*row.numbers, row.value))) for row in told]
    yield Table(
        f"{asked.label} ({outcome}): the parameters that matter most, {len(told)} of {len(found.question.factors):,}",
        "Parameter",
        (*heads(found, outcome), "Value (range)", "Class", "Source"),
        [TableRow(r.name, COLOURS[r.evidence], (*n, r.evidence, r.source)) for r, n in zip(told, numbers, strict=True)],
    )
    if found.question.method != "tornado":
        yield _class_part(found, outcome, asked.label)


def _class_part(found: Sensitivity, outcome: str, label: str) -> Table:
    """Classes of evidence, and what is left to chance."""
    first, total = (found.of(outcome, "class", order) for order in ("first", "total"))
    rows = [
        TableRow(name, COLOURS[name], (_percent(first[name]), _percent(total[name]), "between points"))
        for name in found.question.classes
    ]
    words = {"parameters": "parameters", "chance": rest_of(found.question), "together": "only together"}
    rows += [
        TableRow(words[name], "", (_percent(share), "–", "between single worlds"))
        for name, share in found.of(outcome, "variance", "share").items()
    ]
    heads_ = ("Alone (%)", "With interactions (%)", "Share of the variance")
    return Table(f"{label}: what it rests on, 95 % intervals", "What", heads_, tuple(rows))


def _percent(index: Index) -> str:
    return typeset(percent_and_reach(index))


def box_table(found: Discovery, number: int) -> Table:
    """The restrictions of a box, which its caption judges."""
    box = found.boxes[number]
    caption = (
        f"{telling_discovery.box_title(box, number)}, on {box.fresh.points:,} fresh points (when found: density "
        f"{percent(box.found.density, 0)} %, coverage {percent(box.found.coverage, 0)} %)"
    )
    rows = tuple(_box_row(found, one) for one in found.restrictions(box))
    return Table(caption, "Parameter", ("In the box", "Value (range)", "Quasi-p", "Class", "Source"), rows)


def _box_row(found: Discovery, one: Restriction) -> TableRow:
    factor, spec = found.asked.factor(one.factor), found.asked.spec
    cells = (limits(one), value_of(factor, spec), f"{one.quasi_p:.2g}", factor.evidence, source_of(factor, spec))
    return TableRow(one.factor, COLOURS[factor.evidence], cells)


# how to repeat it ---------------------------------------------------------------------------------------


def _facts(subject: Subject) -> list[tuple[str, str]]:
    spec = subject.spec
    return [
        ("About", f"{subject.title} ({subject.name})"),
        ("Scenario", f"{spec.title} ({spec.name}), {spec.start} to {spec.end}"),
        ("Parameters", f"{len(subject.factors):,} vary"),
        ("Worlds", f"{subject.worlds:,} at each point, the same ones at all; {subject.runs:,} runs"),
        ("Seed", str(subject.seed)),
        ("Version", f"steppewise {__version__}"),
    ]


def _command(subject: Subject, verb: str, *options: str) -> str:
    target = called(subject.name, *library_names(), *library_names("experiments"))
    common = ["--worlds", str(subject.worlds), "--seed", str(subject.seed)]
    return command(verb, [target], [*options, *common], subject.spec)


def _options(question: Question) -> list[str]:
    outcomes = [word for name in question.outcomes for word in ("--outcome", name)]
    size = [] if question.method == "tornado" else ["--size", str(question.size)]
    return ["--method", question.method, *outcomes, *size]
