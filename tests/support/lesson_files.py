"""A small lesson, and the same with other keys in its header or another body."""

from __future__ import annotations

from typing import Final

HEADER: Final = {
    "title": "A lesson",
    "goal": "You can read it.",
    "minutes": "20",
    "scenario": "baseline",
    "levers": "{powers.japan.effort: {from: 0.01, to: 0.1}}",
    "power": "japan",
    "predict": "{question: How?, outcome: regional_share.japan, set: {powers.japan.effort: 0.1}, "
    "low: -10, high: 10, step: 1}",
    "steps": "[{do: Move *effort*., set: {powers.japan.effort: 0.05}}, {do: Look.}]",
}
"""Line n of the file holds key n - 1."""

BODY: Final = """## What to look for

The **share**.

## Questions

1. Why?

## What not to conclude

That it is a forecast.

## For the teacher

Nothing.
"""


def lesson_text(*, body: str = BODY, **header: str | None) -> str:
    """The text of a lesson; keys of None are left out, new ones come last."""
    keys = {key: value for key, value in {**HEADER, **header}.items() if value is not None}
    return "\n".join(["---", *(f"{key}: {value}" for key, value in keys.items()), "---", body])


def predict_text(outcome: str, low: int, high: int, step: int) -> str:
    """A prediction as it stands in a header."""
    guess = f"low: {low}, high: {high}, step: {step}"
    return f"{{question: A, outcome: {outcome}, set: {{powers.japan.effort: 0.1}}, {guess}}}"
