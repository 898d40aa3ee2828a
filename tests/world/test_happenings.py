"""What events and switches do, in small real runs from the evidence."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

import numpy as np
import pytest
from tests.support.courses import Course, assert_close, assert_same, course, quarters_of, worlds_of
from tests.support.generated import EVIDENCE, START, setting, spec_of, with_events

from steppewise.engine.forms import form_for
from steppewise.experiment.block import Block, outcome_work
from steppewise.scenario.event import Event
from steppewise.scenario.events import KINDS
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
from steppewise.scenario.quarter import Quarter
from steppewise.scenario.spec import MECHANISMS, ScenarioSpec
from steppewise.world.model import RegionalInfluenceModel
from steppewise.world.planning import kind_of
from steppewise.world.tables import tables_of
from steppewise.world.variables import VARIABLES

QUARTERS = 16
BASE = spec_of(quarters=QUARTERS)
POWERS, STATES = BASE.power_names, BASE.state_names
JAPAN, CHINA, RUSSIA, AMERICA = range(4)
KAZAKHSTAN, UZBEKISTAN, KYRGYZSTAN = range(3)
ALWAYS = 1.0
SECOND = START.plus(2)


def of(run: Course, name: str, power: int, state: int = KAZAKHSTAN) -> np.ndarray:
    """A quantity of a tie in the first world, by quarter."""
    return run[name][:, power, state, 0]


def run(*events: Event, base: ScenarioSpec = BASE) -> Course:
    """What happens without chance and ignorance."""
    return course(with_events(base, *events))


@pytest.fixture(scope="module")
def plain() -> Course:
    """The run in which nothing happens."""
    return run()


# visits -----------------------------------------------------------------------------------------------------


def visit(outcome: str = "held", level: str = "leader", blame: float = 0.0, **changes) -> Visit:
    event = Visit("visit", SECOND, ALWAYS, outcome, "japan", ("kazakhstan", "kyrgyzstan"), level, blame)
    return replace(event, **changes)


@pytest.mark.parametrize("level", ["leader", "minister"])
def test_a_visit_held_raises_trust(plain, level):
    with_visit = run(visit(level=level))
    worth = BASE.parameters[f"world.trust.{level}_visit"].value
    for state in (KAZAKHSTAN, KYRGYZSTAN):
        kept, broken = (of(with_visit, side, JAPAN, state)[2] for side in ("kept", "broken"))
        assert of(with_visit, "trust", JAPAN, state)[2] == pytest.approx((kept + worth) / (kept + broken + worth))
        assert of(with_visit, "trust", JAPAN, state)[2] > of(plain, "trust", JAPAN, state)[2]
    assert of(with_visit, "trust", JAPAN, UZBEKISTAN)[2] == of(plain, "trust", JAPAN, UZBEKISTAN)[2]
    assert of(with_visit, "trust", CHINA)[2] == of(plain, "trust", CHINA)[2]
    assert_same(quarters_of(with_visit, slice(0, 2)), quarters_of(plain, slice(0, 2)))


def test_a_leader_counts_for_more_than_a_minister():
    leader, minister = (of(run(visit(level=level)), "trust", JAPAN) for level in ("leader", "minister"))
    assert leader[2] > minister[2]


def test_the_news_of_a_visit_passes():
    fading = BASE.parameters["world.trust.news_fading"].value
    news = of(run(visit()), "news_kept", JAPAN)
    worth = BASE.parameters["world.trust.leader_visit"].value
    ages = np.arange(QUARTERS - 2)
    np.testing.assert_allclose(news[2:], worth * max(1 - fading / 4, 0) ** ages)
    assert not news[:2].any()


def test_a_cancelled_visit_lowers_trust_by_its_blame(plain):
    trusts = [of(run(visit("cancelled", blame=blame)), "trust", JAPAN)[2] for blame in (0.0, 0.1, 0.5, 1.0)]
    assert trusts[0] == of(plain, "trust", JAPAN)[2]
    assert trusts == sorted(trusts, reverse=True)
    assert len(set(trusts)) == 4


def test_a_visit_that_an_earthquake_cancels_leaves_everything_as_it_is(plain):
    assert_same(run(visit("cancelled", blame=0.0)), plain)


def test_two_visits_count_twice():
    once, twice = run(visit()), run(visit(), visit(label="other"))
    news = "news_kept"
    assert of(twice, news, JAPAN)[2] == pytest.approx(2 * of(once, news, JAPAN)[2])


# packages ---------------------------------------------------------------------------------------------------

CAPABLE = replace(setting(BASE, {"powers.japan.effort": 0.0}), switched_off=frozenset({"absorption_limit"}))
"""Japan does nothing but the package, and every state takes in all of it at once."""


def package(**changes) -> Package:
    event = Package("package", SECOND, ALWAYS, 4.0, "japan", STATES, 2.0, (0.5, 0.5, 0.0), 1.0)
    return replace(event, **changes)


def test_a_package_is_paid_evenly_over_its_years():
    paid = run(package(), base=CAPABLE)
    quarters = np.arange(QUARTERS)
    by_now = 4.0 * np.clip((quarters - 1) / 8, 0, 1)
    np.testing.assert_allclose(paid["promised"][:, JAPAN, 0], np.where(quarters < 2, 0.0, 4.0))
    np.testing.assert_allclose(paid["delivered"][:, JAPAN, 0], by_now, atol=1e-12)
    np.testing.assert_allclose(paid["in_pipeline"][:, JAPAN, 0], np.where(quarters < 2, 0, 4 - by_now), atol=1e-12)


@pytest.mark.parametrize(("over", "quarters"), [(0.01, 1), (0.25, 1), (0.5, 2), (1.0, 4)])
def test_a_package_lasts_at_least_a_quarter(over, quarters):
    paid = run(package(over=over), base=CAPABLE)["delivered"][:, JAPAN, 0]
    assert paid[2] == pytest.approx(4.0 / quarters)
    assert paid[2 + quarters - 1] == pytest.approx(4.0)


def test_a_package_goes_where_the_power_puts_its_money():
    base = setting(CAPABLE, {"world.connectivity.depreciation": 0.0})
    to = ("kazakhstan", "kyrgyzstan")
    given = run(package(to=to, mix=(0.0, 1.0, 0.0)), base=base)
    gained = given["connectivity"][-1, JAPAN, :, 0] - given["connectivity"][0, JAPAN, :, 0]
    shares = given["allocation"][1, JAPAN, [KAZAKHSTAN, KYRGYZSTAN], 0]
    np.testing.assert_allclose(gained[[KAZAKHSTAN, KYRGYZSTAN]], 4.0 * shares / shares.sum())
    assert not gained[[s for s in range(5) if STATES[s] not in to]].any()


@pytest.mark.parametrize(
    ("mix", "grows"), [((1.0, 0.0, 0.0), "aid"), ((0.0, 1.0, 0.0), "connectivity"), ((0.0, 0.0, 1.0), "dialogue")]
)
def test_the_mix_of_a_package_says_what_grows(mix, grows):
    given, without = run(package(mix=mix), base=CAPABLE), run(base=CAPABLE)
    for name in ("aid", "connectivity", "dialogue"):
        same = of(given, name, JAPAN)[2] == of(without, name, JAPAN)[2]
        assert same == (name != grows), name


def test_a_package_without_a_mix_follows_the_doctrine():
    names = ("aid", "connectivity", "dialogue")
    weights = [BASE.parameters[f"powers.japan.instruments.{name}"].value for name in names]
    mix = tuple(weight / sum(weights) for weight in weights)
    assert_close(run(package(mix=None)), run(package(mix=mix)), 1e-12)


def test_a_package_without_an_execution_has_the_power_s_own():
    own = BASE.parameters["powers.japan.execution"].value
    assert_same(run(package(execution=None)), run(package(execution=own)))


def test_a_package_announced_only_delivers_nothing_and_costs_trust(plain):
    announced = run(package(execution=0.0), base=CAPABLE)
    assert announced["promised"][-1, JAPAN, 0] == pytest.approx(4.0)
    assert not announced["delivered"][:, JAPAN].any()
    trust = run(package(execution=0.0))["trust"][:, JAPAN, :, 0]
    assert (trust[2:10] < plain["trust"][2:10, JAPAN, :, 0]).all()


def test_a_package_delivered_raises_influence(plain):
    delivered = run(package())
    assert delivered["regional_share"][9, JAPAN, 0] > plain["regional_share"][9, JAPAN, 0]


def test_what_slips_of_a_package_is_cancelled_in_part():
    kappa = BASE.parameters["world.delivery.cancelled"].value
    given = run(package(execution=0.0, over=0.25), base=CAPABLE)
    assert given["cancelled"][2, JAPAN, 0] == pytest.approx(4 * kappa)
    assert given["in_pipeline"][3, JAPAN, 0] == pytest.approx(4 * (1 - kappa) ** 2)


def test_a_package_waits_for_a_state_that_cannot_take_it_in(plain):
    """Nobody is to blame for what a small economy cannot use at once: it comes later."""
    slow = run(package(to=("kyrgyzstan",), amount=100.0))
    fast = run(package(to=("kyrgyzstan",), amount=100.0), base=replace(BASE, switched_off=CAPABLE.switched_off))
    assert slow["delivered"][9, JAPAN, 0] < 0.5 * fast["delivered"][9, JAPAN, 0]
    np.testing.assert_allclose(slow["cancelled"][:2], plain["cancelled"][:2])
    assert of(slow, "lost", JAPAN, KYRGYZSTAN)[2] <= of(plain, "lost", JAPAN, KYRGYZSTAN)[2]


def labour_pathway() -> LabourPathway:
    return LabourPathway("labour_pathway", SECOND, ALWAYS, 4.0, "japan", STATES, 2.0, 1.0)


def test_a_labour_pathway_brings_money_home():
    base = setting(CAPABLE, {"world.connectivity.depreciation": 0.0})
    pathway, works = run(labour_pathway(), base=base), run(package(mix=(0, 1, 0)), base=base)
    a_year = BASE.parameters["world.people.yield"].value
    np.testing.assert_allclose(pathway["earned"][:, JAPAN].sum(axis=1), a_year * pathway["delivered"][:, JAPAN])
    assert (pathway["remittances"][2:, JAPAN] > works["remittances"][2:, JAPAN]).all()
    still = pathway["connectivity"][:, JAPAN]
    np.testing.assert_array_equal(still, np.broadcast_to(still[0], still.shape))


# pressure and budgets ---------------------------------------------------------------------------------------


def pressure(**changes) -> Pressure:
    return replace(Pressure("pressure", SECOND, ALWAYS, 0.5, "russia", ("uzbekistan",), 1.0), **changes)


def test_pressure_lowers_trust_while_it_lasts(plain):
    pressed = run(pressure())
    loss, dependence = BASE.parameters["world.trust.pressure_loss"].value, of(plain, "dependence", RUSSIA, UZBEKISTAN)
    more = of(pressed, "new_broken", RUSSIA, UZBEKISTAN) - of(plain, "new_broken", RUSSIA, UZBEKISTAN)
    assert more[2] == pytest.approx(0.5 * loss * dependence[1])
    assert (more[2:6] > 0.9 * more[2]).all()
    assert (more[6:] < 0.1 * more[2]).all()
    gap = of(pressed, "trust", RUSSIA, UZBEKISTAN) - of(plain, "trust", RUSSIA, UZBEKISTAN)
    assert (np.diff(gap[1:6]) < 0).all()
    assert (np.diff(gap[5:]) > 0).all()
    strength = of(pressed, "open_pressure", RUSSIA, UZBEKISTAN)
    np.testing.assert_array_equal(strength, np.where((np.arange(QUARTERS) >= 2) & (np.arange(QUARTERS) < 6), 0.5, 0))


@pytest.mark.parametrize(("over", "quarters"), [(0.01, 1), (0.25, 1), (0.3, 1), (0.5, 2), (1.5, 6), (100.0, 14)])
def test_what_lasts_does_so_in_whole_quarters(over, quarters):
    strength = of(run(pressure(over=over)), "open_pressure", RUSSIA, UZBEKISTAN)
    np.testing.assert_array_equal(strength[2:], 0.5 * (np.arange(QUARTERS - 2) < quarters))


def test_pressures_add_up():
    both = run(pressure(), pressure(label="more", strength=0.2, over=0.5))
    assert of(both, "open_pressure", RUSSIA, UZBEKISTAN)[2:5] == pytest.approx([0.7, 0.7, 0.5])


def budget_change(**changes) -> BudgetChange:
    return replace(BudgetChange("budget", SECOND, ALWAYS, 3.0, "china", 1.0), **changes)


def test_a_budget_is_multiplied_and_returns():
    base = replace(BASE, switched_off=frozenset({"counterbalancing"}))
    factor = (run(budget_change(), base=base)["budget"] / run(base=base)["budget"])[..., 0]
    expected = np.ones((QUARTERS, 4))
    expected[2:6, CHINA] = 3.0
    np.testing.assert_allclose(factor, expected)


def test_a_budget_may_change_for_good_and_twice():
    base = replace(BASE, switched_off=frozenset({"counterbalancing"}))
    events = (budget_change(over=None), budget_change(label="more", factor=0.5, at=SECOND.plus(2)))
    factor = (run(*events, base=base)["budget"] / run(base=base)["budget"])[:, CHINA, 0]
    np.testing.assert_allclose(factor, [1, 1, 3, 3, 1.5, 1.5, 1.5, 1.5, *[3] * (QUARTERS - 8)])


# shocks from outside ----------------------------------------------------------------------------------------

TWO = ("kazakhstan", "kyrgyzstan")


def trade_shock(**changes) -> TradeShock:
    return replace(TradeShock("trade_shock", SECOND, ALWAYS, 0.3, "russia", TWO, 1.0), **changes)


def test_a_trade_shock_turns_trade_to_others(plain):
    shocked = run(trade_shock())
    change = shocked["trade"][2, ..., 0] - plain["trade"][2, ..., 0]
    assert (change[RUSSIA, [KAZAKHSTAN, KYRGYZSTAN]] < 0).all()
    others = [power for power in range(4) if power != RUSSIA]
    assert (change[others][:, [KAZAKHSTAN, KYRGYZSTAN]] > 0).all()
    assert not change[:, UZBEKISTAN].any()
    factor = np.where((np.arange(QUARTERS) >= 2) & (np.arange(QUARTERS) < 6), 0.3, 1)
    np.testing.assert_allclose(of(shocked, "openness", RUSSIA), factor)


def test_trade_without_rivals_is_multiplied_by_its_shock():
    spec = replace(BASE, structure={**BASE.structure, "trade": "unconstrained"})
    factor = (run(trade_shock(), base=spec)["trade"] / run(base=spec)["trade"])[2, ..., 0]
    expected = np.ones((4, 5))
    expected[RUSSIA, [KAZAKHSTAN, KYRGYZSTAN]] = 0.3
    np.testing.assert_allclose(factor, expected)


def remittance_shock(**changes) -> RemittanceShock:
    return replace(RemittanceShock("remittance_shock", SECOND, ALWAYS, 0.5, "russia", TWO, 1.0), **changes)


@pytest.mark.parametrize(("by", "powers"), [("russia", [RUSSIA]), (None, [JAPAN, CHINA, RUSSIA, AMERICA])])
def test_a_remittance_shock_strikes_the_money_of_a_power_or_of_all(plain, by, powers):
    sent = run(remittance_shock(by=by))["sending"][..., 0]
    expected = np.ones((QUARTERS, 4, 5))
    for state in (KAZAKHSTAN, KYRGYZSTAN):
        expected[2:6, powers, state] = 0.5
    np.testing.assert_array_equal(sent, expected)
    money, usual = run(remittance_shock(by=by))["remittances"][..., 0], plain["remittances"][..., 0]
    np.testing.assert_allclose(money, usual * expected)


def test_a_remittance_shock_costs_the_power_people_ties(plain):
    struck = run(remittance_shock())
    assert (of(struck, "people", RUSSIA, KYRGYZSTAN)[2:6] < of(plain, "people", RUSSIA, KYRGYZSTAN)[2:6]).all()
    assert of(struck, "share", RUSSIA, KYRGYZSTAN)[5] < of(plain, "share", RUSSIA, KYRGYZSTAN)[5]


def test_a_price_of_resources_moves_economies_by_their_resources(plain):
    event = ResourcePrice("resource_price", SECOND, ALWAYS, 1.5, STATES[:4], 1.0)
    factor = (run(event)["economy"] / plain["economy"])[..., 0]
    resources = np.array([BASE.parameters[f"states.{state}.resources"].value for state in STATES])
    expected = np.ones((QUARTERS, 5))
    expected[2:6, :4] = 1.5 ** resources[:4]
    np.testing.assert_allclose(factor, expected)


def test_a_security_crisis_makes_security_weigh_more(plain):
    event = SecurityCrisis("security_crisis", SECOND, ALWAYS, 3.0, ("kyrgyzstan",), 1.0)
    needs = run(event)["needs"][..., 0]
    usual = plain["needs"][..., 0]
    weights = usual[0, KYRGYZSTAN] * [1, 1, 1, 1, 3]
    np.testing.assert_allclose(needs[2:6, KYRGYZSTAN], [weights / weights.sum()] * 4)
    np.testing.assert_allclose(needs[6:], usual[6:])
    np.testing.assert_allclose(needs[:, KAZAKHSTAN], usual[:, KAZAKHSTAN])
    assert of(run(event), "engagement", RUSSIA, KYRGYZSTAN)[5] > of(plain, "engagement", RUSSIA, KYRGYZSTAN)[5]


def test_shocks_at_once_are_multiplied():
    both = run(trade_shock(), trade_shock(label="more", factor=0.5, over=0.5))
    assert of(both, "openness", RUSSIA)[1:7] == pytest.approx([1, 0.15, 0.15, 0.3, 0.3, 1])
    crisis = SecurityCrisis("crisis", SECOND, ALWAYS, 2.0, STATES, 1.0)
    assert run(crisis, replace(crisis, label="more"))["crisis"][2, 0, 0] == 4


# corridors, formats, unions, alliances --------------------------------------------------------------------------------

STILL = replace(
    setting(BASE, {"powers.*.effort": 0.0, "world.connectivity.depreciation": 0.0}),
    switched_off=frozenset({"cooperation"}),
)
"""Nothing is built and cooperation stays, but for events."""


def test_a_corridor_opens_the_links_along_it_and_builds():
    along = ("uzbekistan", "kyrgyzstan", "kazakhstan")
    corridor = Corridor("corridor", SECOND, ALWAYS, 3.0, "china", along)
    opened, still = run(corridor, base=STILL), run(base=STILL)
    before, after = (found["link"][2, ..., 0] for found in (still, opened))
    zeta, output = BASE.parameters["world.connectivity.corridor"].value, still["output"][1, :, 0]
    expected = before.copy()
    for one, other in ((UZBEKISTAN, KYRGYZSTAN), (KYRGYZSTAN, KAZAKHSTAN)):
        cost = 1.5 / (output[one] + output[other]) * 200  # of 3 billion over two stretches, in percent
        opens = zeta * cost / (cost + 1) * (1 - before[one, other])
        expected[one, other] = expected[other, one] = before[one, other] + opens
    np.testing.assert_allclose(after, expected)
    built = (opened["connectivity"] - still["connectivity"])[2, ..., 0]
    expected = np.zeros((4, 5))
    expected[CHINA, [UZBEKISTAN, KYRGYZSTAN, KAZAKHSTAN]] = 1.0
    np.testing.assert_allclose(built, expected, atol=1e-12)


def test_states_may_open_a_corridor_themselves():
    corridor = Corridor("corridor", SECOND, ALWAYS, 3.0, None, ("uzbekistan", "kyrgyzstan"))
    opened, still = run(corridor, base=STILL), run(base=STILL)
    np.testing.assert_array_equal(opened["connectivity"], still["connectivity"])
    assert (opened["cooperation"][2] >= still["cooperation"][2]).all()
    assert (opened["cooperation"][2] > still["cooperation"][2]).any()


@pytest.mark.parametrize("by", [None, "china"])
def test_a_corridor_does_what_it_costs(by):
    cheap, dear = (
        run(Corridor("corridor", SECOND, ALWAYS, cost, by, ("uzbekistan", "kyrgyzstan")), base=STILL)
        for cost in (0.1, 5.0)
    )
    assert (dear["link"][2, UZBEKISTAN, KYRGYZSTAN] > cheap["link"][2, UZBEKISTAN, KYRGYZSTAN]).all()


LONE = setting(
    spec_of(quarters=40),
    {
        "powers.*.format_start": 2100.0,
        "powers.japan.format_start": 2004.0,
        "powers.*.emulation": 2.0,
        "powers.united_states.emulation": 0.0,
    },
)
"""Japan alone has a format; Russia and China would like one, the United States would not."""


def test_a_format_is_launched():
    run_ = run(FormatChange("launch", SECOND, ALWAYS, "launched", "united_states"), base=LONE)
    np.testing.assert_array_equal(run_["has_format"][:, AMERICA, 0], np.arange(40) >= 2)
    plain = run(base=LONE)
    assert not plain["has_format"][:, AMERICA].any()
    # a format sits all states at one table: those who lean away hear more, those who lean closer no more
    leaning = plain["engagement"][1, AMERICA, :, 0]
    more = (run_["dialogue"] - plain["dialogue"])[2, AMERICA, :, 0]
    np.testing.assert_array_equal(more > 0, leaning < 1)
    np.testing.assert_array_equal(more == 0, leaning >= 1)


def test_a_format_that_ended_does_not_come_back_by_itself():
    ended = run(FormatChange("end", SECOND, ALWAYS, "ended", "russia"), base=LONE)["has_format"][..., 0]
    spread = run(base=LONE)["has_format"][..., 0]
    assert spread[-1, RUSSIA] == spread[-1, CHINA] == 1
    assert not ended[:, RUSSIA].any()
    assert ended[-1, CHINA] == 1


def test_a_format_that_ended_may_be_launched_again():
    events = (
        FormatChange("end", SECOND, ALWAYS, "ended", "japan"),
        FormatChange("launch", SECOND.plus(3), ALWAYS, "launched", "japan"),
    )
    held = run(*events, base=LONE)["has_format"][:8, JAPAN, 0]
    np.testing.assert_array_equal(held, [1, 1, 0, 0, 0, 1, 1, 1])


@pytest.mark.parametrize(("year", "first"), [(2025.5, 0), (2025.6, 1), (2026.0, 2), (2026.25, 3), (2100.0, 40)])
def test_a_format_begins_in_the_quarter_of_its_start(year, first):
    base = setting(LONE, {"powers.united_states.format_start": year})
    np.testing.assert_array_equal(run(base=base)["has_format"][:, AMERICA, 0], np.arange(40) >= first)


@pytest.mark.parametrize(("change", "member"), [("joined", 1.0), ("left", 0.0)])
def test_a_union_binds_its_members_as_far_as_they_are_not_neutral(change, member):
    start = setting(BASE, {"ties.russia.*.union": 1.0 - member, "ties.russia.*.security": 0.2})
    moved = run(Membership("union", SECOND, ALWAYS, change, "russia", TWO), base=start)
    union = BASE.parameters["world.security.union"].value
    for state, name in enumerate(STATES):
        now = member if name in TWO else 1 - member
        np.testing.assert_array_equal(of(moved, "member", RUSSIA, state), [1 - member] * 2 + [now] * (QUARTERS - 2))
        free = 1 - BASE.parameters[f"states.{name}.neutrality"].value
        assert of(moved, "security", RUSSIA, state)[2] == pytest.approx(0.2 + union * free * now)


@pytest.mark.parametrize(("change", "after"), [("formed", 0.5), ("ended", 0.0)])
def test_an_alliance_raises_or_lowers_the_tie(change, after):
    start = setting(BASE, {"ties.china.*.security": 0.2, "ties.china.*.union": 0.0})
    allied = run(Alliance("alliance", SECOND, ALWAYS, change, "china", TWO, 0.3), base=start)
    np.testing.assert_allclose(of(allied, "security", CHINA), [0.2] * 2 + [after] * (QUARTERS - 2))
    np.testing.assert_allclose(of(allied, "security", CHINA, UZBEKISTAN), 0.2)
    full = run(Alliance("alliance", SECOND, ALWAYS, "formed", "china", TWO, 1.0), base=start)
    assert of(full, "security", CHINA)[2] == 1


# parameters set from a date on ------------------------------------------------------------------------------


def test_a_parameter_is_set_from_a_date_on(plain):
    event = SetParameters("set", SECOND, ALWAYS, (("powers.japan.effort", 0.0), ("world.influence.theta", 1.0)))
    changed = run(event)
    assert_same(quarters_of(changed, slice(0, 2)), quarters_of(plain, slice(0, 2)))
    assert plain["budget"][2:, JAPAN].all()
    assert not changed["budget"][2:, JAPAN].any()
    bandwidth, trust = changed["bandwidth"][-1], changed["trust"][-1]
    np.testing.assert_allclose(
        changed["share"][-1, 0] / changed["share"][-1, 1], (bandwidth * trust)[0] / (bandwidth * trust)[1]
    )


def test_a_parameter_is_set_only_where_the_event_happens():
    event = SetParameters("set", SECOND, 0.5, (("powers.japan.effort", 0.0), ("states.kazakhstan.agency", 1.0)))
    spec = with_events(BASE, event)
    fires = fired(spec, 12, "chance")
    assert 0 < fires.sum() < 12
    with_event, without = course(spec, 12, 0, "chance"), course(BASE, 12, 0, "chance")
    sure = course(with_events(BASE, replace(event, probability=1.0)), 12, 0, "chance")
    for name, values in with_event.items():
        np.testing.assert_array_equal(values[..., ~fires], without[name][..., ~fires], err_msg=name)
        np.testing.assert_array_equal(values[..., fires], sure[name][..., fires], err_msg=name)


def test_an_offer_that_is_set_takes_effect_at_once():
    base = replace(BASE, switched_off=frozenset({"responsiveness", "differentiation"}))
    weights = {"human_capital": 0.0, "transport": 0.0, "energy": 1.0, "governance": 1.0, "security": 0.0}
    values = tuple((f"powers.japan.offer.{sector}", weight) for sector, weight in weights.items())
    offer = run(SetParameters("set", SECOND, ALWAYS, values), base=base)["offer"][:, JAPAN, KAZAKHSTAN, :, 0]
    np.testing.assert_array_equal(offer[2:], [[0, 0, 0.5, 0.5, 0]] * (QUARTERS - 2))
    np.testing.assert_array_equal(offer[0], offer[1])


def test_setting_something_else_leaves_an_adapted_offer_alone(plain):
    changed = run(SetParameters("set", SECOND, ALWAYS, (("world.cooperation.decay", 1.0),)))
    name = "offer"
    np.testing.assert_array_equal(changed[name][2], plain[name][2])


GROWING = ("powers.japan.growth", "states.kazakhstan.growth")


@pytest.mark.parametrize("name", GROWING)
def test_growth_that_is_set_grows_from_its_date_on(plain, name):
    changed = run(SetParameters("set", SECOND, ALWAYS, ((name, 0.2),)))
    gdp = "gdp" if name.startswith("powers") else "output"
    growth = (changed[gdp][1:] / changed[gdp][:-1])[:, 0, 0]
    usual = (1 + BASE.parameters[name].value) ** 0.25
    np.testing.assert_allclose(growth, [usual, *[1.2**0.25] * (QUARTERS - 2)])


# chance -----------------------------------------------------------------------------------------------------


SMALL = spec_of(EVIDENCE.powers[:1], EVIDENCE.states[:1], QUARTERS)
MANY = 4000


def fires(probability: float, uncertainty: str = "chance", worlds: int = MANY, **changes) -> np.ndarray:
    """The worlds in which a visit takes place."""
    event = visit(probability=probability, to=("kazakhstan",), **changes)
    spec = with_events(SMALL, event)
    happened = fired(spec, worlds, uncertainty)
    cell = tables_of(spec).state_cells["news_kept", (JAPAN, KAZAKHSTAN)]
    work = outcome_work(Block(replace(spec, end=event.at), 0, worlds, 0, uncertainty))
    news = form_for({}).run(replace(work, outcomes=np.array([cell], np.int32))).outcomes[0] > 0
    np.testing.assert_array_equal(news, happened)
    return happened


def fired(spec: ScenarioSpec, worlds: int, uncertainty: str) -> np.ndarray:
    """The worlds in which the only event of a scenario happens."""
    cell = tables_of(spec).state_cells["fires", (0,)]
    work = outcome_work(Block(replace(spec, end=spec.start), 0, worlds, 0, uncertainty))
    return form_for({}).run(replace(work, outcomes=np.array([cell], np.int32))).outcomes[0] > 0


@pytest.mark.parametrize("probability", [0.0, 0.05, 0.3, 0.9, 1.0])
def test_an_event_happens_in_its_share_of_the_worlds(probability):
    spread = (probability * (1 - probability) / MANY) ** 0.5
    assert abs(fires(probability).mean() - probability) <= 4 * spread


@pytest.mark.parametrize(("probability", "happens"), [(0.0, False), (0.5, False), (0.51, True), (1.0, True)])
@pytest.mark.parametrize("uncertainty", ["none", "ignorance"])
def test_without_chance_what_is_likely_happens(probability, happens, uncertainty):
    assert (fires(probability, uncertainty, 5) == happens).all()


def test_a_likelier_event_happens_in_the_same_worlds_and_more():
    rare, frequent = fires(0.2), fires(0.6)
    assert frequent[rare].all()
    assert frequent.sum() > rare.sum()


def test_an_event_that_is_moved_happens_in_the_same_worlds():
    np.testing.assert_array_equal(fires(0.3), fires(0.3, at=SECOND.plus(3)))


def test_events_happen_independently():
    one, other = fires(0.5), fires(0.5, label="other")
    assert abs(np.corrcoef(one, other)[0, 1]) < 4 / MANY**0.5


# numbers of events that differ between worlds ---------------------------------------------------------------

VARIED = (
    (visit("cancelled", blame=0.5), "blame", (0.0, 0.3, 1.0)),
    (visit(), "probability", (0.0, 1.0, 0.6)),
    (visit(), "at", (START, START.plus(1), START.plus(5))),
    (package(), "amount", (1.0, 2.0, 7.0)),
    (package(), "execution", (0.0, 0.5, 1.0)),
    (package(), "at", (START, START.plus(1), START.plus(5))),
    (pressure(), "strength", (0.0, 0.5, 1.0)),
    (pressure(), "at", (START, START.plus(1), START.plus(5))),
    (budget_change(), "factor", (0.0, 0.5, 3.0)),
    (budget_change(), "at", (START, START.plus(1), START.plus(5))),
    (Corridor("corridor", SECOND, ALWAYS, 3.0, "china", STATES), "amount", (1.0, 2.0, 3.0)),
    (trade_shock(), "factor", (0.0, 0.5, 2.0)),
    (trade_shock(), "at", (START, START.plus(1), START.plus(5))),
    (remittance_shock(), "factor", (0.0, 0.5, 2.0)),
    (ResourcePrice("resource_price", SECOND, ALWAYS, 1.5, STATES, 1.0), "factor", (0.01, 0.5, 2.0)),
    (SecurityCrisis("security_crisis", SECOND, ALWAYS, 1.5, STATES, 1.0), "factor", (0.0, 0.5, 2.0)),
    (Alliance("alliance", SECOND, ALWAYS, "formed", "china", TWO, 0.3), "strength", (0.0, 0.1, 1.0)),
    (SetParameters("set", SECOND, ALWAYS, (("world.influence.theta", 1.0),)), "at", (START, START.plus(1), SECOND)),
)


@pytest.mark.parametrize(("event", "field", "values"), VARIED, ids=lambda value: str(getattr(value, "label", value)))
def test_an_event_of_a_sweep_is_the_event_of_a_scenario(event, field, values):
    """World by world as if the number stood in the scenario."""
    numbers = np.array([value.number if isinstance(value, Quarter) else value for value in values])
    swept = course(with_events(BASE, event), 3, given={f"events.{event.label}.{field}": numbers})
    for world, value in enumerate(values):
        alone = run(replace(event, **{field: value}))
        assert_same(worlds_of(swept, slice(world, world + 1)), alone)
    assert any((swept[name][..., :1] != swept[name][..., 1:]).any() for name in swept)


# unknown events ---------------------------------------------------------------------------------------------


def test_an_event_of_an_unknown_kind_is_a_bug():
    with pytest.raises(TypeError, match="no effect is defined for Event"):
        RegionalInfluenceModel(with_events(BASE, Event("strange", START, ALWAYS)), 0)


def test_every_kind_of_event_has_an_effect_of_its_own():
    rows = {name: kind_of(kind) for name, kind in KINDS.items()}
    assert rows.pop("labour_pathway") == rows["package"]
    assert sorted(rows.values()) == list(range(len(rows)))


# switches ---------------------------------------------------------------------------------------------------

BUSY = with_events(
    setting(
        spec_of(quarters=12),
        {
            "powers.*.format_start": 2100.0,
            "powers.japan.format_start": 2004.0,
            "powers.*.emulation": 2.0,
            "powers.*.counterbalancing": 1.0,
            "states.*.agency": 0.05,
            "powers.*.differentiation": 0.5,
            "powers.*.fiscal_volatility": 0.2,
            "world.delivery.volatility": 0.2,
        },
    ),
    visit(),
    package(),
    pressure(),
)
"""A scenario in which every mechanism has something to do."""

SILENT: Mapping[str, Mapping[str, float]] = {
    "fiscal_shocks": {"powers.*.fiscal_volatility": 0.0},
    "counterbalancing": {"powers.*.counterbalancing": 0.0},
    "allocation": {"powers.*.even_handedness": 1.0},
    "responsiveness": {"powers.*.responsiveness": 0.0},
    "differentiation": {"powers.*.differentiation": 0.0},
    "delivery_shocks": {"world.delivery.volatility": 0.0},
    "trade_shocks": {"world.trade.volatility": 0.0},
    "gravity": {"world.trade.elasticity": 0.0},
    "connectivity_trade": {"world.trade.yield": 0.0},
    "transit": {"world.trade.transit": 0.0},
    "absorption": {"world.absorption.gain": 0.0, "world.absorption.relaxation": 0.0},
    "dialogue": {"powers.*.meetings_per_year": 0.0, "world.dialogue.money": 0.0},
    "people": {"world.bandwidth.people": 0.0, "world.trust.people_gain": 0.0},
    "security": {"ties.*.*.security": 0.0, "world.security.union": 0.0, "world.bandwidth.security": 0.0},
    "pressure": {"world.trust.pressure_loss": 0.0},
    "choice": {"world.hedging.speed": 0.0},
    "hedging": {"states.*.hedging": 0.0},
    "capacity_autonomy": {"world.influence.capacity": 0.0},
    "cooperation": {"world.cooperation.growth": 0.0, "world.cooperation.decay": 0.0},
    "emulation": {"powers.*.emulation": 0.0},
}
"""Values with which a mechanism has nothing to say."""

HOW_IT_COMES_ABOUT = ("fiscal", "delivery", "trade_shock", "leverage", "catalysis", "rest_factor", "people", "allied")
HOW_IT_COMES_ABOUT += ("is_present", "utility", "answer")
"""What a mechanism that is off leaves alone, and one with nothing to say computes."""


def without(*mechanisms: str) -> ScenarioSpec:
    return replace(BUSY, switched_off=frozenset(mechanisms))


@pytest.fixture(scope="module")
def busy() -> Course:
    return course(BUSY, 3, 0, "both")


@pytest.mark.parametrize("mechanism", MECHANISMS)
def test_every_mechanism_has_an_effect(busy, mechanism):
    off = course(without(mechanism), 3, 0, "both")
    assert any((off[name] != busy[name]).any() for name in VARIABLES)


@pytest.mark.parametrize("mechanism", SILENT)
def test_a_mechanism_switched_off_is_one_with_nothing_to_say(mechanism):
    off = course(without(mechanism), 3, 0, "both")
    silent = course(setting(BUSY, SILENT[mechanism]), 3, 0, "both")
    compared = [name for name in off if name not in HOW_IT_COMES_ABOUT]
    assert_close({name: off[name] for name in compared}, {name: silent[name] for name in compared}, 1e-12)


def test_budgets_without_shocks_and_answers_are_effort_times_gdp():
    off = course(without("fiscal_shocks", "counterbalancing"), 2, 0, "chance")
    before = off["gdp"][:-1]
    effort = np.array([BUSY.parameters[f"powers.{power}.effort"].value for power in POWERS])[:, None]
    np.testing.assert_allclose(off["budget"][1:], effort / 100 * before)


def test_allocation_off_gives_equal_shares():
    np.testing.assert_allclose(course(without("allocation"), 2, 0, "both")["allocation"], 1 / len(STATES))


def test_an_offer_stays_without_response_and_differentiation():
    offer = course(without("responsiveness", "differentiation"), 2, 0, "both")["offer"]
    np.testing.assert_allclose(offer, np.broadcast_to(offer[0], offer.shape), rtol=1e-12)


def test_without_slippage_all_that_is_due_is_delivered():
    off = course(without("slippage"), 2, 0, "both")
    np.testing.assert_allclose(off["execution"], 1)
    np.testing.assert_allclose(off["cancelled"], 0, atol=1e-12)


@pytest.mark.parametrize(
    ("mechanism", "shock", "quiet"),
    [("fiscal_shocks", "fiscal", 0), ("delivery_shocks", "delivery", 0), ("trade_shocks", "trade_shock", 0)],
)
def test_a_shock_that_is_off_is_nothing(busy, mechanism, shock, quiet):
    name = shock
    assert busy[name].any()
    assert (course(without(mechanism), 2, 0, "both")[name] == quiet).all()


def test_without_transit_neighbours_open_no_markets():
    """Nothing is built, so that trade can only change by what neighbours open."""
    corridor = Corridor("corridor", START.plus(3), ALWAYS, 1.0, None, ("uzbekistan", "kyrgyzstan"))
    quiet = replace(setting(BUSY, {"powers.*.effort": 0.0}), events=())
    opened, usual = (course(spec)["trade"] for spec in (with_events(quiet, corridor), quiet))
    assert (opened[3, :, [UZBEKISTAN, KYRGYZSTAN]] < usual[3, :, [UZBEKISTAN, KYRGYZSTAN]]).all()
    off = replace(quiet, switched_off=frozenset({"transit"}))
    np.testing.assert_allclose(course(with_events(off, corridor))["trade"], course(off)["trade"], rtol=1e-12)


def of_ties(key: str) -> np.ndarray:
    """A parameter of all ties as it stands in the scenario, (power, state, 1)."""
    return np.array([[[BUSY.parameters[f"ties.{p}.{s}.{key}"].value] for s in STATES] for p in POWERS])


def test_without_gravity_roads_and_shocks_the_parts_of_trade_stay():
    part = course(without("gravity", "connectivity_trade", "transit", "trade_shocks"), 2, 0, "chance")["trade_part"]
    np.testing.assert_allclose(part, np.broadcast_to(part[0], part.shape))


def test_without_the_absorption_limit_all_that_is_due_is_taken_in():
    spec = without("absorption_limit", "slippage")
    off = course(spec, 2, 0, "both")
    taken = off["soft"] + off["hard"]
    quarter = 0.25 * off["economy"][:, None] / 100
    np.testing.assert_allclose(taken * quarter, off["falls_due"], rtol=1e-12)


def test_without_people_or_security_there_are_no_such_ties():
    assert not course(without("people"), 2, 0, "both")["people"].any()
    assert not course(without("security"), 2, 0, "both")["security"].any()


def test_without_the_record_economies_grow_by_their_rates():
    off = course(replace(without("record"), start=START.plus(-80), end=START.plus(-70), events=()))
    for name, kind, actors in (("gdp", "powers", POWERS), ("output", "states", STATES)):
        rates = np.array([BUSY.parameters[f"{kind}.{actor}.growth"].value for actor in actors])
        growth = (off[name][1:] / off[name][:-1])[..., 0]
        np.testing.assert_allclose(growth, np.broadcast_to((1 + rates) ** 0.25, growth.shape))


def test_with_the_record_economies_follow_it():
    """From the middle of 2006 to that of 2007, by hand."""
    spec = replace(BUSY, start=Quarter.parse("2006Q3"), end=Quarter.parse("2007Q4"), events=())
    gdp = course(spec)["gdp"][..., 0]
    for number, power in enumerate(POWERS):
        record = spec.records["gdp", power]
        one, other = (record.values[year - record.first_year] for year in (2006, 2007))
        # after the third quarter of a year the economy is that of the fourth: three eighths of a year past its middle
        assert gdp[0, number] / gdp[2, number] == pytest.approx((one / other) ** 0.5)


def test_trust_off_is_trust_as_at_the_start():
    trust = course(without("trust"), 2, 0, "chance")["trust"]
    kept, broken = of_ties("trust.kept") + 1, of_ties("trust.broken") + 1
    np.testing.assert_allclose(trust, np.broadcast_to(kept / (kept + broken), trust.shape))


def test_absorption_off_is_capacity_as_at_the_start():
    capacity = course(without("absorption"), 2, 0, "chance")["absorptive_capacity"]
    start = [[BUSY.parameters[f"states.{state}.absorptive_capacity"].value] for state in STATES]
    np.testing.assert_array_equal(capacity, np.broadcast_to(start, capacity.shape))


def test_dialogue_off_is_silence():
    assert not course(without("dialogue"), 2, 0, "both")["dialogue"].any()


def test_pressure_off_leaves_no_leverage_of_either_kind():
    """Neither the chance kind nor open pressure costs trust."""
    off = course(replace(without("pressure"), events=()), 2, 0, "both")
    pressed = course(replace(without("pressure"), events=(pressure(),)), 2, 0, "both")
    np.testing.assert_array_equal(off["trust"], pressed["trust"])


def test_engagement_begins_at_its_target():
    """Trust alone counts: the quantal response to the trust of the start, by hand."""
    alike = setting(BASE, {"world.hedging.benefit": 0.0, "states.*.hedging": 0.0})
    model = RegionalInfluenceModel(alike, 0, uncertainty="none")
    kept, broken = of_ties("trust.kept") + 1, of_ties("trust.broken") + 1
    weights = np.exp(BASE.parameters["world.hedging.precision"].value * kept / (kept + broken))
    response = len(POWERS) * weights / weights.sum(axis=0)
    np.testing.assert_allclose(model.read("engagement"), response[..., 0])


def test_choice_off_is_engagement_as_at_the_start():
    spec = without("choice")
    start = np.stack([RegionalInfluenceModel(spec, 0, number=world).read("engagement") for world in range(2)], axis=-1)
    engagement = course(spec, 2, 0, "both")["engagement"]
    np.testing.assert_array_equal(engagement, np.broadcast_to(start, engagement.shape))


def test_cooperation_off_is_cooperation_as_at_the_start():
    links = course(without("cooperation"), 2, 0, "chance")["link"]
    for one in range(len(STATES)):
        for other in range(one + 1, len(STATES)):
            start = BUSY.parameters[f"links.{STATES[one]}.{STATES[other]}.cooperation"].value
            assert (links[:, one, other] == start).all()


def test_emulation_off_leaves_formats_where_they_are(busy):
    assert busy["has_format"][-1].sum() > busy["has_format"][0].sum()
    off = course(without("emulation"), 3, 0, "both")["has_format"]
    np.testing.assert_array_equal(off, np.broadcast_to([[1], [0], [0], [0]], off.shape))


def test_the_evidence_names_the_actors_of_these_tests():
    assert POWERS == ("japan", "china", "russia", "united_states")
    assert STATES[:3] == ("kazakhstan", "uzbekistan", "kyrgyzstan")
    assert EVIDENCE.powers[4].optional
