"""What the yearly records of GDP mean for the dates of a scenario, and for its settings of growth."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Final

from steppewise.evidence.records import Record, Records
from steppewise.scenario.checks import Layer
from steppewise.scenario.quarter import Quarter
from steppewise.scenario.settings import targets
from steppewise.yaml_reader import KeyPath

WITHOUT: Final = "mechanisms: {record: off}"


def first_quarter(record: Record) -> Quarter:
    """The first quarter in which a record holds: the number of a year is that of its middle."""
    return Quarter.parse(f"{record.first_year}Q3")


def last_quarter(record: Record) -> Quarter:
    """The last quarter in which a record holds."""
    return Quarter.parse(f"{record.last_year}Q2")


def recorded_throughout(records: Records, start: Quarter, end: Quarter) -> dict[str, Quarter]:
    """The actors whose GDP follows its record in every quarter from start to end, and its last quarter."""
    gdp = {actor: record for (kind, actor), record in records.items() if kind == "gdp"}
    return {
        actor: last_quarter(record)
        for actor, record in gdp.items()
        if first_quarter(record) <= start and end <= last_quarter(record)
    }


def idle_growth(pattern: str, holding: Mapping[str, str], recorded: Mapping[str, Quarter]) -> tuple[str, str] | None:
    """Why a setting of growth would do nothing, and what to do; None where it does something.

    `holding` is the pattern that holds for each parameter, `recorded` as `recorded_throughout` gives it.
    """
    set_by_it = [name.split(".") for name, held in holding.items() if held == pattern]
    lasts = [recorded.get(parts[1]) if parts[2:] == ["growth"] else None for parts in set_by_it]
    known = [last for last in lasts if last is not None]
    if not known or len(known) < len(lasts):
        return None
    whose = f" of {set_by_it[0][1]}" if len(known) == 1 else ""
    message = f"does nothing: GDP{whose} follows its record until {min(known)}, and the run ends before that is over"
    return message, f"{WITHOUT}, or an end after {min(known)}"


def check_growth(layers: Iterable[Layer], names: Iterable[str], recorded: Mapping[str, Quarter]) -> None:
    """Note the settings of growth that would do nothing. What is inherited is left alone: it did something there."""
    names = tuple(names)
    for layer in layers:
        holding, _ = targets(layer.file.set_, names)
        for pattern in dict.fromkeys(holding.values()):
            told = idle_growth(pattern, holding, recorded)
            if told:
                layer.findings.add(("set", pattern), *told)


def check_start(layers: Iterable[Layer], start: Quarter, records: Records) -> None:
    """Note a start before the records of GDP begin."""
    gdp = {actor: first_quarter(record) for (kind, actor), record in records.items() if kind == "gdp"}
    late = max(gdp, key=lambda actor: gdp[actor], default="")
    if not late or gdp[late] <= start:
        return
    path: KeyPath = ("start",)
    findings = next(layer.findings for layer in reversed(list(layers)) if layer.file.start)
    message = f"{start} comes before the record of GDP of {late}, which begins in {gdp[late]}"
    findings.add(path, message, f"{gdp[late]} or later, or {WITHOUT}")
