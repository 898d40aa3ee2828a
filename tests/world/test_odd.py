"""docs/odd.md is complete and true: a model rebuilt from its text alone has the same numbers."""

from __future__ import annotations

from dataclasses import asdict, replace
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.oracle.rebuilt_from_odd import RebuiltWorld, Story, philox, uniform
from tests.oracle.rebuilt_input import Reader, by_year
from tests.support.courses import course
from tests.support.generated import scenarios, seeds, setting, spec_of, uncertainties
from tests.support.shipped import shipped

from steppewise.analysis.patterns import ROWS
from steppewise.evidence.catalogue import FOLDER, load_evidence
from steppewise.scenario.event import Event
from steppewise.scenario.events.alliance import Alliance
from steppewise.scenario.events.budget import BudgetChange
from steppewise.scenario.events.corridor import Corridor
from steppewise.scenario.events.format import FormatChange
from steppewise.scenario.events.labour_pathway import LabourPathway
from steppewise.scenario.events.membership import Membership
from steppewise.scenario.events.package import Package
from steppewise.scenario.events.pressure import Pressure
from steppewise.scenario.events.remittance_shock import RemittanceShock
from steppewise.scenario.events.resource_price import ResourcePrice
from steppewise.scenario.events.security_crisis import SecurityCrisis
from steppewise.scenario.events.set import SetParameters
from steppewise.scenario.events.trade_shock import TradeShock
from steppewise.scenario.events.visit import Visit
from steppewise.scenario.library import library_path
from steppewise.scenario.quarter import Quarter
from steppewise.scenario.resolve import load_scenario
from steppewise.scenario.spec import MECHANISMS, STRUCTURES, ScenarioSpec
from steppewise.world import streams
from steppewise.world.layout import STATE, Field
from steppewise.world.streams import stream_key
from steppewise.world.variables import VARIABLES

ODD = (Path(__file__).parents[2] / "docs" / "odd.md").read_text(encoding="utf-8")
READER = Reader(FOLDER)
PRECISION = 1e-9
SMALL = 1e-3
"""Numbers below this are compared absolutely, to PRECISION times it."""


def story_of(spec: ScenarioSpec) -> Story:
    """A specification as plain data."""
    return Story(
        powers=spec.power_names,
        states=spec.state_names,
        start=spec.start.number,
        end=spec.end.number,
        parameters={name: (p.value, p.low, p.high) for name, p in spec.parameters.items()},
        events=tuple(told(event) for event in spec.events),
        off=spec.switched_off,
        structure=dict(spec.structure),
        records={
            key: by_year(record.first_year, [value or None for value in record.values])
            for key, record in spec.records.items()
        },
    )


def told(event: Event) -> dict:
    """An event as plain data."""
    data = {**asdict(event), "kind": event.acts_as().kind, "at": event.at.number}
    if isinstance(event, Corridor):
        data["to"] = data.pop("along")
    if isinstance(event, SetParameters):
        data["values"] = dict(event.values)
    return data


def assert_same_numbers(
    spec: ScenarioSpec, story: Story, uncertainty: str, seed: int, first: int = 0, worlds: int = 2
) -> None:
    """Worlds of the model and of the rebuilt one agree in every variable of every quarter."""
    theirs = course(spec, worlds, seed, uncertainty, first)
    chance, ignorance = uncertainty in ("both", "chance"), uncertainty in ("both", "ignorance")
    for number in range(worlds):
        rebuilt = RebuiltWorld(story, seed, first + number, chance, ignorance)
        for time in range(len(spec.quarters)):
            rebuilt.step()
            observed = rebuilt.observed()
            assert observed.keys() == VARIABLES.keys()
            for name, ours in observed.items():
                message = f"{name} of world {number} after {time + 1} quarters"
                found = theirs[name][time, ..., number]
                np.testing.assert_allclose(found, ours, PRECISION, PRECISION * SMALL, err_msg=message)


# the numbers ------------------------------------------------------------------------------------------------


@given(scenarios(longest=24), uncertainties, seeds, st.integers(0, 2000))
def test_the_rebuilt_model_has_the_same_numbers(spec, uncertainty, seed, first):
    with np.errstate(under="ignore"):
        assert_same_numbers(spec, story_of(spec), uncertainty, seed, first)


@pytest.mark.parametrize("name", shipped())
def test_a_file_of_the_library_read_by_the_text_has_the_same_numbers(name):
    spec, story = load_scenario(name), READER.story(library_path(name))
    assert story.parameters == story_of(spec).parameters
    assert [event["label"] for event in story.events] == [event.label for event in spec.events]
    assert_same_numbers(spec, story, "both", seed=0, worlds=1)


@pytest.mark.parametrize("mechanism", MECHANISMS)
def test_a_mechanism_switched_off_has_the_same_numbers(mechanism):
    spec = replace(busy(), switched_off=frozenset({mechanism}))
    assert_same_numbers(spec, story_of(spec), "both", seed=3)


@pytest.mark.parametrize(("part", "chosen"), [(part, one) for part, choices in STRUCTURES.items() for one in choices])
def test_a_rival_formulation_has_the_same_numbers(part, chosen):
    spec = replace(busy(), structure={**busy().structure, part: chosen})
    assert_same_numbers(spec, story_of(spec), "both", seed=5)


def test_all_events_together_have_the_same_numbers():
    for uncertainty in ("both", "none"):
        assert_same_numbers(busy(), story_of(busy()), uncertainty, seed=4, first=17)


def busy() -> ScenarioSpec:
    """Every kind of event in three years, and values that set every rule in motion."""
    values = {
        "powers.*.emulation": 1.0,
        "powers.*.counterbalancing": 2.0,
        "world.trade.transit": 0.3,
        "ties.japan.turkmenistan.trade": 0,
    }
    spec = setting(spec_of(quarters=12, start=Quarter.parse("2005Q1")), values)
    k, u, *others = spec.state_names
    late = (("powers.japan.offer.energy", 0.1), ("powers.china.growth", 0.01), ("world.trust.news_fading", 2.0))
    drawn = [
        lambda *common: Visit(*common, "held", "japan", spec.state_names, "leader", 0.0),
        lambda *common: Visit(*common, "cancelled", "japan", (k, u), "minister", 0.7),
        lambda *common: Package(*common, 2.0, "japan", (u,), 1.2, None, None),
        lambda *common: Package(*common, 3.0, "china", spec.state_names, 0.6, (0.5, 0.3, 0.2), 0.4),
        lambda *common: LabourPathway(*common, 1.0, "japan", (k, u), 2.0, None),
        lambda *common: Pressure(*common, 0.7, "russia", (k, u), 0.6),
        lambda *common: BudgetChange(*common, 2.0, "japan", None),
        lambda *common: BudgetChange(*common, 0.5, "japan", 0.4),
        lambda *common: Corridor(*common, 4.0, "china", (k, u, *others)),
        lambda *common: Corridor(*common, 4.0, None, (others[0], k)),
        lambda *common: FormatChange(*common, "ended", "japan"),
        lambda *common: FormatChange(*common, "launched", "russia"),
        lambda *common: Membership(*common, "joined", "russia", (k,)),
        lambda *common: Membership(*common, "left", "russia", tuple(others)),
        lambda *common: Alliance(*common, "formed", "china", (k, u), 0.7),
        lambda *common: Alliance(*common, "ended", "russia", (k,), 0.3),
        lambda *common: TradeShock(*common, 0.3, "russia", (k, u), 1.3),
        lambda *common: TradeShock(*common, 1.5, "russia", spec.state_names, 0.6),
        lambda *common: RemittanceShock(*common, 0.4, None, tuple(others), 1.0),
        lambda *common: RemittanceShock(*common, 0.5, "russia", spec.state_names, 0.8),
        lambda *common: ResourcePrice(*common, 1.7, spec.state_names, 1.0),
        lambda *common: ResourcePrice(*common, 0.5, (k,), 0.5),
        lambda *common: SecurityCrisis(*common, 3.0, (k, *others), 1.0),
        lambda *common: SetParameters(*common, late),
    ]
    return replace(
        spec,
        events=tuple(
            make(f"{number}", spec.start.plus(number % 7), (1.0, 0.6)[number % 2]) for number, make in enumerate(drawn)
        ),
    )


BARE = """name: bare
extends: baseline
end: 2028Q4
structure: {trust: recent, trade: unconstrained}
mechanisms: {gravity: off, hedging: off}
set:
  powers.*.execution: high
  states.turkmenistan.neutrality: {value: very low}
actors: {add: [{name: utopia, kind: power, label: Utopia, iso3: UTO, like: china},
               {name: ruritania, kind: state, label: Ruritania, iso3: RUR, like: tajikistan, borders: [kazakhstan]}]}
events:
  - {at: 2026Q1, visit: held, by: japan, to: all}
  - {at: 2026Q1, visit: cancelled, by: utopia, to: [uzbekistan, kazakhstan]}
  - {at: 2026Q2, package: 1, by: japan, to: all}
  - {at: 2026Q2, labour_pathway: 1, by: utopia, to: [ruritania]}
  - {at: 2026Q3, pressure: high, by: russia, to: all}
  - {at: 2026Q3, budget: 2, by: japan}
  - {at: 2026Q4, trade_shock: 0.5, by: russia, to: [ruritania, kazakhstan]}
  - {at: 2026Q4, remittance_shock: 0.5, to: all}
  - {at: 2027Q1, remittance_shock: 0.5, by: russia, to: all}
  - {at: 2027Q1, resource_price: 1.5}
  - {at: 2027Q2, resource_price: 1.5, to: [turkmenistan]}
  - {at: 2027Q2, security_crisis: 3, to: all, probability: 0.5}
  - {at: 2027Q3, alliance: formed, by: china, to: [tajikistan]}
  - {at: 2027Q3, alliance: ended, by: russia, to: [tajikistan, kazakhstan], strength: high}
  - {at: 2027Q4, membership: joined, by: russia, to: [uzbekistan]}
  - {at: 2027Q4, corridor: 1, along: [ruritania, kazakhstan, uzbekistan]}
  - {at: 2028Q1, format: ended, by: japan}
  - {at: 2028Q1, set: {powers.japan.execution: low, world.trust.negativity: 2}}
"""


def test_events_that_say_no_more_than_they_must_have_the_same_numbers(tmp_path):
    """Defaults, labels, levels, new actors, switches and structures of a file, read by the text."""
    (tmp_path / "baseline.yaml").write_text(library_path("baseline").read_text(encoding="utf-8"), encoding="utf-8")
    path = tmp_path / "bare.yaml"
    path.write_text(BARE, encoding="utf-8")
    spec, story = load_scenario(path), READER.story(path)
    assert story.parameters == story_of(spec).parameters
    assert [event["label"] for event in story.events] == [event.label for event in spec.events]
    assert_same_numbers(spec, story, "both", seed=6)
    assert_same_numbers(spec, story, "none", seed=6, worlds=1)


# the random numbers -----------------------------------------------------------------------------------------


def test_philox_gives_the_known_answers_of_its_authors():
    ones = 2**64 - 1
    zero = (0x16554D9ECA36314C, 0xDB20FE9D672D0FDC, 0xD7E772CEE186176B, 0x7E68B68AEC7BA23B)
    full = (0x87B092C3013FE90B, 0x438C3C67BE8D0224, 0x9CC7D7C69CD777B6, 0xA09CAEBF594F0BA0)
    assert philox((0, 0, 0, 0), (0, 0)) == zero
    assert philox((ones, ones, ones, ones), (ones, ones)) == full


@given(seeds, st.text(max_size=20), st.integers(0, 2**40), st.integers(0, 2100))
def test_streams_are_those_of_the_text(seed, name, first, year):
    for world in range(first, first + 3):
        ours = [uniform(seed, name, world, year, quarter) for quarter in range(4)]
        assert [streams.uniform(word) for word in streams.four_words(world, year, stream_key(seed, name))] == ours


def test_the_text_gives_numbers_to_check_by():
    for world in (0, 1):
        for quarter in range(4):
            assert str(uniform(0, "fiscal/japan", world, 2025, quarter)) in ODD
    assert str(uniform(0, "parameter/powers.japan.execution", 0)) in ODD


# the words --------------------------------------------------------------------------------------------------


def test_the_text_names_every_parameter_with_its_symbol():
    for definition in load_evidence().definitions.values():
        family = definition.key.rpartition(".")[0]
        assert f"`{definition.symbol}`" in ODD or f"`{definition.symbol[:-1]}1` ..." in ODD, definition.symbol
        assert definition.key in ODD or f"{family}." in ODD, definition.key


def test_the_table_of_state_variables_is_that_of_the_code():
    """Every number of a world that has a symbol stands there once, by what it is, and nothing else does."""
    section = ODD.partition("### 2.4 ")[2].partition("\n## ")[0]
    table = [[cell.strip() for cell in row.split("|")[1:-1]] for row in section.splitlines() if row.startswith("| `")]
    told = [(symbol.strip("`"), by, name.strip("`").removeprefix("w.")) for symbol, by, *_, name in table]
    assert sorted(told) == sorted((field.symbol, by_of(field), field.name) for field in STATE if field.symbol)


def by_of(field: Field) -> str:
    """What a number is by, as the table says it."""
    if field.axes == "ES":
        return "E, S"
    return ", ".join((*field.owner, *map(str, field.inner)))


TOLD = {"variables": VARIABLES, "mechanisms": MECHANISMS, "patterns": [row.id for row in ROWS]}


@pytest.mark.parametrize("kind", TOLD)
def test_the_text_names_every_one(kind):
    assert [name for name in TOLD[kind] if f"`{name}`" not in ODD] == []
