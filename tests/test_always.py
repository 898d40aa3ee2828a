"""What holds in every scenario that the schema allows, whatever the numbers (design, section 7, "Always")."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.courses import (
    assert_close,
    assert_same,
    course,
    picked,
    quarters_of,
    snapshot,
    steps,
    worlds_of,
)
from tests.generated import (
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

from steppewise.evidence.types import COMPONENTS, Actor
from steppewise.experiment import ensemble
from steppewise.experiment.block import Block, run_block
from steppewise.experiment.ensemble import Plan, simulate
from steppewise.scenario.events import Package, SetParameters
from steppewise.scenario.spec import ScenarioSpec
from steppewise.world.model import RegionalInfluenceModel

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
    "dependence",
    "regional_dependence",
    "dialogue",
    "trade_share",
    "allocation",
    "execution",
    "cooperation",
    "absorptive_capacity",
    "hidden.intensity",
    "hidden.fit",
    "hidden.learned",
    "hidden.of_powers.offer",
    "hidden.links.cooperation",
)
NEVER_NEGATIVE = (
    "engagement",
    "bandwidth",
    "trade",
    "aid",
    "connectivity",
    "promised",
    "delivered",
    "cancelled",
    "budget",
    "hidden.kept",
    "hidden.broken",
    "hidden.new_kept",
    "hidden.new_broken",
    "hidden.news_kept",
    "hidden.news_broken",
    "hidden.due",
    "hidden.delivered",
    "hidden.schooling",
    "hidden.open_pressure",
    "hidden.of_powers.gdp",
    "hidden.of_powers.adoption",
    "hidden.of_states.gdp",
    "hidden.chances.leverage",
)


def assert_sound(model: RegionalInfluenceModel) -> None:
    """Everything finite and within its bounds, everything that is shared out adds up."""
    now = snapshot(model)
    when = f" in {model.quarter.plus(-1)}"
    for name, values in now.items():
        assert np.isfinite(values).all(), name + when
    for name in IN_UNIT_INTERVAL:
        assert now[name].min() >= -1e-12, name + when
        assert now[name].max() <= 1 + 1e-12, name + when
    for name in NEVER_NEGATIVE:
        assert now[name].min() >= 0, name + when
    assert np.isin(now["has_format"], (0, 1)).all()
    np.testing.assert_allclose(now["share"].sum(axis=0) + now["autonomy"], 1, rtol=1e-12)
    np.testing.assert_allclose(now["regional_share"].sum(axis=0) + now["regional_autonomy"], 1, rtol=1e-12)
    np.testing.assert_allclose(now["allocation"].sum(axis=1), 1, rtol=ROUNDING)
    np.testing.assert_allclose(now["hidden.of_powers.offer"].sum(axis=1), 1, rtol=ROUNDING)
    np.testing.assert_allclose(now["engagement"].mean(axis=0), 1, rtol=ROUNDING)
    links = now["hidden.links.cooperation"]
    np.testing.assert_array_equal(links, links.swapaxes(0, 1))
    assert not links[np.diag_indices(len(links))].any()


def assert_conserved(model: RegionalInfluenceModel) -> None:
    """What was promised was delivered, was cancelled, or is awaited."""
    now = snapshot(model)
    accounted = now["delivered"] + now["cancelled"] + now["in_pipeline"]
    np.testing.assert_allclose(accounted, now["promised"], rtol=ROUNDING, atol=1e-12)
    assert (now["in_pipeline"] >= -ROUNDING * now["promised"]).all()


@settings(max_examples=4 * settings.default.max_examples)
@given(scenarios(), uncertainties, seeds)
def test_all_quantities_stay_in_their_bounds_and_promises_are_conserved(spec, uncertainty, seed):
    for model in steps(RegionalInfluenceModel(spec, 3, seed, uncertainty=uncertainty)):
        assert_sound(model)
        assert_conserved(model)


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
    model = RegionalInfluenceModel(spec, 40, 0)
    model.regional_share[0] = np.linspace(0.1, 0.9, 40)
    model.regional_share[1] = 0.1 * 10.0**-exponent
    offer = model.of_powers.offer[1].copy()
    model.look_around()
    np.testing.assert_allclose(model.crowding[0], offer, rtol=ROUNDING)


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
    assert_close(picked(course(spec), powers, states), course(other))


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
    assert_close(one, course(other, 2, seed, "both"))


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
    def one_by_one(kind, act):
        def acted(model, where):
            agents = list(getattr(model, kind))
            random.shuffle(agents)
            for agent in agents:
                getattr(agent, act)()

        return acted

    together = course(spec, 2, seed, uncertainty)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("steppewise.world.model.decide", one_by_one("powers", "decide"))
        patch.setattr("steppewise.world.model.act", one_by_one("powers", "act"))
        patch.setattr("steppewise.world.model.take_stock", one_by_one("states", "decide"))
        patch.setattr("steppewise.world.model.respond", one_by_one("states", "act"))
        assert_same(course(spec, 2, seed, uncertainty), together)


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
    for name in ("budget", "promised", "delivered", "cancelled", "in_pipeline", "hidden.due", "hidden.delivered"):
        assert not run[name].any(), name
    assert (run["execution"] == 1).all()


# one world is one world -------------------------------------------------------------------------------------


@given(short, uncertainties, seeds, st.integers(0, 5), st.integers(1, 4))
def test_a_world_is_the_same_in_every_block(spec, uncertainty, seed, first, count):
    whole = course(spec, 10, seed, uncertainty)
    part = course(spec, count, seed, uncertainty, first=first)
    assert_same(part, worlds_of(whole, slice(first, first + count)))


def test_a_world_is_the_same_in_every_block_with_many_actors():
    """NumPy adds up eight and more numbers of one world in pairs, and those of many worlds in order."""
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
    again = course(spec, 5, seed, uncertainty, first=first, cycle=cycle, phase=phase)
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
        patch.setattr(ensemble, "worlds_in_block", lambda: size)
        parts = simulate(spec, plan, ("share", "trust"))
    assert parts.status == whole.status == ("ok",) * 7
    assert_same(parts.parameters, whole.parameters)
    assert_same(parts.outcomes, whole.outcomes)
    assert_same(parts.trajectories, whole.trajectories)


@given(scenarios(longest=3))
def test_seed_zero_is_a_seed(spec):
    assert_same(course(spec, 2, 0, "both"), course(spec, 2, 0, "both"))
    rows = [RegionalInfluenceModel(spec, 4, seed).chances.adoption_threshold("x") for seed in (0, 1)]
    assert (rows[0] != rows[1]).all()


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
    **{f"ties.idle.*.connectivity.{component}": 0.0 for component in COMPONENTS},
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
    one = RegionalInfluenceModel(spec, 2, seed)
    two = RegionalInfluenceModel(other, 2, seed)
    for shared in spec.parameters.keys() - {name}:
        np.testing.assert_array_equal(one.rows[shared], two.rows[shared], err_msg=shared)
    for event in spec.events:
        np.testing.assert_array_equal(fires(one, event), fires(two, event))
    rest = [p for p in range(len(other.powers)) if p != place]
    for theirs, ours in zip([two.powers[p] for p in rest], one.powers, strict=True):
        np.testing.assert_array_equal(theirs.adoption_threshold, ours.adoption_threshold)


def fires(model, event):
    return model.chances.fires(event, event.probability)


def ranged(parameter):
    """The parameter with its widest range."""
    return replace(parameter, low=parameter.definition.lowest, high=parameter.definition.highest)


SHOCKS = ("hidden.chances.fiscal", "hidden.chances.delivery", "hidden.chances.taste", "hidden.chances.leverage")
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
