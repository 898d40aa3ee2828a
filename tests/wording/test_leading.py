"""Who leads: with no influence anywhere every surface says that nobody does; of equal powers the first leads."""

from __future__ import annotations

from dataclasses import replace
from functools import cache

import numpy as np
from tests.support import reports

from steppewise.analysis import comparison
from steppewise.analysis.findings import find
from steppewise.analysis.summary import leaders
from steppewise.app import answer
from steppewise.experiment.ensemble import Ensemble
from steppewise.report.figures.leaders_map import verdict
from steppewise.report.figures.one_world import Moment, ties_map
from steppewise.report.tables import state_table
from steppewise.wording.run import sentences


@cache
def powerless() -> Ensemble:
    """A run, had no power any influence."""
    run = reports.ensemble()
    stems = ("share.", "leads.", "regional_share.")
    outcomes = {name: 0.0 * values if name.startswith(stems) else values for name, values in run.outcomes.items()}
    courses = {name: 0.0 * v if name in ("share", "regional_share") else v for name, v in run.trajectories.items()}
    return replace(run, outcomes=outcomes, trajectories=courses)


def test_leaders_by_hand():
    shares = np.array([[0.2, 0.3, 0.0], [0.1, 0.3, 0.0]])
    assert leaders(shares).tolist() == [0, 0, 2]
    assert leaders(np.array([[0.1], [0.2]])).tolist() == [1]


def test_nobody_leads_in_the_findings_and_their_words():
    found = find(powerless())
    told = sentences(found)
    assert all(state.leader is None for state in found.states)
    assert all(lead.share == 0 for state in found.states for lead in state.leads)
    assert [line for line in told if " leads in " in line] == [
        f"Nobody leads in {state.state.label}: no power has influence there in any world." for state in found.states
    ]
    assert not [line for line in told if "comes first most often" in line]
    assert [row.cells[:2] for row in state_table(found).rows] == [("open; most often nobody", "0")] * len(found.states)
    assert {verdict(state) for state in found.states} == {"open (nobody 0 %)"}
    assert all(power.leads.mean == 0 for power in found.powers)


def test_a_comparison_counts_no_state_as_led():
    run = reports.ensemble()
    found = comparison.compare(powerless(), run)
    states = len(run.spec.states)
    for time in (0, -1):
        led = [found.at("leads", power, time=time).mean for power in run.spec.power_names]
        assert np.isclose(sum(led), states)


def test_the_page_of_levers_gives_it_to_nobody():
    ends = np.zeros((4, 5, 3))
    assert answer._leads(ends)[:, -1].tolist() == [1.0] * 5


def test_the_map_of_one_world_names_nobody():
    spec = reports.spec()
    nothing = np.zeros((len(spec.powers), len(spec.states)))
    moment = Moment(spec, "now", nothing, nothing, np.array([2025.0, 2026.0]), np.zeros((2, len(spec.powers))))
    [axes] = ties_map(moment, "share").axes
    told = [text.get_text() for text in axes.texts]
    assert told.count("nobody leads") == len(spec.states)
