"""What the levers of a page lead to: a run of its worlds, and the numbers that the page draws from it.

An answer is one vector; `layout` says what stands where. The page reads it by the same layout (static/answer.js).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from steppewise.analysis.summary import STATISTICS, leaders, quantiles, statistics
from steppewise.app.classroom import Page, PageState
from steppewise.arrays import Array
from steppewise.experiment.block import OK, Block, BlockResult, run_block
from steppewise.scenario.spec import ScenarioSpec
from steppewise.world.rules.influence import influence, own_weight

Vector = NDArray[np.float32]

STATS: Final = ("q05", "q25", "median", "q75", "q95")
SINGLE: Final = 20
"""Worlds that a page can show one by one."""

_influence: Final[Any] = influence
_own_weight: Final[Any] = own_weight
"""Rules that also work on arrays, at a capacity of 1."""

CHANNELS: Final = ("trust", "ties", "leverage", "others")
VARIABLES: Final = (
    "regional_share",
    "regional_autonomy",
    "regional_trust",
    "regional_dependence",
    "promised",
    "delivered",
    "cooperation",
    "absorptive_capacity",
)
_CHOSEN: Final = [STATISTICS.index(name) for name in STATS]


@dataclass(frozen=True)
class BlockOfNumbers:
    """A part of an answer: its name and shape."""

    name: str
    shape: tuple[int, ...]

    @property
    def size(self) -> int:
        """How many numbers it holds."""
        return int(np.prod(self.shape))


def layout(page: Page) -> tuple[BlockOfNumbers, ...]:
    """The parts of an answer, in order. Series are the powers, then autonomy; times are the quarters."""
    powers, states = len(page.spec.powers), len(page.spec.states)
    series, times, stats = powers + 1, len(page.spec.quarters), len(STATS)
    single = min(SINGLE, page.worlds)
    shapes: dict[str, tuple[int, ...]] = {
        "share": (series, stats, times),
        "trust": (powers, stats, times),
        "dependence": (powers, stats, times),
        "promised": (powers, stats, times),
        "delivered": (powers, stats, times),
        "worlds": (single, series, times),
        "leads": (states, series),
        "difference": (series, 4),
        "trust_difference": (powers, 4),
        "dependence_difference": (powers, 4),
        "channels": (powers, len(CHANNELS)),
        "failed": (1,),
    }
    return tuple(BlockOfNumbers(name, shape) for name, shape in shapes.items())


@dataclass(frozen=True)
class PageWorlds:
    """What became of the worlds of a page at one state.

    good: True for worlds that ran to the end, (world,). shares: powers, then autonomy, (series, time, world).
    trust, dependence, promised, delivered: (power, time, world). At the end, by tie, (power, state, world): ends, the
    influence share; bandwidth; consent, theta T; leverage, (1 - theta) D'; influence. own: the states' own weight,
    (state, world).
    """

    good: NDArray[np.bool_]
    shares: Array
    trust: Array
    dependence: Array
    promised: Array
    delivered: Array
    ends: Array
    bandwidth: Array
    consent: Array
    leverage: Array
    influence: Array
    own: Array


def block_of(page: Page, states: Sequence[PageState]) -> Block:
    """A block of the page's worlds at each of some states of one scenario, uncertainty and seed."""
    first = states[0]
    spec = page.scenarios[first.scenario]
    held = [page.held(state) for state in states]
    given = {name: np.repeat([values[name] for values in held], page.worlds) for name in held[0]}
    count = page.worlds * len(states)
    return Block(spec, 0, count, first.seed, first.uncertainty, given=given, cycle=page.worlds)


def run(page: Page, states: Sequence[PageState]) -> list[PageWorlds]:
    """Run the page's worlds at some states of one scenario, uncertainty and seed, holding the same sliders."""
    block = block_of(page, states)
    result = run_block(block, VARIABLES)
    everything = _worlds(block.spec, result)
    return [_part(everything, slice(i * page.worlds, (i + 1) * page.worlds)) for i in range(len(states))]


def _part(worlds: PageWorlds, where: slice | NDArray[np.bool_]) -> PageWorlds:
    """Some of the worlds."""
    return PageWorlds(**{name: values[..., where] for name, values in vars(worlds).items()})


def _worlds(spec: ScenarioSpec, result: BlockResult) -> PageWorlds:
    def by_tie(stem: str) -> Array:
        names = [[f"{stem}.{power}.{state}" for state in spec.state_names] for power in spec.power_names]
        return np.array([[result.outcomes[name] for name in row] for row in names])

    def by_power(name: str) -> Array:
        return result.trajectories[name].swapaxes(0, 1)

    def parameter(name: str) -> Array:
        drawn = result.parameters.get(name)
        return np.full(len(result.status), spec.parameters[name].value) if drawn is None else drawn

    cooperation = result.trajectories["cooperation"]
    before = cooperation[max(len(cooperation) - 2, 0)].astype(float)
    theta, bandwidth = _theta(spec, parameter("world.influence.theta")), by_tie("bandwidth")
    shielded = by_tie("dependence") * (1.0 - parameter("world.influence.shield") * before)
    trust = by_tie("trust")
    agency, opening = (
        np.stack([parameter(f"states.{state}.{key}") for state in spec.state_names])
        for key in ("agency", "absorptive_capacity")
    )
    capacity = result.trajectories["absorptive_capacity"][-1].astype(float) / opening
    elasticity = parameter("world.influence.capacity") * ("capacity_autonomy" not in spec.switched_off)
    autonomy = result.trajectories["regional_autonomy"][None]
    return PageWorlds(
        good=np.array([status == OK for status in result.status]),
        shares=np.concatenate([by_power("regional_share"), autonomy]),
        trust=by_power("regional_trust"),
        dependence=by_power("regional_dependence"),
        promised=by_power("promised"),
        delivered=by_power("delivered"),
        ends=by_tie("share"),
        bandwidth=bandwidth,
        consent=theta * trust,
        leverage=(1.0 - theta) * shielded,
        influence=_influence(bandwidth, trust, shielded, theta),
        own=_own_weight(parameter("world.influence.agency"), agency, 1.0, 0.0, before) * capacity**elasticity,
    )


def _theta(spec: ScenarioSpec, drawn: Array) -> Array:
    """How far influence is consent, by the formulation of the scenario."""
    fixed = {"capacity_only": 0.0, "consent_only": 1.0}.get(spec.structure["influence"])
    return drawn if fixed is None else np.full_like(drawn, fixed)


def answer(worlds: PageWorlds, opening: PageWorlds) -> Vector:
    """The vector of an answer: what the worlds came to, and the difference from the opening, world by world."""
    good = worlds.good
    both = good & opening.good
    one, base = (worlds, opening) if both.all() else (_part(worlds, both), _part(opening, both))
    own = worlds if good.all() else _part(worlds, good)
    courses = np.concatenate([own.shares, own.trust, own.dependence, own.promised, own.delivered])
    single = _single(own.shares, min(SINGLE, worlds.shares.shape[-1]))
    parts = [
        _stats(courses).swapaxes(1, 2),
        np.moveaxis(single, -1, 0),
        _leads(own.ends),
        _difference(one.shares[:, -1], base.shares[:, -1]),
        _difference(one.trust[:, -1], base.trust[:, -1]),
        _difference(one.dependence[:, -1], base.dependence[:, -1]),
        channels(one, base),
        np.array([np.count_nonzero(~good)]),
    ]
    vector: Vector = np.concatenate([part.ravel() for part in parts]).astype(np.float32)
    return vector


def _single(shares: Array, count: int) -> Array:
    """The first worlds that ran to the end; begun anew where they are fewer, zero where there is none."""
    there = shares.shape[-1]
    return shares[..., np.arange(count) % there] if there else np.zeros((*shares.shape[:-1], count))


def _stats(values: Array) -> Array:
    """The statistics of STATS over worlds: (..., world) -> (..., stat); zero where there is no world."""
    if values.shape[-1] and np.isfinite(values).all():  # nearly always; `statistics` also takes standard errors
        return np.stack(quantiles(np.sort(values, axis=-1)), axis=-1)
    found: Array = statistics(values)[0][..., _CHOSEN]
    return np.nan_to_num(found)


def _mean(values: Array) -> Array:
    mean: Array = values.mean(axis=-1, dtype=float) if values.shape[-1] else np.zeros(values.shape[:-1])
    return mean


def _leads(ends: Array) -> Array:
    """Part of the worlds in which each power has the highest share, (state, series); the last: nobody has any."""
    powers = len(ends)
    leader = leaders(ends)
    return np.stack([_mean((leader == p).astype(float)) for p in range(powers + 1)], axis=-1)


def _difference(now: Array, before: Array) -> Array:
    """Of the difference, world by world: mean, q05, q95, part of the worlds above zero; (series, 4)."""
    change = now.astype(float) - before
    found = _stats(change)
    return np.stack([_mean(change), found[:, 0], found[:, -1], _mean((change > 0).astype(float))], axis=-1)


def channels(now: PageWorlds, before: PageWorlds) -> Array:
    """The mean change of each power's regional share, split into what carries it: (power, channel), see CHANNELS.

    A share is I / (I + O), I the power's influence V (theta T + (1 - theta) D'), O all the rest. What I and what O do
    to the share is averaged over both orders (Shapley); what V, trust and leverage do to I by the midpoint rule. Both
    are exact. Others also take what an event has changed in the definition of influence itself.
    """
    rest_now, rest_before = (np.add.reduce(w.influence) + w.own - w.influence for w in (now, before))
    slopes = [
        rest / np.maximum((now.influence + rest) * (before.influence + rest), 1e-300)
        for rest in (rest_now, rest_before)
    ]
    slope = 0.5 * (slopes[0] + slopes[1])
    tied = 0.5 * (now.bandwidth + before.bandwidth)
    per_tie = 0.5 * (now.consent + now.leverage + before.consent + before.leverage)
    trust = slope * tied * (now.consent - before.consent)
    leverage = slope * tied * (now.leverage - before.leverage)
    ties = slope * per_tie * (now.bandwidth - before.bandwidth)
    others = (now.ends - before.ends) - trust - ties - leverage
    return np.stack([_mean(part).mean(axis=-1) for part in (trust, ties, leverage, others)], axis=-1)
