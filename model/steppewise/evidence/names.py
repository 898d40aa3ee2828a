"""The one grammar of names: words joined by dots, of which `*` stands for any one.

A parameter is `powers.P.KEY`, `states.S.KEY`, `ties.P.S.KEY`, `links.S.S.KEY` (its states in either order) or
`world.KEY`, where a key may have dots itself; a number of an event is `events.LABEL.KEY`; an outcome is `STEM` and the
actors that it is of, such as `trust.japan.kazakhstan`.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from difflib import get_close_matches
from typing import Final

from steppewise.evidence.types import Kind

ANY: Final = "*"
EVENTS: Final = "events."

OWNERS: Final[Mapping[str, tuple[Kind, int]]] = {
    "powers": ("power", 1),
    "states": ("state", 1),
    "ties": ("tie", 2),
    "links": ("link", 2),
    "world": ("world", 0),
}
"""First word of a parameter's name: its kind, and how many actors stand before its key."""


def fits(pattern: str, name: str) -> bool:
    """True where the pattern is the name, a `*` standing for any one word; the states of a link may be turned round."""
    wanted, words = pattern.split("."), name.split(".")
    if len(wanted) != len(words):
        return False
    turned = [words[0], words[2], words[1], *words[3:]] if words[0] == "links" and len(words) > 2 else words
    return _same(wanted, words) or _same(wanted, turned)


def _same(wanted: list[str], words: list[str]) -> bool:
    return all(want in (ANY, word) for want, word in zip(wanted, words, strict=True))


def expand(pattern: str, names: Collection[str]) -> tuple[str, ...]:
    """The names that a pattern stands for."""
    return (pattern,) if pattern in names else tuple(name for name in names if fits(pattern, name))


def meant(text: str, names: Collection[str]) -> tuple[str, ...]:
    """The parameters that a person means: those that fit, or begin so (`powers.japan.offer`).

    The first word may be left out: `japan.execution`, `trust.negativity`.
    """
    wordings = (text, *(f"{owner}.{text}" for owner in OWNERS))
    return next(filter(None, (_beginning(wording, names) for wording in wordings)), ())


def _beginning(pattern: str, names: Collection[str]) -> tuple[str, ...]:
    if pattern in names:
        return (pattern,)
    depth = pattern.count(".") + 1
    return tuple(name for name in names if fits(pattern, ".".join(name.split(".")[:depth])))


def wildcards(pattern: str) -> int:
    """How many words of a pattern are a `*`."""
    return pattern.split(".").count(ANY)


def pattern_of(kind: Kind, key: str) -> str:
    """All parameters of a kind and key: `ties.*.*.aid`."""
    owner, actors = next((owner, actors) for owner, (of, actors) in OWNERS.items() if of == kind)
    return ".".join((owner, *[ANY] * actors, key))


def event_number(name: str) -> tuple[str, str]:
    """Label and key of `events.LABEL.KEY`."""
    label, _, key = name.removeprefix(EVENTS).rpartition(".")
    return label, key


# misspelt names -----------------------------------------------------------------------------------------


ALIASES: Final[Mapping[str, str]] = {
    **dict.fromkeys(("us", "usa", "america", "united states"), "united_states"),
    **dict.fromkeys(("prc", "beijing"), "china"),
    **dict.fromkeys(("korea", "rok", "south korea"), "south_korea"),
    **dict.fromkeys(("kyrgyz republic", "kirgizstan"), "kyrgyzstan"),
}
"""What people call an actor; nearness in letters alone would take the USA for Russia."""

SHORT: Final = 3
"""Letters up to which a word says too little to guess by."""


def nearest(word: object, known: Iterable[str]) -> str:
    """The known name most like the word, or nothing."""
    lower, asked = {name.lower(): name for name in known}, str(word).lower()
    if asked in ALIASES:
        return lower.get(ALIASES[asked], "")
    found = get_close_matches(asked, lower, n=1, cutoff=0.6 if len(asked) > SHORT else 0.7)
    return lower[found[0]] if found else ""


def nearest_pattern(pattern: str, names: Collection[str]) -> str:
    """The nearest of the names, or nothing; it has the wildcards of the pattern."""
    wanted = pattern.split(".")
    return nearest(pattern, dict.fromkeys(".".join(_masked(wanted, name.split("."))) for name in names))


def _masked(wanted: list[str], words: list[str]) -> list[str]:
    masks = [want == ANY for want in wanted] + [False] * len(words)
    return [ANY if mask else word for mask, word in zip(masks, words, strict=False)]
