"""The text of a lesson: the header cut off, the sections of the body as HTML."""

from __future__ import annotations

from functools import cache
from typing import Final

from markdown_it import MarkdownIt
from markdown_it.token import Token

from steppewise.app.lesson_header import SECTIONS
from steppewise.errors import Problem, SteppewiseError
from steppewise.evidence.names import nearest
from steppewise.yaml_reader import shown

FENCE: Final = "---"
_HEADINGS: Final = ", ".join(f"## {heading}" for heading in SECTIONS.values())
_ALLOWED_HEADER: Final = "a first line '---', then lines such as 'title: Trust', then a line '---', then the text"


@cache
def _markdown() -> MarkdownIt:
    """Plain Markdown: no HTML, and nothing that leads out of a page that works without a network."""
    return MarkdownIt("commonmark", {"html": False}).disable(["link", "image", "autolink", "reference"])


def inline(text: str) -> str:
    """One paragraph as HTML."""
    return str(_markdown().renderInline(text))


def header_and_body(text: str, name: str) -> tuple[str, str]:
    """Header and body, each with empty lines in place of the other so that line numbers hold.

    Raises SteppewiseError where there is no header.
    """
    lines = text.splitlines()
    if not lines or lines[0].rstrip() != FENCE:
        raise SteppewiseError(Problem("does not begin with a header", name, 1, allowed=_ALLOWED_HEADER))
    end = next((number for number, line in enumerate(lines) if number and line.rstrip() == FENCE), None)
    if end is None:
        raise SteppewiseError(Problem("the header does not end", name, len(lines), allowed=_ALLOWED_HEADER))
    return "\n".join(["", *lines[1:end]]), "\n".join([""] * (end + 1) + lines[end + 1 :])


def sections(body: str, name: str, problems: list[Problem]) -> dict[str, str]:
    """The sections of a body as HTML, by key; what is missing or strange is noted."""
    tokens = _markdown().parse(body)
    heads = [number for number, token in enumerate(tokens) if token.type == "heading_open" and token.tag == "h2"]
    if tokens and (not heads or heads[0] > 0):
        message = "text stands before the first heading"
        problems.append(Problem(message, name, _line(tokens[0]), allowed=_HEADINGS))
    found: dict[str, str] = {}
    for head, stop in zip(heads, [*heads[1:], len(tokens)], strict=True):
        key = _key(tokens[head : head + 2], found, name, problems)
        found[key] = str(_markdown().renderer.render(tokens[head + 3 : stop], _markdown().options, {}))
        if key and head + 3 == stop:
            problems.append(Problem("the section is empty", name, _line(tokens[head]), key=SECTIONS[key]))
    end = body.count("\n") + 1
    missing = [heading for key, heading in SECTIONS.items() if key not in found]
    problems.extend(Problem(f"the section '## {heading}' is missing", name, end) for heading in missing)
    return found


def _key(head: list[Token], found: dict[str, str], name: str, problems: list[Problem]) -> str:
    """The key of a section by its heading; empty, and noted, where it is none or stands there already."""
    text, line = head[1].content, _line(head[0])
    key = next((key for key, heading in SECTIONS.items() if heading == text), "")
    if not key:
        near = nearest(text, SECTIONS.values()) or None
        problems.append(Problem(f"there is no section '{shown(text)}'", name, line, allowed=_HEADINGS, nearest=near))
    elif key in found:
        problems.append(Problem(f"the section '{text}' stands twice", name, line))
        return ""
    return key


def _line(token: Token) -> int:
    return token.map[0] + 1 if token.map else 1
