"""All figures of a run, drawn to files, each with a title, a caption and words for those who cannot see it."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from io import BytesIO
from pathlib import Path

from matplotlib.figure import Figure
from PIL import Image

from steppewise.analysis.findings import Findings, find
from steppewise.analysis.spread import SpreadShare
from steppewise.analysis.telling import BAND_NEEDS
from steppewise.experiment.ensemble import Ensemble
from steppewise.report import alt
from steppewise.report.drawn import DrawnFigure
from steppewise.report.fan import regional_shares
from steppewise.report.grid import shares_by_state
from steppewise.report.map import leaders_map
from steppewise.report.png import reduced
from steppewise.report.promises import promises
from steppewise.report.rests import what_spread_rests_on
from steppewise.report.series import shown_worlds
from steppewise.report.style import DPI
from steppewise.report.trust import trust_and_influence

__all__ = [
    "DrawnFigure",
    "draw_figures",
    "leaders_map",
    "promises",
    "regional_shares",
    "shares_by_state",
    "trust_and_influence",
    "what_spread_rests_on",
]


@dataclass(frozen=True)
class _Sketch:
    """A figure to be drawn."""

    name: str
    title: str
    draw: Callable[[Ensemble], Figure]
    alt: Callable[[Findings], str]
    caption: str


SHARES = _Sketch(
    "regional_shares",
    "Regional influence shares",
    regional_shares,
    alt.of_regional_shares,
    "A power's regional share is the mean of its influence shares in the states. Autonomy is what no power "
    "holds; in every world all shares add up to 100 percent. Events stand above the chart, at their quarter.",
)
_SKETCHES = (
    SHARES,
    _Sketch(
        "leaders_map",
        "Who leads where",
        leaders_map,
        alt.of_leaders,
        "A state has the colour of the power with the highest influence share at the end, paler where that "
        "power leads in fewer worlds. A state in which no power leads in more than half of the worlds is open.",
    ),
    _Sketch(
        "shares_by_state",
        "Influence shares state by state",
        shares_by_state,
        alt.of_states,
        "The same scale everywhere: compare along a row who matters in a state, down a column where a power matters.",
    ),
    _Sketch(
        "trust_and_influence",
        "Trust and influence",
        trust_and_influence,
        alt.of_trust,
        "Influence is not affection: a power to the right is influential, a power at the top is trusted. Every "
        "dot is one world at the end of the run.",
    ),
    _Sketch(
        "promises",
        "Promised and delivered",
        promises,
        alt.of_promises,
        "Above, all that a power promised since the start and what became of it; the scales differ. Below, the "
        "execution rate: what was delivered of what fell due since the start and the states could take in.",
    ),
)

RESTS_TITLE = "What the spread between worlds rests on"
_RESTS_CAPTION = (
    "Chance is what happens within a world; ignorance is what nobody knows, so that each world draws it from its "
    "range. What is left over comes about only together. Where estimates add up to more than 100 percent, which "
    "their errors allow, they are scaled down."
)


def draw_figures(ensemble: Ensemble, shares: Sequence[SpreadShare], folder: Path) -> tuple[DrawnFigure, ...]:
    """Draw all figures into a folder, which is made where it is missing; none where no world ran to the end."""
    return (*draw_courses(ensemble, folder), *draw_sources(ensemble, shares, folder))


def draw_courses(ensemble: Ensemble, folder: Path) -> tuple[DrawnFigure, ...]:
    """Draw the figures that need the worlds alone, before it is known what their spread rests on."""
    return _all_drawn(_SKETCHES, ensemble, find(ensemble), folder)


def draw_sources(ensemble: Ensemble, shares: Sequence[SpreadShare], folder: Path) -> tuple[DrawnFigure, ...]:
    """Draw what the spread rests on; nothing where too few worlds tell."""
    if not shares or min(share.worlds for share in shares) < BAND_NEEDS:
        return ()
    sketch = _Sketch(
        "spread_rests_on",
        RESTS_TITLE,
        lambda of: what_spread_rests_on(of.spec, shares),
        alt.of_rests,
        _RESTS_CAPTION,
    )
    return _all_drawn([sketch], ensemble, find(ensemble, shares), folder)


def _all_drawn(
    sketches: Sequence[_Sketch], ensemble: Ensemble, findings: Findings, folder: Path
) -> tuple[DrawnFigure, ...]:
    if not len(shown_worlds(ensemble)):
        return ()
    folder.mkdir(parents=True, exist_ok=True)
    paths = [folder / f"{sketch.name}.png" for sketch in sketches]
    with ThreadPoolExecutor(1, "packing") as pool:  # packs a picture while the next one is drawn
        list(pool.map(_pack, (_pixels(sketch.draw(ensemble)) for sketch in sketches), paths))
    return tuple(
        DrawnFigure(sketch.name, sketch.title, sketch.alt(findings), path, sketch.caption)
        for sketch, path in zip(sketches, paths, strict=True)
    )


def save(figure: Figure, path: Path) -> None:
    """Write a figure as PNG with a palette of its own, which takes half the time."""
    _pack(_pixels(figure), path)


def _pixels(figure: Figure) -> Image.Image:
    raw = BytesIO()
    figure.savefig(raw, format="rgba")
    return Image.frombuffer("RGBA", figure.canvas.get_width_height(), raw.getvalue())


def _pack(pixels: Image.Image, path: Path) -> None:
    reduced(pixels).save(path, dpi=(DPI, DPI))
