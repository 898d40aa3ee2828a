"""Axes of a factor of a sweep and of its outcomes: marks, names and units."""

from __future__ import annotations

from math import ceil, log10
from typing import Final

import numpy as np
from matplotlib.axes import Axes
from matplotlib.axis import Axis
from matplotlib.ticker import FuncFormatter, MaxNLocator

from steppewise.analysis.effects import SweepFindings, own_value
from steppewise.analysis.quantities import label_of, unit_of
from steppewise.experiment.study import Factor, Study
from steppewise.report.figures.axes import say
from steppewise.report.figures.style import QUIET, TEXT, WIDTH, headline, plain, short
from steppewise.wording.names import QUARTER, begin, factor_words, is_scale, unit_words, value_words
from steppewise.wording.numbers import counted

SHORT: Final = {"leads": "states it leads in", "regional_share": "regional share"}
"""Short names of outcomes above panels."""

SIGN: Final = 0.1
"""Inches of an average sign of an axis."""

ROUND: Final = [1, 2, 2.5, 5, 10]


def panel_name(outcome: str, study: Study) -> str:
    """An outcome above a panel, whose it is first: `Japan: mean trust`, `Japan in Kazakhstan: trust`."""
    stem, *actors = outcome.split(".")
    known = study.spec.labels
    what = SHORT.get(stem) or label_of(outcome, study.spec).partition(",")[0]
    return f"{' in '.join(known.get(actor, actor) for actor in actors)}: {what}" if actors else begin(what)


def name_panel(axes: Axes, name: str) -> None:
    """A name above a panel, on at most two lines."""
    text = headline(name, axes.get_position().width * WIDTH)
    say(axes, 0, 1.03, text, size=TEXT, bold=True, va="bottom", across=axes.transAxes).set_linespacing(1.1)


def axis_name(factor: Factor, study: Study) -> str:
    """A factor below an axis, with unit and class of evidence, and what the dotted line is."""
    name = full_name(factor, study)
    own = own_inside(factor, study) is not None and is_scale(factor)
    return short(f"{name}; dotted: as in the scenario" if own else name, 108)


def full_name(factor: Factor, study: Study) -> str:
    """A factor with unit and class of evidence."""
    return plain(f"{factor_words(factor, study.spec)} ({unit_words(factor)})")


def own_inside(factor: Factor, study: Study) -> float | None:
    """The value that the scenario itself has, where it lies among the values of the factor."""
    value, values = own_value(factor, study), study.points[:, study.factors.index(factor)]
    return value if value is not None and values.min() <= value <= values.max() else None


def mark_own(axes: Axes, factor: Factor, study: Study) -> None:
    """A dotted line at the value that the scenario itself has."""
    value = own_inside(factor, study)
    if value is not None and is_scale(factor):
        axes.axvline(value, color=QUIET, linewidth=1.1, linestyle=(0, (1, 2)), zorder=1.5)


def levels_of(factor: Factor) -> tuple[float, ...]:
    """The values of a factor of words, in the order of figures."""
    return factor.levels or (0.0, 1.0)


def level_names(factor: Factor, inches: float) -> list[str]:
    """The names of levels that stand side by side on so many inches, on two lines where they have to."""
    names = [plain(value_words(factor, level)) for level in levels_of(factor)]
    tight = max(map(len, names)) * SIGN > inches / len(names)
    return [name.replace(" ", "\n", 1) if tight else name for name in names]


def dress_factor(axes: Axes, factor: Factor, study: Study) -> None:
    """Marks of a factor below a panel: numbers, quarters, or levels."""
    mark_axis(axes.xaxis, factor, axes.get_position().width * WIDTH, most=6)
    if not is_scale(factor):
        axes.set_xlim(-0.6, len(levels_of(factor)) - 0.4)
        return
    values = study.points[:, study.factors.index(factor)]
    margin = 0.02 * float(np.ptp(values)) or 0.5
    axes.set_xlim(values.min() - margin, values.max() + margin)


def mark_axis(axis: Axis, factor: Factor, inches: float, most: int) -> None:
    """Marks of a factor along an axis so many inches long: all its levels, or about `most` numbers, or quarters."""
    if not is_scale(factor):
        axis.set_ticks(range(len(levels_of(factor))), level_names(factor, inches))
        return
    quarters = factor.unit == QUARTER
    axis.set_major_locator(MaxNLocator(3 if quarters else most, steps=[1, 2, 2.5, 4, 5, 10], integer=quarters))
    axis.set_major_formatter(FuncFormatter(lambda value, _: mark(factor, value)))


def mark(factor: Factor, value: float) -> str:
    """A mark of an axis: short, with the sign of what it is."""
    return f"{100 * value:.0f} %" if factor.way == "evidence" else value_words(factor, value)


def number_axis(axis: Axis, outcome: str) -> None:
    """Round numbers of an outcome along an axis, with digits enough to tell each from the next."""

    def told(value: float, _: object) -> str:
        low, high = axis.get_view_interval()
        largest, span = max(abs(low), abs(high)), abs(high - low)
        digits = 2 + ceil(log10(largest / span)) if span > 0 else 0
        return number_mark(outcome, value, max(digits, 4))

    axis.set_major_locator(MaxNLocator(5, steps=ROUND))
    axis.set_major_formatter(FuncFormatter(told))


def number_mark(outcome: str, value: float, digits: int = 4) -> str:
    """A number of an outcome, shares as percent."""
    return f"{100 * value:.{digits}g} %" if unit_of(outcome) == "share" else f"{value:.{digits}g}"


def bare_number(outcome: str, value: float) -> str:
    """A number of an outcome beside which its unit stands."""
    return number_mark(outcome, value).removesuffix(" %")


def unit_name(outcome: str) -> str:
    """What the numbers of an outcome are."""
    unit = unit_of(outcome)
    return {"share": "percent", "index": "index, 0 to 1"}.get(unit, unit)


def size_note(found: SweepFindings) -> str:
    """How many points and worlds a figure rests on, and what was left out."""
    study, failed = found.study, int(found.responses.failed.sum())
    size = f"{counted(len(study.points), 'point')}, {counted(study.worlds, 'world')} each"
    return f"{size} ({counted(failed, 'failed world')} left out)" if failed else size
