"""What a comparison found in the terminal, within 80 columns."""

from __future__ import annotations

from rich.table import Table
from rich.text import Text

from steppewise.analysis.comparison import Differences, PairedDifference
from steppewise.cli.terminal import new_table, show, show_lines, show_section
from steppewise.results.compare import Comparison
from steppewise.wording.comparison import (
    AUTONOMY,
    EXECUTION,
    SHARE,
    TRUST,
    advice,
    interval,
    measure_of,
    opening,
    unpaired_interval,
)
from steppewise.wording.numbers import in_percent_of_worlds

Rows = list[tuple[str, "PairedDifference"]]

_NOTE = (
    "Mean over worlds with its 95 % interval: with the same luck under both scenarios, and as it would be with "
    "different luck. Higher, lower: percent of the worlds; the rest are exactly the same."
)


def show_comparison(comparison: Comparison) -> None:
    """What differs, one scenario after the other; what rests on few worlds."""
    for number, found in enumerate(comparison.found):
        head, *others = opening(found)
        show(Text(f"\n{head}" if number else head, "bold"), *(Text(line) for line in others))
        if found.good_worlds and not found.is_nothing:
            _show_tables(found)
    if any(found.good_worlds and not found.is_nothing for found in comparison.found):
        show(Text(f"\n{_NOTE}"))
    show_lines(advice(comparison.found))


def _show_tables(found: Differences) -> None:
    end = found.spec.end
    shares = [*_by_power(found, SHARE), ("Autonomy", found.at(AUTONOMY))]
    show_section(f"Regional share in {end}, in percentage points", _table(shares, SHARE))
    show_section(f"Mean trust in {end}, from 0 to 1", _table(_by_power(found, TRUST), TRUST))
    show_section(f"Delivered of what fell due by {end}, in points", _table(_by_power(found, EXECUTION), EXECUTION))
    states = [(state.label, found.at("autonomy", state.name)) for state in found.spec.states]
    show_section(f"Autonomy of the states in {end}, in points", _table(states, "autonomy"))


def _by_power(found: Differences, variable: str) -> Rows:
    return [(power.label, found.at(variable, power.name)) for power in found.spec.powers]


def _table(rows: Rows, variable: str) -> Table:
    table, measure = (
        new_table(("",), ("Mean", "95 % interval", "if luck differed", "Higher", "Lower")),
        measure_of(variable),
    )
    for label, one in rows:
        several = one.worlds > 1
        table.add_row(
            label,
            measure.signed(one.mean, one.standard_error),
            interval(one, measure) if several else "-",
            unpaired_interval(one, measure) if several else "-",
            in_percent_of_worlds(one.positive),
            in_percent_of_worlds(one.negative),
        )
    return table
