"""The kinds of event that there are: one class a module of this folder, found by itself."""

from __future__ import annotations

from collections.abc import Iterator
from functools import reduce
from importlib import import_module
from operator import or_
from pkgutil import iter_modules
from typing import TYPE_CHECKING, Annotated, Any, Final

from pydantic import Discriminator, Tag

from steppewise.scenario.event import Event, EventEntry, entry_of


def _found() -> Iterator[type[Event]]:
    for info in iter_modules(__path__):
        module = import_module(f"{__name__}.{info.name}")
        for one in vars(module).values():
            if isinstance(one, type) and issubclass(one, Event) and one.__module__ == module.__name__:
                yield one


KINDS: Final = {kind.kind: kind for kind in sorted(_found(), key=lambda kind: (kind.place, kind.kind))}
"""Every kind by the key that names it, in the order in which they are listed."""

EVENT_ENTRIES: Final[dict[str, type[EventEntry]]] = {name: entry_of(kind) for name, kind in KINDS.items()}
"""What may stand in a file for each kind."""


def kinds_of(entry: object) -> tuple[str, ...]:
    """The kinds of event that a mapping names; one where it is well formed."""
    return tuple(kind for kind in KINDS if isinstance(entry, dict) and kind in entry)


def _event_tag(entry: Any) -> str | None:
    kinds = kinds_of(entry)
    return f"<{kinds[0]}>" if len(kinds) == 1 else None


if TYPE_CHECKING:
    AnyEvent = EventEntry
else:
    _tagged = (Annotated[entry, Tag(f"<{kind}>")] for kind, entry in EVENT_ENTRIES.items())
    AnyEvent = Annotated[reduce(or_, _tagged), Discriminator(_event_tag)]
