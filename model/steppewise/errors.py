"""Two families of errors: what the user can mend (here), and bugs (everything else)."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Problem:
    """One thing to mend: where it is, what is wrong, what is allowed, and the nearest known name."""

    message: str
    file: str | None = None
    line: int | None = None
    key: str | None = None
    allowed: str | None = None
    nearest: str | None = None

    def __str__(self) -> str:
        place = self.file or ""
        if self.line is not None:
            place = f"{place}:{self.line}" if place else f"line {self.line}"
        head = ": ".join(part for part in (place, self.key, self.message) if part)
        tail = [f"Allowed: {self.allowed}."] if self.allowed else []
        tail += [f"Did you mean '{self.nearest}'?"] if self.nearest else []
        return " ".join([f"{head}.", *tail]) if tail else head


class SteppewiseError(Exception):
    """What the user can mend: every problem at once. The command line shows it and exits with 2."""

    def __init__(self, problems: Problem | str | list[Problem]) -> None:
        if isinstance(problems, str):
            problems = Problem(problems)
        self.problems: tuple[Problem, ...] = tuple(problems) if isinstance(problems, list) else (problems,)
        super().__init__("\n".join(str(problem) for problem in self.problems))
