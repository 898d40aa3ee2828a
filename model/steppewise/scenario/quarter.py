"""Calendar quarters such as 2025Q3."""

from __future__ import annotations

import re
from dataclasses import dataclass

_PATTERN = re.compile(r"(\d{4})Q([1-4])")


@dataclass(frozen=True, order=True)
class Quarter:
    """A calendar quarter; `number` counts quarters from year 0, so that differences are durations."""

    number: int

    @classmethod
    def parse(cls, text: str) -> Quarter:
        """Read `2025Q3`. Raises ValueError on anything else."""
        match = _PATTERN.fullmatch(text)
        if match is None:
            raise ValueError(f"'{text}' is not a quarter such as 2025Q3")
        return cls(int(match[1]) * 4 + int(match[2]) - 1)

    @property
    def year(self) -> int:
        """Calendar year."""
        return self.number // 4

    @property
    def index(self) -> int:
        """0 to 3 within the year."""
        return self.number % 4

    @property
    def years(self) -> float:
        """Start of the quarter as a decimal year: 2025Q3 is 2025.5."""
        return self.number / 4

    def plus(self, quarters: int) -> Quarter:
        """The quarter so many quarters later."""
        return Quarter(self.number + quarters)

    def until(self, end: Quarter) -> tuple[Quarter, ...]:
        """All quarters from this one to `end`, both included."""
        return tuple(Quarter(n) for n in range(self.number, end.number + 1))

    def __str__(self) -> str:
        return f"{self.year}Q{self.index + 1}"
