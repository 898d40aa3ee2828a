"""The library of experiments, run small: what is varied moves something, and the questions have answers."""

from __future__ import annotations

from functools import cache

import numpy as np
import pandas as pd
import pytest
from tests.support.shipped import shipped

from steppewise.experiment.loading import load_study
from steppewise.results.sweep import Sweep, sweep

NAMES = shipped("experiments")
GRIDS = tuple(name for name in NAMES if name != "what-matters")
LEAST = 0.005
"""A difference that one can see: half a point."""
SMALL = 0.002
"""What an outcome must be moved by to stand in the list: two tenths of a point."""


@pytest.fixture(scope="module")
def run(tmp_path_factory):
    """Runs an experiment of the library with few worlds, once."""
    folder = tmp_path_factory.mktemp("sweeps")

    @cache
    def running(name: str) -> Sweep:
        return sweep(name, worlds=16, workers=1, folder=folder)

    return running


def table(found: Sweep, outcome: str, *axes: str) -> pd.DataFrame | pd.Series:
    """Means of an outcome by one or two of the factors, averaged over the others."""
    rows = found.summary
    names = [next(key for key in rows.columns if axis in key) for axis in axes]
    means = rows[rows.outcome == outcome].groupby(names)["mean"].mean()
    return means.unstack() if len(names) == 2 else means


def moves(found: Sweep) -> pd.DataFrame:
    """How far each factor moves each outcome between its lowest and highest mean, averaged over the other factors."""
    rows = found.summary
    factors = rows.columns[1 : list(rows.columns).index("outcome")]
    spans = {}
    for factor in factors:
        means = rows.groupby(["outcome", factor])["mean"].mean().unstack()
        spans[factor] = means.max(axis=1) - means.min(axis=1)
    return pd.DataFrame(spans)


@pytest.mark.parametrize("name", GRIDS)
def test_whatever_is_varied_moves_something(name, run):
    assert (moves(run(name)).max() >= LEAST).all()


@pytest.mark.parametrize("name", GRIDS)
def test_whatever_is_watched_is_moved(name, run):
    means = run(name).summary.groupby("outcome")["mean"]
    assert (means.max() - means.min() >= SMALL).all()


def test_conditions_cost_the_one_who_sets_them_and_both_gain_from_the_other(run):
    found = run("coercive-conditions")
    loss = {}
    for power, other in (("japan", "russia"), ("russia", "japan")):
        own = table(found, f"regional_share.{power}", f"{power}.coerciveness")
        assert own.is_monotonic_decreasing
        assert table(found, f"regional_trust.{power}", f"{power}.coerciveness").is_monotonic_decreasing
        assert table(found, f"regional_share.{power}", f"{other}.coerciveness").is_monotonic_increasing
        loss[power] = own.iloc[0] - own.iloc[-1]
    assert loss["russia"] > loss["japan"], "it starts from more dependence, and loses more of its share"


def test_above_some_execution_a_larger_package_is_better_and_below_a_smaller_one(run):
    found = run("execution-against-announcement")
    crossing = {}
    for outcome in ("regional_trust.japan", "regional_share.japan"):
        by = table(found, outcome, "execution", "amount")
        gain = by.iloc[:, -1] - by.iloc[:, 0]
        assert gain.iloc[0] < -LEAST < LEAST < gain.iloc[-1]
        signs = np.sign(gain.to_numpy())
        assert (np.diff(signs) != 0).sum() == 1, "they cross once"
        crossing[outcome] = gain.index[signs > 0][0]
    assert crossing["regional_trust.japan"] > crossing["regional_share.japan"], "influence is bought before trust is"


def test_cooperation_moves_autonomy_more_than_money_does(run):
    found = run("china-surge-against-cooperation")
    spans = moves(found).rename(columns=lambda key: key.split(".")[-1])
    assert spans.loc["regional_autonomy", "growth"] > 5 * spans.loc["regional_autonomy", "factor"]
    money = table(found, "regional_dependence.china", "factor")
    cooperation = table(found, "regional_dependence.china", "cooperation")
    assert money.is_monotonic_increasing
    assert cooperation.is_monotonic_decreasing
    taken_back, added = cooperation.iloc[0] - cooperation.iloc[-1], money.iloc[-1] - money.iloc[0]
    assert taken_back < added, "cooperation takes back a part of it"


def test_twice_the_money_never_buys_twice_the_share(run):
    share = table(run("effort-for-a-share"), "regional_share.japan", "effort")
    assert share.is_monotonic_increasing
    times = [share.loc[2 * effort] / share.loc[effort] for effort in share.index if 2 * effort in share.index]
    assert len(times) > 5
    assert max(times) < 2


def test_an_uneven_hand_favours_some_states_and_shares_follow_the_money(run):
    found = run("even-handedness")
    lands = ("kazakhstan", "kyrgyzstan", "tajikistan", "turkmenistan", "uzbekistan")
    for land in lands:
        money, share, trust = (
            table(found, f"{what}.japan.{land}", "even_handedness") for what in ("allocation", "share", "trust")
        )
        change = money.iloc[0] - money.iloc[-1]
        assert np.sign(share.iloc[0] - share.iloc[-1]) == np.sign(change)
        assert abs(trust.iloc[0] - trust.iloc[-1]) < 2 * LEAST, "trust hardly follows"
    favoured = {land for land in lands if table(found, f"allocation.japan.{land}", "even_handedness").loc[0] > 0.2}
    assert favoured == {"kazakhstan", "uzbekistan"}


def test_money_buys_some_trust_and_predictability_more(run):
    spans = moves(run("trust-against-money")).rename(columns=lambda key: key.split(".")[-1])
    trust, share = spans.loc["regional_trust.japan"], spans.loc["regional_share.japan"]
    assert LEAST < trust["effort"] < trust["predictability"]
    assert LEAST < share["predictability"] < share["effort"]


def test_a_cancelled_visit_without_blame_costs_nothing_and_with_blame_heals(run):
    trust = table(run("visits-and-news"), "regional_trust.japan", ".at", "blame")
    assert np.ptp(trust[0.0].to_numpy()) < 1e-9
    dent = trust[0.0] - trust[1.0]
    assert dent.is_monotonic_increasing, "the later the visit fell through, the less it has healed"
    assert dent.iloc[0] < dent.iloc[-1] / 20
    half = trust[0.0] - trust[0.5]
    assert (half < dent).all()


def test_choice_doubles_the_punishment_and_hedging_costs_the_same_however_russia_behaves(run):
    rows = run("what-the-states-choose").summary
    rows = rows[rows.outcome == "regional_share.russia"]
    factors = ["mechanisms.choice", "mechanisms.hedging", "powers.russia.coerciveness"]
    share = rows.set_index(factors)["mean"].sort_index()
    loss = {key: share[key].iloc[0] - share[key].iloc[-1] for key in ((0, 0), (0, 1), (1, 0), (1, 1))}
    assert loss[1, 1] > 2 * loss[0, 1] > 0
    assert loss[1, 1] == pytest.approx(loss[1, 0], rel=0.15)
    unease = share[1, 0] - share[1, 1]
    assert (unease > 4 * LEAST).all()


def test_what_matters_runs_and_japan_moves_everywhere(tmp_path):
    found = sweep("what-matters", worlds=1, workers=1, folder=tmp_path)
    assert set(load_study("what-matters").outcomes) == set(found.summary.outcome)
    assert (found.summary.groupby("outcome")["mean"].std() > LEAST).all()
