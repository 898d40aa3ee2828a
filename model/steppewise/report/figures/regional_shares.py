"""Regional shares over time: a fan for each power and for autonomy, with the events above."""

from __future__ import annotations

from matplotlib.figure import Figure

from steppewise.experiment.ensemble import Ensemble
from steppewise.report.figures.axes import percent_axis
from steppewise.report.figures.bands import band_note, courses, fan, period, spread_of
from steppewise.report.figures.colours import AUTONOMY
from steppewise.report.figures.fan_chart import CHART, LEFT, Series, fan_chart, label_ends, power_series
from steppewise.report.figures.style import about


def regional_shares(ensemble: Ensemble) -> Figure:
    """Fan chart of the powers' regional influence shares and of what no power holds, with events."""
    spec, found, spread = ensemble.spec, share_series(ensemble), spread_of(ensemble)
    subtitle = about(spec.title, "Mean over the states; autonomy is what no power holds")
    words = (f"Regional influence shares, {period(spec)}", subtitle, band_note(ensemble))
    figure, axes = fan_chart(words, spec, found, spread, LEFT)
    axes.set_ylim(0, None)
    percent_axis(axes)
    axes.set_ylabel("regional influence share (%)")
    label_ends(axes, found, CHART, spread == "bands")
    return figure


def share_series(ensemble: Ensemble) -> list[Series]:
    """The regional share of every power, then autonomy."""
    powers = power_series(ensemble, "regional_share")
    fans, worlds = fan(ensemble, "regional_autonomy"), courses(ensemble, "regional_autonomy")
    return [*powers, Series("autonomy", AUTONOMY, fans, worlds)]
