"""The page as one file: markup, style, one script, and the data; nothing is asked from outside."""

from __future__ import annotations

import base64
import json
import re
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from functools import cache
from hashlib import sha256
from pathlib import Path
from typing import Any, Final, Literal

from markupsafe import Markup

from steppewise import __version__
from steppewise.app.answer import STATS, layout
from steppewise.app.classroom import Page
from steppewise.app.lesson import Lesson, page_of
from steppewise.app.outlines import outlines
from steppewise.app.sliders import Slider
from steppewise.report.figures.colours import AUTONOMY, Look, looks
from steppewise.report.page import environment

HERE: Final = Path(__file__).parent
MODULES: Final = (
    "dom",
    "texts",
    "answer",
    "grid",
    "state",
    "views",
    "chart",
    "map",
    "sentences",
    "levers",
    "lesson",
    "table",
    "download",
    "feeds",
    "main",
)
"""The page's modules from the ground up: each imports only from those before it. They share one scope in the page."""

IMPORTS: Final = re.compile(r"^import [^;]*;\n", re.MULTILINE)
EXPORT: Final = re.compile(r"^export ", re.MULTILINE)
LANGUAGE: Final = "en"

Feed = Literal["file", "live"]


def policy(feed: Feed) -> str:
    """The content security policy: the page's own script and style, and its server where it has one."""
    digests = (sha256(text.encode()).digest() for text in (script_text(), style_text()))
    script, style = (f"sha256-{base64.b64encode(digest).decode('ascii')}" for digest in digests)
    server = "'self'" if feed == "live" else "'none'"
    return (
        f"default-src 'none'; script-src '{script}'; style-src '{style}'; img-src data: blob:; connect-src {server}; "
        "base-uri 'none'; form-action 'none'"
    )


@cache
def script_text() -> str:
    """All modules as one, in order."""
    sources = ((HERE / "static" / f"{name}.js").read_text(encoding="utf-8") for name in MODULES)
    return "\n".join(EXPORT.sub("", IMPORTS.sub("", source)) for source in sources)


@cache
def style_text() -> str:
    """The style of the page."""
    return (HERE / "page.css").read_text(encoding="utf-8")


@cache
def texts(language: str = LANGUAGE) -> Mapping[str, str]:
    """All words of the page, by key."""
    read: Mapping[str, str] = json.loads((HERE / "texts" / f"{language}.json").read_text(encoding="utf-8"))
    return read


def rendered(page: Page, feed: Feed, grid: Mapping[str, Any] | None, others: Sequence[Lesson]) -> str:
    """The page as HTML, with the grid in it if there is one; `others` are the lessons to go on with."""
    words = texts()
    return (
        environment(HERE)
        .get_template("page.html")
        .render(
            language=words["language"],
            title=page.title,
            policy=policy(feed),
            style=Markup(style_text()),
            script=Markup(script_text()),
            data=Markup(_as_json(page_data(page, feed, grid, others))),
            texts=words,
            limits=[text for key, text in words.items() if key.startswith("limit-")],
        )
    )


def _as_json(data: Mapping[str, Any]) -> str:
    """JSON that cannot end the element in which it stands."""
    text = json.dumps(data, ensure_ascii=False, allow_nan=False, separators=(",", ":"))
    return text.replace("<", "\\u003c")


def page_data(page: Page, feed: Feed, grid: Mapping[str, Any] | None, others: Sequence[Lesson]) -> dict[str, Any]:
    """All that the script knows."""
    spec = page.spec
    by_power = looks(spec)
    return {
        "version": __version__,
        "feed": feed,
        "built": datetime.now(UTC).date().isoformat(),
        "page": {
            "name": page.name,
            "title": page.title,
            "question": page.question,
            "look_for": page.look_for,
            "worlds": page.worlds,
            "seed": page.seed,
            "start": str(spec.start),
            "end": str(spec.end),
            "scenarios": [
                {"name": name, "title": one.title, "question": one.question, "values": page.values_under(name)}
                for name, one in page.scenarios.items()
            ],
            "uncertainties": list(page.uncertainties),
            "lesson": page.lesson and page_of(page.lesson),
            "levers": [_slider(one) for one in page.levers],
            "more": [_slider(one) for one in page.more] if feed == "live" else [],
        },
        "lessons": [{"name": one.name, "title": one.title, "goal": one.goal, "minutes": one.minutes} for one in others],
        "powers": [{"name": power.name, "label": power.label, **_look(by_power[power.name])} for power in spec.powers],
        "autonomy": _look(AUTONOMY),
        "states": [{"name": state.name, "label": state.label} for state in spec.states],
        "quarters": [str(quarter) for quarter in spec.quarters],
        "stats": list(STATS),
        "map": outlines(spec),
        "layout": [{"name": block.name, "shape": list(block.shape)} for block in layout(page)],
        "texts": dict(texts()),
        "grid": grid,
    }


def _look(look: Look) -> dict[str, Any]:
    return {
        "colour": look.colour,
        "stroke": look.stroke,
        "ink": look.ink,
        "dashes": list(look.dashes[1]),
        "hollow": not look.filled,
    }


def _slider(one: Slider) -> dict[str, Any]:
    return {name: list(value) if isinstance(value, tuple) else value for name, value in vars(one).items()}
