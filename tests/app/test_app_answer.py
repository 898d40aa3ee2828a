"""Sliders, states and answers of the classroom page, against the engine and against cases worked out by hand."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from steppewise.app import answer as answers
from steppewise.app.answer import CHANNELS, PageWorlds, answer, block_of, channels, layout, run
from steppewise.app.classroom import Page, PageState, free_page, lesson_page, read_state, readable_seed
from steppewise.app.lesson import Lever, lesson, lesson_names
from steppewise.app.sliders import FILE, LONGEST_LABEL, free_levers, more_levers, slider
from steppewise.errors import SteppewiseError
from steppewise.experiment.block import Block, run_block
from steppewise.scenario.library import library_names
from steppewise.scenario.resolve import load_scenario
from steppewise.yaml_reader import read_yaml

WORLDS = 24
EXECUTION = "powers.japan.execution"


@pytest.fixture(scope="module")
def page() -> Page:
    return free_page("baseline", WORLDS)


def parts(vector: np.ndarray, page: Page) -> dict[str, np.ndarray]:
    """An answer, cut as the layout says."""
    found, start = {}, 0
    for block in layout(page):
        found[block.name] = vector[start : start + block.size].reshape(block.shape)
        start += block.size
    assert start == len(vector)
    return found


def at(page: Page, scenario: str = "", uncertainty: str = "", seed: int | None = None, **values: float) -> PageState:
    """The opening with something moved; dots of names are written as two underscores."""
    begin = page.opening
    moved = {name.replace("__", "."): value for name, value in values.items()}
    return PageState(
        scenario or begin.scenario,
        uncertainty or begin.uncertainty,
        begin.seed if seed is None else seed,
        {**begin.values, **moved},
    )


def answered(page: Page, state: PageState) -> dict[str, np.ndarray]:
    opening = run(page, [page.opening_of(state.seed)])[0]
    return parts(answer(run(page, [state])[0], opening), page)


# sliders ----------------------------------------------------------------------------------------------------


def pages() -> list[Page]:
    return [free_page(name, WORLDS) for name in library_names()] + [
        lesson_page(lesson(name), WORLDS) for name in lesson_names()
    ]


def test_every_slider_of_every_page_can_be_moved_and_says_where_it_comes_from():
    for page in pages():
        labels = [one.label for one in page.sliders.values()]
        assert len(set(labels)) == len(labels), page.title
        assert 1 <= len(page.levers) <= 4
        for one in page.sliders.values():
            assert one.low < one.high, one.name
            assert one.low <= one.value <= one.high, one.name
            for number in (one.value, one.high):
                steps = (number - one.low) / one.step
                assert steps == pytest.approx(round(steps), abs=1e-6), (page.title, one.name, number)
            assert 50 <= (one.high - one.low) / one.step <= 1000, one.name
            assert 0 < len(one.label) <= LONGEST_LABEL, one.label
            assert one.evidence in ("stated", "coded", "external", "assumed")
            assert one.source or one.reason, one.name
            assert all((one.meaning, one.symbol, one.targets)), one.name
            assert set(one.targets) <= set(page.spec.parameters)


def test_names_in_the_file_of_levers_are_names_of_parameters():
    spec, data = load_scenario("baseline"), read_yaml(FILE).data
    keys = {parameter.definition.key for parameter in spec.parameters.values()}
    for entry in ("main", "more"):
        assert {f"powers.japan.{key}" for key in data[entry]} <= set(spec.parameters)
    for name in data["assumptions"]:
        assert slider(Lever(name, "assumption", 0, 1), spec).targets
    for name in data["labels"]:
        known = name in keys or slider(Lever(name, "assumption", 0, 1), spec).targets
        assert known, name
    assert set(data["main"]) | set(data["more"]) | set(data["assumptions"]) <= set(data["labels"])


def test_no_parameter_stands_on_a_page_twice(page):
    targets = [name for one in page.sliders.values() for name in one.targets]
    assert len(targets) == len(set(targets))


def test_no_slider_of_the_free_page_is_idle(page):
    """Each moves a share, trust, dependence or autonomy by half a point, in the region or in a state."""
    stems = {"regional_share", "regional_trust", "regional_dependence", "regional_autonomy"}
    stems |= {stem.removeprefix("regional_") for stem in stems}
    idle = []
    for one in (*page.levers, *page.more):
        low, high = (
            run_block(
                Block(page.spec, 0, WORLDS, 0, "both", given=dict.fromkeys(one.targets, np.full(WORLDS, end))), ()
            ).outcomes
            for end in (one.low, one.high)
        )
        shown = [name for name in low if name.split(".")[0] in stems]
        if max(abs(high[name].mean() - low[name].mean()) for name in shown) < 0.005:
            idle.append(one.name)
    assert idle == []


def test_a_slider_of_no_parameter_is_refused():
    with pytest.raises(SteppewiseError, match=r"has no parameter 'states.\*.nothing'"):
        slider(Lever("states.*.nothing", "assumption", 0, 1), load_scenario("baseline"))


def test_where_japan_is_absent_the_first_power_is_moved(tmp_path):
    file = tmp_path / "without-japan.yaml"
    file.write_text(
        "name: without-japan\ntitle: Without\nquestion: What then?\n"
        "extends: baseline\ninherit_events: false\nactors: {remove: [japan]}\n"
    )
    page = free_page(str(file), WORLDS)
    assert {one.power for one in page.levers} == {page.spec.power_names[0]} != {"japan"}
    assert list(page.scenarios) == ["without-japan"]
    assert not any("japan" in name for name in page.sliders)
    found = answered(page, page.opening)
    assert found["share"].shape == (len(page.spec.powers) + 1, 5, len(page.spec.quarters))
    assert free_levers(page.spec) == page.levers
    assert more_levers(page.spec, page.levers) == page.more


# states -----------------------------------------------------------------------------------------------------


def test_under_every_scenario_levers_stand_where_it_opens_a_page_of_its_own(page):
    assert len(page.scenarios) > 5
    for name in page.scenarios:
        assert page.values_under(name) == free_page(name, WORLDS).opening.values


def test_a_scenario_keeps_what_it_says_of_a_lever(page):
    values = page.values_under("coercive-format")
    moved = {key for key, value in values.items() if value != page.opening.values[key]}
    assert moved == {"powers.japan.coerciveness"}
    found = answered(page, PageState("coercive-format", "both", 0, values))
    own = free_page("coercive-format", WORLDS)
    assert np.array_equal(found["trust"], answered(own, own.opening)["trust"])
    assert found["trust_difference"][0, 0] < -0.02


def test_what_a_slider_cannot_show_is_its_nearest_end(page):
    narrow = slider(Lever("powers.japan.coerciveness", "lever", 0.0, 0.5), page.spec)
    cut = replace(page, levers=(narrow,), more=())
    assert cut.values_under("coercive-format") == {"powers.japan.coerciveness": 0.5}


def test_a_state_is_read_as_it_was_sent(page):
    raw = {"scenario": "china-surge", "uncertainty": "chance", "seed": 7, "values": dict(page.opening.values)}
    assert read_state(raw, page) == PageState("china-surge", "chance", 7, page.opening.values)


def test_all_that_is_wrong_in_a_state_is_told_at_once(page):
    values = {**page.opening.values, EXECUTION: 1.5, "powers.japan.exekution": 1}
    raw = {"scenario": "basline", "uncertainty": "all", "seed": -1, "values": values, "extra": 1}
    with pytest.raises(SteppewiseError) as caught:
        read_state(raw, page)
    told = "\n".join(map(str, caught.value.problems))
    assert len(caught.value.problems) == 6
    for words in ("'extra'", "'basline'", "baseline", "'all'", "-1 is no seed", "1.5 is out of range", EXECUTION):
        assert words in told


def repr_short(value: object) -> str:
    return repr(value)[:10]


@pytest.mark.parametrize("wrong", [float("nan"), float("inf"), 10**400, True, "1", None, [1], {}], ids=repr_short)
def test_what_is_no_number_moves_no_slider(page, wrong):
    raw = {**vars(page.opening), "values": {**page.opening.values, EXECUTION: wrong}}
    with pytest.raises(SteppewiseError, match=f"{EXECUTION}.* (is no number|is out of range)"):
        read_state(raw, page)


@pytest.mark.parametrize("wrong", [-1, 10**9, 1.0, True, "0", None])
def test_what_is_no_seed(wrong):
    with pytest.raises(SteppewiseError, match="is no seed"):
        readable_seed(wrong)


# answers ----------------------------------------------------------------------------------------------------


def test_layout(page):
    powers, states, times = 4, 5, 62
    assert {block.name: block.shape for block in layout(page)} == {
        "share": (powers + 1, 5, times),
        "trust": (powers, 5, times),
        "dependence": (powers, 5, times),
        "promised": (powers, 5, times),
        "delivered": (powers, 5, times),
        "worlds": (20, powers + 1, times),
        "leads": (states, powers + 1),
        "difference": (powers + 1, 4),
        "trust_difference": (powers, 4),
        "dependence_difference": (powers, 4),
        "channels": (powers, 4),
        "failed": (1,),
    }


@pytest.mark.parametrize("seed", [0, 3])
def test_at_the_opening_nothing_differs(page, seed):
    found = answered(page, page.opening_of(seed))
    for name in ("difference", "trust_difference", "dependence_difference", "channels", "failed"):
        assert not found[name].any(), name
    assert found["share"].any()


def test_other_seeds_are_other_worlds(page):
    one, other = (answered(page, at(page, seed=seed, powers__japan__execution=0.9)) for seed in (0, 3))
    assert (one["worlds"] != other["worlds"]).any()
    assert (one["difference"][0] != other["difference"][0]).any()


@pytest.mark.parametrize("uncertainty", ["both", "none"])
def test_an_answer_is_what_the_engine_says_of_these_worlds(page, uncertainty):
    state = at(page, "china-surge", uncertainty, powers__japan__execution=0.9)
    values = {**state.values, "states.*.hedging": 1.25}
    state = replace(state, values=values)
    found = answered(page, state)

    spec = load_scenario("china-surge")
    hedging = [name for name in spec.parameters if name.startswith("states.") and name.endswith(".hedging")]
    assert len(hedging) == 5
    held = {name: value for name, value in values.items() if "*" not in name} | dict.fromkeys(hedging, 1.25)
    given = {name: np.full(WORLDS, value) for name, value in held.items()}
    variables = ("regional_share", "regional_autonomy", "regional_trust", "regional_dependence", "delivered")
    result = run_block(Block(spec, 0, WORLDS, 0, uncertainty, given=given), variables)

    def quantiles(values):
        return np.quantile(values, [0.05, 0.25, 0.5, 0.75, 0.95], axis=-1)

    for power in range(len(spec.powers)):
        share = result.trajectories["regional_share"][:, power]
        np.testing.assert_allclose(found["share"][power], quantiles(share), atol=1e-6)
        delivered = result.trajectories["delivered"][:, power]
        np.testing.assert_allclose(found["delivered"][power], quantiles(delivered), rtol=1e-5, atol=1e-6)
        for outcome in ("trust", "dependence"):
            quarters = result.trajectories[f"regional_{outcome}"][:, power]
            np.testing.assert_allclose(found[outcome][power], quantiles(quarters), atol=1e-6)
    np.testing.assert_allclose(found["share"][-1], quantiles(result.trajectories["regional_autonomy"]), atol=1e-6)
    np.testing.assert_array_equal(found["worlds"][:, 0], result.trajectories["regional_share"][:, 0, :20].T)

    for place, land in enumerate(spec.state_names):
        ends = np.array([result.outcomes[f"share.{power}.{land}"] for power in spec.power_names])
        leader = ends.argmax(axis=0)
        np.testing.assert_allclose(found["leads"][place, :4], [(leader == p).mean() for p in range(4)], atol=1e-6)
        assert found["leads"][place, 4] == 0


def test_a_pattern_holds_all_that_match(page):
    state = replace(page.opening, values={**page.opening.values, "states.*.hedging": 0.2})
    given = block_of(page, [state]).given
    names = [name for name in given if name.endswith(".hedging")]
    assert len(names) == 5
    assert all((given[name] == 0.2).all() for name in names)


def test_states_side_by_side_are_the_same_as_alone(page):
    states = [at(page, powers__japan__execution=value) for value in (0.1, 0.9)]
    together = run(page, states)
    for state, worlds in zip(states, together, strict=True):
        alone = run(page, [state])[0]
        for name, values in vars(alone).items():
            np.testing.assert_array_equal(values, vars(worlds)[name], name)


# channels ---------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "moved",
    [
        {"powers__japan__execution": 1.0},
        {"powers__japan__coerciveness": 1.0},
        {"powers__japan__effort": 0.1},
        {"world__influence__theta": 0.1},
    ],
)
@pytest.mark.parametrize("scenario", ["baseline", "regional-integration"])
def test_channels_sum_to_the_difference(page, moved, scenario):
    state = at(page, scenario, **moved)
    found = answered(page, state)
    np.testing.assert_allclose(found["channels"].sum(axis=1), found["difference"][:4, 0], atol=2e-6)
    assert np.abs(found["channels"]).max() > 1e-4


def test_influence_of_the_page_is_that_of_the_engine(page):
    """Shares made anew from the parts at the end are the engine's, so the split rests on what it computes."""
    worlds = run(page, [at(page, "regional-integration", powers__japan__execution=0.9)])[0]
    remade = worlds.influence / (worlds.influence.sum(axis=0) + worlds.own)
    np.testing.assert_allclose(remade, worlds.ends, atol=1e-12)
    made = worlds.bandwidth * (worlds.consent + worlds.leverage)
    np.testing.assert_allclose(made, worlds.influence, atol=1e-12)


@pytest.mark.parametrize(
    "line",
    [
        "structure: {influence: capacity_only}",
        "structure: {influence: consent_only}",
        "mechanisms: {capacity_autonomy: off}",
        "set: {world.influence.capacity: 2, world.absorption.gain: 0.5}",
    ],
)
def test_a_page_knows_how_influence_is_formed(line, tmp_path):
    file = tmp_path / "other.yaml"
    file.write_text(f"name: other\ntitle: Other\nquestion: How?\nextends: baseline\n{line}\n")
    page = free_page(str(file), WORLDS)
    worlds = run(page, [page.opening])[0]
    remade = worlds.influence / (worlds.influence.sum(axis=0) + worlds.own)
    np.testing.assert_allclose(remade, worlds.ends, atol=1e-12)
    np.testing.assert_allclose(worlds.bandwidth * (worlds.consent + worlds.leverage), worlds.influence, atol=1e-12)


def one_world(bandwidth: list[float], trust: list[float], dependence: list[float], own: float) -> PageWorlds:
    """One state, one world, theta 1/2: all else of a world is left at zero."""
    v, t, d = (np.array(numbers).reshape(-1, 1, 1) for numbers in (bandwidth, trust, dependence))
    influence = v * (0.5 * t + 0.5 * d)
    ends = influence / (influence.sum(axis=0) + own)
    empty = np.zeros((len(v), 1, 1))
    return PageWorlds(
        good=np.array([True]),
        shares=np.zeros((len(v) + 1, 1, 1)),
        trust=empty,
        dependence=empty,
        promised=empty,
        delivered=empty,
        ends=ends,
        bandwidth=v,
        consent=0.5 * t,
        leverage=0.5 * d,
        influence=influence,
        own=np.array([[own]]),
    )


BEFORE = ([1.0, 1.0], [0.4, 0.5], [0.4, 0.5], 0.1)


@pytest.mark.parametrize(
    ("now", "channel"),
    [
        (([1.0, 1.0], [0.8, 0.5], [0.4, 0.5], 0.1), "trust"),
        (([1.5, 1.0], [0.4, 0.5], [0.4, 0.5], 0.1), "ties"),
        (([1.0, 1.0], [0.4, 0.5], [0.8, 0.5], 0.1), "leverage"),
        (([1.0, 1.0], [0.4, 0.9], [0.4, 0.5], 0.1), "others"),
        (([1.0, 1.0], [0.4, 0.5], [0.4, 0.5], 0.3), "others"),
    ],
)
def test_what_one_thing_does_goes_through_its_channel_alone(now, channel):
    """Before: I = .4 of .4 + .5 + .1, a share of .4. In three cases I becomes .6 of 1.2: a share of .5."""
    found = channels(one_world(*now), one_world(*BEFORE))[0]
    shares = [one_world(*world).ends[0, 0, 0] for world in (BEFORE, now)]
    assert shares[0] == pytest.approx(0.4)
    expected = dict.fromkeys(CHANNELS, 0.0) | {channel: shares[1] - shares[0]}
    np.testing.assert_allclose(found, list(expected.values()), atol=1e-12)
    if channel != "others":
        assert found.sum() == pytest.approx(0.1)


def test_two_things_at_once_share_what_they_do_together():
    """V doubles and T rises so that I goes from .4 to 2 * .6 = 1.2, with .6 of others: shares .4 and 2/3.

    Of 4/15, trust has the mean tie 1.5 times its own .2, that is .3 of .8; ties the mean .5 times 1, that is .5.
    """
    found = channels(one_world([2.0, 1.0], [0.8, 0.5], [0.4, 0.5], 0.1), one_world(*BEFORE))[0]
    whole = 2 / 3 - 0.4
    np.testing.assert_allclose(found, [whole * 0.3 / 0.8, whole * 0.5 / 0.8, 0.0, 0.0], atol=1e-12)


# worlds that fail -------------------------------------------------------------------------------------------


def failing(page: Page, *worlds: int) -> PageWorlds:
    """The opening's worlds, some of which are given a parameter that no world survives."""
    block = block_of(page, [page.opening])
    effort = np.where(np.isin(np.arange(page.worlds), worlds), np.nan, block.given["powers.japan.effort"])
    broken = replace(block, given={**block.given, "powers.japan.effort": effort})
    return answers._worlds(block.spec, run_block(broken, answers.VARIABLES))


def test_worlds_that_fail_are_counted_and_left_out(page):
    opening = run(page, [page.opening])[0]
    found = parts(answer(failing(page, 3, 7), opening), page)
    assert found["failed"] == 2
    kept = np.delete(opening.shares, [3, 7], axis=-1)
    expected = np.quantile(kept, [0.05, 0.25, 0.5, 0.75, 0.95], axis=-1).swapaxes(0, 1)
    np.testing.assert_allclose(found["share"], expected, atol=1e-6)
    np.testing.assert_array_equal(found["worlds"], np.moveaxis(kept[..., :20], -1, 0))
    assert not found["difference"].any()
    assert not found["channels"].any()
    assert all(np.isfinite(values).all() for values in found.values())


def test_where_all_worlds_fail_nothing_is_told(page):
    opening = run(page, [page.opening])[0]
    found = parts(answer(failing(page, *range(WORLDS)), opening), page)
    assert found.pop("failed") == WORLDS
    assert not any(values.any() for values in found.values())


# other scenarios --------------------------------------------------------------------------------------------


def test_a_fifth_power_and_another_horizon():
    five = free_page("south-korea-joins", WORLDS)
    assert answered(five, five.opening)["difference"].shape == (6, 4)
    assert "baseline" not in five.scenarios
    past = free_page("history", WORLDS)
    assert layout(past)[0].shape == (5, 5, 84)
    found = answered(past, at(past, powers__japan__execution=0.9))
    np.testing.assert_allclose(found["channels"].sum(axis=1), found["difference"][:4, 0], atol=2e-6)


def test_a_file_of_one_quarter(tmp_path):
    file = tmp_path / "short.yaml"
    file.write_text(
        "name: short\ntitle: Short\nquestion: What at once?\n"
        "extends: baseline\ninherit_events: false\nstart: 2025Q3\nend: 2025Q3\n"
    )
    page = free_page(str(file), WORLDS)
    found = answered(page, at(page, powers__japan__execution=1.0))
    assert found["share"].shape == (5, 5, 1)
    np.testing.assert_allclose(found["channels"].sum(axis=1), found["difference"][:4, 0], atol=2e-6)
