"""What report pages of all results are made of: one HTML file that opens offline, how to repeat it; and notebooks."""

from __future__ import annotations

import shlex
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Final

from jinja2 import Environment, FileSystemLoader, StrictUndefined

from steppewise import __version__
from steppewise.evidence.types import Parameter
from steppewise.report import tables
from steppewise.report.figures.picture import DrawnFigure
from steppewise.report.tables import Table
from steppewise.report.wording import dated
from steppewise.scenario.spec import ScenarioSpec
from steppewise.wording.names import listed
from steppewise.wording.numbers import typeset

if TYPE_CHECKING:
    from steppewise.report.figures.picture import Sketch

HERE: Final = Path(__file__).parent

UNCERTAIN: Final = {
    "both": "chance and ignorance",
    "chance": "chance only; every parameter has its one value",
    "ignorance": "ignorance only; nothing happens by chance",
    "none": "nothing; all worlds are alike",
}

OTHERS: Final = {
    "TUR": "Turkey",
    "EUU": "the European Union",
    "IND": "India",
    "IRN": "Iran",
    "KOR": "South Korea",
    "AFG": "Afghanistan",
}
"""Actors that matter in the region; those that a scenario does not have are named as left out."""

MOST_OPEN: Final = 12
"""Changed parameters that stand open on the page; a longer list is folded."""


@dataclass(frozen=True)
class Shown:
    """What a notebook shows of a result: its title, its main figure where there is one, tables, sentences."""

    title: str
    sketch: Sketch | None
    tables: Sequence[Table]
    sentences: Sequence[str]


def as_html(shown: Shown) -> str:
    """A piece of HTML that stands by itself; what it is given is escaped."""
    from steppewise.report.figures.picture import data_address  # with matplotlib, which a page alone does not need

    picture = data_address(shown.sketch.draw()) if shown.sketch else ""
    template = environment().get_template("notebook.html")
    return template.render(shown=shown, picture=picture, sentences=map(typeset, shown.sentences))


# what all pages share -----------------------------------------------------------------------------------


def rendered(template: str, spec: ScenarioSpec, figures: Sequence[DrawnFigure], values: Mapping[str, object]) -> str:
    """A page as text, from its template; `values` are those that the page has for itself."""
    shared = {
        "style": (HERE / "page.css").read_text(encoding="utf-8"),
        "version": __version__,
        "tables": tables,
        "spec": spec,
        "events": dated(spec.events, spec),
        "pictures": figures,
        "most_open": MOST_OPEN,
        "left_out": _left_out(spec),
    }
    return environment().get_template(template).render({**shared, **values})


def environment(folder: Path = HERE) -> Environment:
    """The templates of a folder, those of the reports unless told otherwise; what they are given is escaped."""
    loader, strict = FileSystemLoader(folder), StrictUndefined
    found = Environment(loader=loader, autoescape=True, undefined=strict, trim_blocks=True, lstrip_blocks=True)
    found.filters["typeset"] = typeset
    return found


def _left_out(spec: ScenarioSpec) -> str:
    """Actors of the region that do not take part."""
    present = {actor.iso3 for actor in (*spec.powers, *spec.states)}
    absent = [name for code, name in OTHERS.items() if code not in present]
    return listed(absent) if absent else ""


def command(verb: str, names: Sequence[str], options: Sequence[str], spec: ScenarioSpec) -> str:
    """The command that does the same again with scenarios or experiments; `spec` may have been changed by it."""
    return shlex.join(["steppewise", verb, *names, *options, *overrides(spec)])


def called(name: str, *known: str) -> str:
    """What a scenario or an experiment is called on the command line: the library's by name, others by their file."""
    return name if name in known else f"{name}.yaml"


def asked(worlds: int, seed: int, uncertainty: str) -> list[str]:
    """The options of a plan."""
    options = ["--runs", str(worlds), "--seed", str(seed)]
    return options if uncertainty == "both" else [*options, "--uncertainty", uncertainty]


def overrides(spec: ScenarioSpec) -> list[str]:
    """The options that set what the command line has set."""
    given = [spec.parameters[name] for name in spec.changed if spec.parameters[name].source == "command line"]
    return [word for parameter in given for word in ("--set", f"{parameter.name}={_setting(parameter)}")]


def _setting(parameter: Parameter) -> str:
    if not parameter.is_uncertain:
        return f"{parameter.value!r}"
    return f"{{value: {parameter.value!r}, low: {parameter.low!r}, high: {parameter.high!r}}}"
