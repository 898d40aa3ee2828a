"""What holds in every scenario that the schema allows, whatever the numbers (design, section 7, "Always")."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.support.courses import (
    FIELDS_HELD,
    Course,
    assert_close,
    assert_same,
    course,
    picked,
    quarters_of,
    worlds_of,
)
from tests.support.generated import (
    EVIDENCE,
    event_of,
    fixed,
    recast,
    renamed_event,
    scenarios,
    seeds,
    setting,
    spec_of,
    turned,
    uncertainties,
    with_events,
)

from steppewise.evidence.types import Actor
from steppewise.experiment import ensemble
from steppewise.experiment.block import Block, run_block
from steppewise.experiment.ensemble import Plan, simulate
from steppewise.scenario.events.package import Package
from steppewise.scenario.events.set import SetParameters
from steppewise.scenario.quarter import Quarter
from steppewise.scenario.spec import ScenarioSpec
from steppewise.world.model import RegionalInfluenceModel
from steppewise.world.tables import tables_of

ROUNDING = 1e-9
JAPAN, KAZAKHSTAN = EVIDENCE.powers[0], EVIDENCE.states[0]
short = scenarios(longest=12)
chancy = st.sampled_from(("chance", "both"))


# bounds -----------------------------------------------------------------------------------------------------

IN_UNIT_INTERVAL = (
    "share",
    "regional_share",
    "autonomy",
    "regional_autonomy",
    "trust",
    "regional_trust",
    "dialogue",
    "trade_share",
    "allocation",
    "execution",
    "cooperation",
    "absorptive_capacity",
    "intensity",
    "fit",
    "offer",
    "room",
    "needs",
    "link",
    "security",
    "trade_part",
    "has_format",
    "member",
    "allied",
)
NEVER_NEGATIVE = (
    "dependence",
    "regional_dependence",
    "engagement",
    "bandwidth",
    "trade",
    "aid",
    "connectivity",
    "promised",
    "delivered",
    "cancelled",
    "budget",
    "kept",
    "broken",
    "new_kept",
    "new_broken",
    "news_kept",
    "news_broken",
    "falls_due",
    "paid",
    "people_paid",
    "lost_money",
    "soft",
    "hard",
    "lost",
    "schooling",
    "aid_stock",
    "old_connectivity",
    "earned",
    "remittances",
    "people",
    "substance",
    "formal_capacity",
    "trade_pull",
    "trade_of_gdp",
    "all_trade",
    "rest_of_trade",
    "openness",
    "sending",
    "crisis",
    "price_factor",
    "sent",
    "open_pressure",
    "gdp",
    "adoption",
    "output",
    "economy",
    "leverage",
)


def assert_sound(run: Course) -> None:
    """Everything finite and within its bounds, everything that is shared out adds up, in every quarter."""
    for name, values in run.items():
        assert np.isfinite(values).all(), name
    for name in IN_UNIT_INTERVAL:
        assert run[name].min() >= -1e-12, name
        assert run[name].max() <= 1 + 1e-12, name
    for name in NEVER_NEGATIVE:
        assert run[name].min() >= 0, name
    assert np.isin(run["has_format"], (0, 1)).all()
    np.testing.assert_allclose(run["share"].sum(axis=1) + run["autonomy"], 1, rtol=1e-12)
    np.testing.assert_allclose(run["regional_share"].sum(axis=1) + run["regional_autonomy"], 1, rtol=1e-12)
    np.testing.assert_allclose(run["allocation"].sum(axis=2), 1, rtol=ROUNDING)
    np.testing.assert_allclose(run["offer"].sum(axis=3), 1, rtol=ROUNDING)
    np.testing.assert_allclose(run["needs"].sum(axis=2), 1, rtol=ROUNDING)
    np.testing.assert_allclose(run["engagement"].mean(axis=1), 1, rtol=ROUNDING)
    assert (run["trade"].sum(axis=1) <= run["all_trade"] * (1 + ROUNDING)).all()
    assert_as_broad_as_its_parts(run)
    links = run["link"]
    np.testing.assert_array_equal(links, links.swapaxes(1, 2))
    assert not links[:, range(links.shape[1]), range(links.shape[1])].any()


def assert_as_broad_as_its_parts(run: Course) -> None:
    """What a tie is made of, and dependence, are means of indices (7.8): no more than 1, but where L(x) is.

    L(x) is above 1 where trade, aid or remittances are above 100 percent of GDP.
    """
    percent = np.maximum(100.0 * run["trade"] / run["economy"][:, None], run["aid"])
    most = np.maximum(1.0, np.log1p(np.maximum(percent, run["remittances"])) / np.log(101.0)) * (1 + ROUNDING)
    for name in ("substance", "dependence"):
        assert (run[name] <= most).all(), name


def assert_conserved(run: Course) -> None:
    """What was promised was delivered, was cancelled, or is awaited."""
    accounted = run["delivered"] + run["cancelled"] + run["in_pipeline"]
    np.testing.assert_allclose(accounted, run["promised"], rtol=ROUNDING, atol=1e-12)
    assert (run["in_pipeline"] >= -ROUNDING * run["promised"]).all()


@settings(max_examples=4 * settings.default.max_examples)
@given(scenarios(), uncertainties, seeds)
def test_all_quantities_stay_in_their_bounds_and_promises_are_conserved(spec, uncertainty, seed):
    run = course(spec, 3, seed, uncertainty)
    assert_sound(run)
    assert_conserved(run)


@given(short, uncertainties, seeds)
def test_all_trade_of_a_state_goes_with_its_economy(spec, uncertainty, seed):
    """What one partner gains others lose: `total_s = all_s GDP_s / GDP0_s` (7.5)."""
    run = course(replace(spec, structure={**spec.structure, "trade": "resistance"}), 2, seed, uncertainty)
    all_trade = run["all_trade_at_start"] * run["economy"] / run["opening_economy"]
    np.testing.assert_allclose(run["all_trade"], all_trade, rtol=ROUNDING)


@pytest.mark.parametrize("growth", [-0.2, None, 0.2])
def test_a_century_stays_bounded(growth):
    spec = spec_of(quarters=400)
    if growth is not None:
        spec = setting(spec, {"powers.*.growth": growth, "states.*.growth": growth})
    run = course(spec, 2, 0, "both")
    assert_sound(run)
    assert_conserved(run)
    traded = run["trade_of_gdp"][-1] / (100 * run["all_trade_at_start"][-1] / run["opening_economy"][-1])
    assert traded.max() <= 1 + ROUNDING
    assert run["aid"].max() < 1000


@given(short, uncertainties, seeds)
def test_a_power_without_an_economy_promises_nothing_of_its_own(spec, uncertainty, seed):
    events = tuple(event for event in spec.events if not isinstance(event, Package))
    run = course(setting(replace(spec, events=events), {"powers.*.gdp": 0.0}), 2, seed, uncertainty)
    assert_sound(run)
    assert not run["budget"].any()
    assert not run["promised"].any()
    assert (run["trade_growth"] == 1).all()


@given(short, uncertainties, seeds)
def test_every_world_of_a_block_ends_well(spec, uncertainty, seed):
    result = run_block(Block(spec, 0, 3, seed, uncertainty), ("share",))
    assert result.status == ("ok",) * 3
    assert all(np.isfinite(values).all() for values in result.outcomes.values())
    assert np.isfinite(result.trajectories["share"]).all()


@pytest.mark.parametrize("exponent", range(0, 40, 3))
def test_the_offer_of_rivals_with_hardly_any_influence_is_still_an_offer(exponent):
    """A rival's share of 1e-17 was lost in a sum and came back as a division by nothing: an offer of 1e281."""
    spec = spec_of(EVIDENCE.powers[:2], EVIDENCE.states[:1])
    for number, share in enumerate(np.linspace(0.1, 0.9, 40).tolist()):
        model = RegionalInfluenceModel(spec, 0, number=number)
        model.world.share[0, 0], model.world.share[1, 0] = share, 0.1 * 10.0**-exponent
        model.source.sensing.look_around(model.world)
        np.testing.assert_allclose(model.read("room")[0], 1 / (1 + 5 * model.read("offer")[1]), rtol=ROUNDING)


# relabelling ------------------------------------------------------------------------------------------------


def stranger(actor: Actor) -> Actor:
    """The same actor under another name."""
    return replace(actor, name=f"new_{actor.name}")


@given(st.data(), short)
def test_relabelled_and_reordered_actors_have_the_same_course(data, spec):
    powers = data.draw(st.permutations(range(len(spec.powers))))
    states = data.draw(st.permutations(range(len(spec.states))))
    strangers = [tuple(stranger(actors[i]) for i in order) for actors, order in cast_of(spec, powers, states)]
    now = {actor.name: stranger(actor).name for actor in (*spec.powers, *spec.states)}
    other = recast(spec, *strangers, was={new: old for old, new in now.items()})
    events = tuple(link_in_order(renamed_event(event, now), other) for event in spec.events)
    other = replace(other, events=events)
    assert_alike(picked(course(spec), powers, states), course(other))


def assert_alike(one: Course, other: Course) -> None:
    """Equal but for rounding, and for `leads`: of powers with equal shares the first in order leads."""
    assert_close(*({name: run[name] for name in run if name != "leads"} for run in (one, other)))


def cast_of(spec: ScenarioSpec, powers: list[int], states: list[int]):
    return (spec.powers, powers), (spec.states, states)


def link_in_order(event, spec: ScenarioSpec):
    """Links are named by their states in the scenario's order."""
    if not isinstance(event, SetParameters):
        return event
    pairs = ((name if name in spec.parameters else turned(name), value) for name, value in event.values)
    return replace(event, values=tuple(pairs))


@given(st.data(), short, seeds)
def test_powers_in_another_order_meet_the_same_luck(data, spec, seed):
    powers = data.draw(st.permutations(range(len(spec.powers))))
    other = recast(spec, tuple(spec.powers[p] for p in powers), spec.states)
    one = picked(course(spec, 2, seed, "both"), powers, list(range(len(spec.states))))
    assert_alike(one, course(other, 2, seed, "both"))


@given(scenarios(longest=12, with_events=False))
def test_identical_powers_have_identical_shares(spec):
    first = spec.powers[0]
    twin = stranger(first)
    both = recast(spec, (*spec.powers, twin), spec.states, was={twin.name: first.name})
    run = course(both)
    for name in ("share", "trust", "engagement", "allocation", "delivered", "budget"):
        values = run[name]
        np.testing.assert_allclose(values[:, 0], values[:, -1], rtol=ROUNDING, atol=1e-12, err_msg=name)


@given(scenarios(longest=12, with_events=False, least=(1, 2)))
def test_identical_states_are_treated_alike(spec):
    """Two states with equal parameters, ties and links."""
    first, rest = spec.states[0], spec.states[2:]
    twin = stranger(first)
    other = recast(spec, spec.powers, (first, twin, *rest), was={twin.name: first.name})
    run = course(other)
    for name in ("share", "trust", "engagement", "allocation", "autonomy"):
        axis = 1 if name == "autonomy" else 2
        ours, theirs = np.take(run[name], 0, axis), np.take(run[name], 1, axis)
        np.testing.assert_allclose(ours, theirs, rtol=ROUNDING, atol=1e-12, err_msg=name)


@given(short, uncertainties, seeds, st.randoms(use_true_random=False))
def test_agents_that_act_one_by_one_in_any_order_do_what_they_do_together(spec, uncertainty, seed, random):
    together = course(spec, 2, seed, uncertainty)
    for number in range(2):
        model = RegionalInfluenceModel(spec, seed, number=number, uncertainty=uncertainty)
        for time in range(len(spec.quarters)):
            step_by_hand(model, random.shuffle)
            for name in FIELDS_HELD:
                np.testing.assert_array_equal(model.read(name), together[name][time, ..., number], err_msg=name)


def step_by_hand(model: RegionalInfluenceModel, shuffle: Callable[[list], None]) -> None:
    """One quarter in the order of docs/odd.md, 3.1, agent by agent."""
    source, w, on, now = model.source, model.world, model.on, model.quarter
    source.events.take_effect(w, on, model.plan, now.number, now.years)
    if now in (model.spec.start, Quarter(4 * now.year)):
        source.streams.draw_year(w, on, model.keys, now.year)
    source.region.advance_chance(w, on, now.index)
    source.sensing.look_around(w)
    for agents, act in ((p, a) for p in (model.powers, model.states) for a in ("decide", "act")):
        order = list(agents)
        shuffle(order)
        for agent in order:
            getattr(agent, act)()
    source.region.settle(w, on)
    source.region.end_quarter(w, on, now.year, now.index)
    source.outcomes.observe(w, model.plan)
    model.quarter = now.plus(1)


@given(short, uncertainties, seeds)
def test_the_unit_of_money_does_not_matter(spec, uncertainty, seed):
    """All money in halves of a billion: every share and index is the same to the last bit."""
    money = {name for name, p in spec.parameters.items() if "billion" in p.definition.unit}
    doubled = {name: scaled(spec.parameters[name], 2.0) for name in money}
    events = tuple(replace(e, amount=2 * e.amount) if hasattr(e, "amount") else e for e in spec.events)
    other = replace(spec.with_parameters(doubled), events=events)
    one, two = course(spec, 2, seed, uncertainty), course(other, 2, seed, uncertainty)
    for name in (*IN_UNIT_INTERVAL, "engagement", "bandwidth", "aid"):
        np.testing.assert_array_equal(one[name], two[name], err_msg=name)
    for name in ("trade", "connectivity", "delivered", "promised", "in_pipeline", "budget"):
        np.testing.assert_array_equal(2 * one[name], two[name], err_msg=name)


def scaled(parameter, factor: float):
    return replace(
        parameter,
        value=factor * parameter.value,
        low=factor * parameter.low,
        high=factor * parameter.high,
    )


# promises ---------------------------------------------------------------------------------------------------


@given(short, uncertainties, seeds)
def test_with_no_effort_by_anyone_nothing_is_delivered(spec, uncertainty, seed):
    events = tuple(event for event in spec.events if not isinstance(event, Package | SetParameters))
    idle = setting(replace(spec, events=events), {"powers.*.effort": 0.0})
    run = course(idle, 2, seed, uncertainty)
    for name in ("budget", "promised", "delivered", "cancelled", "in_pipeline", "falls_due", "soft", "hard", "lost"):
        assert not run[name].any(), name
    assert (run["execution"] == 1).all()


# one world is one world -------------------------------------------------------------------------------------


@given(short, uncertainties, seeds, st.integers(0, 5), st.integers(1, 4))
def test_a_world_is_the_same_in_every_block(spec, uncertainty, seed, first, count):
    whole = course(spec, 10, seed, uncertainty)
    part = course(spec, count, seed, uncertainty, first=first)
    assert_same(part, worlds_of(whole, slice(first, first + count)))


def test_a_world_is_the_same_in_every_block_with_many_actors():
    powers = tuple(replace(EVIDENCE.powers[0], name=f"power{number}") for number in range(10))
    states = tuple(replace(EVIDENCE.states[0], name=f"state{number}") for number in range(10))
    was = {actor.name: like.name for actors, like in ((powers, JAPAN), (states, KAZAKHSTAN)) for actor in actors}
    spec = recast(spec_of(quarters=3), powers, states, was)
    whole = course(spec, 4, 0, "both")
    for world in range(4):
        assert_same(course(spec, 1, 0, "both", first=world), worlds_of(whole, slice(world, world + 1)))


@given(short, uncertainties, seeds, st.integers(0, 3), st.integers(1, 4), st.integers(0, 9))
def test_worlds_that_begin_anew_are_the_same_again(spec, uncertainty, seed, first, cycle, phase):
    """A sweep runs the same worlds at every point of its design."""
    numbers = [first + (phase + world) % cycle for world in range(5)]
    whole = course(spec, first + cycle, seed, uncertainty)
    again = course(spec, 5, seed, uncertainty, numbers=np.array(numbers))
    assert_same(again, {name: values[..., numbers] for name, values in whole.items()})


@given(scenarios(longest=6), uncertainties, seeds, st.integers(1, 5))
def test_a_world_does_not_know_how_long_the_scenario_lasts(spec, uncertainty, seed, further):
    longer = replace(spec, end=spec.end.plus(further))
    whole = course(longer, 2, seed, uncertainty)
    assert_same(course(spec, 2, seed, uncertainty), quarters_of(whole, slice(0, len(spec.quarters))))


@given(scenarios(longest=5), uncertainties, seeds, st.integers(1, 7))
def test_an_ensemble_is_the_same_in_blocks_of_any_size(spec, uncertainty, seed, size):
    plan = Plan(7, seed, uncertainty)
    whole = simulate(spec, plan, ("share", "trust"))
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(ensemble, "WORLDS_IN_BLOCK", size)
        parts = simulate(spec, plan, ("share", "trust"))
    assert parts.status == whole.status == ("ok",) * 7
    assert_same(parts.parameters, whole.parameters)
    assert_same(parts.outcomes, whole.outcomes)
    assert_same(parts.trajectories, whole.trajectories)


@given(scenarios(longest=3))
def test_seed_zero_is_a_seed(spec):
    assert_same(course(spec, 2, 0, "both"), course(spec, 2, 0, "both"))
    for number in range(4):
        models = [RegionalInfluenceModel(spec, seed, number=number) for seed in (0, 1)]
        assert models[0].world.adoption_threshold[0] != models[1].world.adoption_threshold[0]


# one change, one effect -------------------------------------------------------------------------------------


@given(st.data(), short, uncertainties, seeds)
def test_an_event_that_never_happens_changes_nothing(data, spec, uncertainty, seed):
    event = replace(data.draw(event_of(spec, "extra")), probability=0.0)
    other = with_events(spec, event)
    assert_same(course(other, 2, seed, uncertainty), course(spec, 2, seed, uncertainty))


IDLE = {
    "powers.idle.effort": 0.0,
    "powers.idle.meetings_per_year": 0.0,
    "powers.idle.format_start": 2100.0,
    "ties.idle.*.aid": 0.0,
    "ties.idle.*.trade": 0.0,
    "ties.idle.*.connectivity": 0.0,
    "ties.idle.*.security": 0.0,
    "ties.idle.*.union": 0.0,
    "powers.idle.language": 0.0,
    "powers.idle.migrants": 0.0,
}


def with_power(spec: ScenarioSpec, name: str, place: int) -> ScenarioSpec:
    """The scenario with a further power, like its first one."""
    first = spec.powers[0]
    powers = (*spec.powers[:place], replace(first, name=name), *spec.powers[place:])
    return recast(spec, powers, spec.states, was={name: first.name})


@given(st.data(), short, uncertainties, seeds)
def test_a_power_that_does_nothing_changes_nothing(data, spec, uncertainty, seed):
    place = data.draw(st.integers(0, len(spec.powers)))
    other = setting(with_power(spec, "idle", place), IDLE)
    rest = [p for p in range(len(other.powers)) if p != place]
    run = course(other, 2, seed, uncertainty)
    assert not np.take(run["share"], place, 1).any()
    assert_same(picked(run, rest, list(range(len(spec.states)))), course(spec, 2, seed, uncertainty))


@given(st.data(), short, seeds)
def test_additions_leave_all_other_draws_alone(data, spec, seed):
    """A power, an event and a range more: what was drawn before is drawn again."""
    place = data.draw(st.integers(0, len(spec.powers)))
    name = data.draw(st.sampled_from(sorted(spec.parameters)))
    other = with_power(spec, "further", place)
    other = with_events(other, data.draw(event_of(other, "further")))
    other = other.with_parameters({name: ranged(other.parameters[name])})
    rest = [p for p in range(len(other.powers)) if p != place]
    for number in range(2):
        one, two = (RegionalInfluenceModel(each, seed, number=number) for each in (spec, other))
        for shared in spec.parameters.keys() - {name}:
            assert one.parameter(shared) == two.parameter(shared), shared
        assert fires(one).items() <= fires(two).items()
        for ours, theirs in enumerate(rest):
            assert one.world.adoption_threshold[ours] == two.world.adoption_threshold[theirs]


def fires(model: RegionalInfluenceModel) -> dict[str, float]:
    rows = tables_of(model.spec).events
    return {row.event.label: model.world.fires[number] for number, row in enumerate(rows)}


def ranged(parameter):
    """The parameter with its widest range."""
    return replace(parameter, low=parameter.definition.lowest, high=parameter.definition.highest)


SHOCKS = ("fiscal", "delivery", "trade_shock", "leverage")
NOISE = ("volatility", "persistence", "pressure.frequency")


@given(st.data(), short, chancy, seeds)
def test_two_scenarios_with_a_seed_meet_the_same_luck(data, spec, uncertainty, seed):
    """Other values, other events, one power more: the shocks of those who were there are the same."""
    spec = replace(spec, events=tuple(e for e in spec.events if not isinstance(e, SetParameters)))
    place = data.draw(st.integers(0, len(spec.powers)))
    quiet = [name for name in sorted(spec.parameters) if not name.endswith(NOISE)]
    values = {name: fixed(spec.parameters[name], spec.parameters[name].definition.highest) for name in quiet[::2]}
    other = with_power(spec.with_parameters(values), "further", place)
    events = st.lists(event_of(other, "further"), max_size=1)
    events = [event for event in data.draw(events) if not isinstance(event, SetParameters)]
    rest = [p for p in range(len(other.powers)) if p != place]
    one = course(spec, 2, seed, uncertainty)
    two = picked(course(with_events(other, *events), 2, seed, uncertainty), rest, list(range(len(spec.states))))
    for name in SHOCKS:
        np.testing.assert_array_equal(one[name], two[name], err_msg=name)
