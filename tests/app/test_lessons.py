"""The lessons: what they quote is word for word, what they lead pupils to see shows in the model, by running it."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from functools import cache
from pathlib import Path

import numpy as np
import pytest
from tests.support.lesson_files import BODY, lesson_text, predict_text

from steppewise.app.lesson import Lesson, lesson, lesson_names, lessons, page_of, read_lesson
from steppewise.app.lesson_header import VIEWS, LessonFile, PredictEntry, Span, StepEntry
from steppewise.errors import SteppewiseError
from steppewise.evidence.catalogue import load_evidence
from steppewise.evidence.names import expand
from steppewise.experiment.block import Block, BlockResult, run_block
from steppewise.scenario.events import EVENT_ENTRIES
from steppewise.scenario.library import library_names
from steppewise.scenario.resolve import load_scenario
from steppewise.scenario.spec import MECHANISMS

ROOT = Path(__file__).parents[2]
GUIDE = (ROOT / "docs" / "teaching.md").read_text(encoding="utf-8")
NAMES = tuple(re.findall(r"\| \d+ \| `([a-z-]+)` \|", GUIDE))
"""The lessons of the teacher's guide; a user's own are none of the tests' business."""

POWERS = ("japan", "china", "russia", "united_states")
WORLDS = 200
QUOTE = re.compile(r"> “([^”]+)” \(((?:tca2025|ankasam2021)-\d+)\)")
Settings = tuple[tuple[str, float | str], ...]


def plain(text: str) -> str:
    return re.sub(r"\s+", " ", text)


# the model behind them ----------------------------------------------------------------------------------------


@cache
def ran(name: str, settings: Settings, variables: tuple[str, ...] = ()) -> BlockResult:
    """The worlds of a lesson's page with some things set; its other levers are held at their opening values."""
    one, words = lesson(name), dict(settings)
    spec = load_scenario(str(words.pop("scenario", one.scenarios[0])))
    uncertainty = words.pop("uncertainty", one.uncertainties[0])
    given = {}
    for lever in one.levers:
        for parameter in expand(lever.name, spec.parameters):
            value = words.get(lever.name, load_scenario(one.scenarios[0]).parameters[parameter].value)
            given[parameter] = np.full(WORLDS, float(value))
    return run_block(Block(spec, 0, WORLDS, 0, uncertainty, given=given), variables)


def points(name: str, outcome: str, settings: Settings, against: Settings = ()) -> float:
    """The change of an outcome's mean at the end, in points."""
    after, before = ran(name, settings).outcomes[outcome], ran(name, against).outcomes[outcome]
    return float(after.mean() - before.mean()) * 100


def band(name: str, outcome: str, settings: Settings) -> float:
    """How wide the band of nine worlds in ten is, in points."""
    low, high = np.quantile(ran(name, settings).outcomes[outcome], (0.05, 0.95))
    return float(high - low) * 100


def settings_of(change: Mapping[str, object]) -> Settings:
    words = {key: word for key, word in change.items() if key != "values"}
    return tuple(sorted({**words, **change["values"]}.items()))


# the library --------------------------------------------------------------------------------------------------


def test_the_library_is_complete_and_in_order() -> None:
    assert len(NAMES) >= 6
    assert tuple(one.name for one in lessons() if one.name in NAMES) == NAMES
    taken = {*library_names(), *library_names("experiments"), *MECHANISMS, *EVENT_ENTRIES}
    assert not set(NAMES) & taken, "a name would stand for two things"


@pytest.mark.parametrize("name", NAMES)
def test_every_lesson_is_whole_and_small_enough_for_a_grid(name: str) -> None:
    one = lesson(name)
    assert one.predict is not None
    assert len(one.levers) <= 3
    assert 3 <= len(one.steps) <= 6
    assert 20 <= one.minutes <= 60
    assert all(scenario in library_names() for scenario in one.scenarios)
    assert one.goal.startswith("You can ")
    for html in (one.look_for, one.questions, one.not_conclude, one.teacher):
        assert html.startswith("<")
    for words in ("Expected guesses", "Misconceptions", "Answers", "Variations"):
        assert f"<strong>{words}.</strong>" in one.teacher


@pytest.mark.parametrize("name", NAMES)
def test_quotations_are_word_for_word(name: str) -> None:
    claims = load_evidence().claims
    quotes = QUOTE.findall(plain(lesson(name).path.read_text(encoding="utf-8")))
    assert len(quotes) >= 2, "on what idea of the articles is it?"
    for words, claim in quotes:
        assert words in plain(claims[claim].passage), claim


@pytest.mark.parametrize("name", NAMES)
def test_what_a_page_takes_is_plain_data(name: str) -> None:
    page = page_of(lesson(name))
    assert json.loads(json.dumps(page)) == page
    assert page["predict"]["set"]["values"] or "scenario" in page["predict"]["set"]
    assert all(step["set"] is None or "values" in step["set"] for step in page["steps"])


# what they lead pupils to see ---------------------------------------------------------------------------------


@pytest.mark.parametrize("name", NAMES)
def test_the_answer_to_the_guess_shows_and_can_be_guessed(name: str) -> None:
    predict = page_of(lesson(name))["predict"]
    change = points(name, predict["outcome"], settings_of(predict["set"]))
    assert predict["low"] < change < predict["high"]
    assert abs(change) > 1, "nobody would see it"


EFFORT, EXECUTION = "powers.japan.effort", "powers.japan.execution"
ASKS, ROADS, AID = (f"powers.china.{key}" for key in ("responsiveness", "instruments.connectivity", "instruments.aid"))
JAPAN_PRESSES, CHINA_PRESSES = "powers.japan.coerciveness", "powers.china.coerciveness"
CATALYST, MONEY = "powers.china.catalytic_intent", "powers.china.effort"
UNEASE, SHARP = "states.*.hedging", "world.hedging.precision"
WEIGHT, FORGETTING = "world.trust.negativity", "world.trust.forgetting"
BROKEN, KEPT = ("scenario", "package-announced-only"), ("scenario", "package-delivered")
THETA, AGENCY = "world.influence.theta", "world.influence.agency"
RICH, POOR = (EFFORT, 0.1), (EFFORT, 0.01)
UNASKED_ROADS = ((ASKS, 0), (ROADS, 1), (AID, 0))
UNASKED_AID = ((ASKS, 0), (ROADS, 0.2), (AID, 1))
ASKED_ROADS, ASKED_AID = ((ASKS, 1), *UNASKED_ROADS[1:]), ((ASKS, 1), *UNASKED_AID[1:])
SURGE, UNEASY, UNWORRIED = (MONEY, 0.1), (UNEASE, 3), (UNEASE, 0)
SHARP_ONLY = (UNWORRIED, (SHARP, 4))


@pytest.mark.parametrize(
    ("name", "outcome", "settings", "against", "low", "high"),
    [
        # "Trust rises by two points only"; delivered in full, by more.
        ("trust-and-delivery", "regional_trust.japan", (RICH,), (), 1.5, 3),
        ("trust-and-delivery", "regional_trust.japan", (RICH, (EXECUTION, 1)), (RICH,), 3, 9),
        ("trust-and-delivery", "regional_share.japan", (RICH, (EXECUTION, 1)), (RICH,), 1.5, 5),
        # "Badly delivered it costs some 25 points of trust, for a share that is no larger than in the opening state."
        ("trust-and-delivery", "regional_trust.japan", (RICH, (EXECUTION, 0.2)), (), -28, -22),
        ("trust-and-delivery", "regional_share.japan", (RICH, (EXECUTION, 0.2)), (), -2, 0),
        # "Where delivery is bad, the rich Japan loses more trust than the poor one. Where it is full, more trust."
        ("trust-and-delivery", "regional_trust.japan", (RICH, (EXECUTION, 0.2)), (POOR, (EXECUTION, 0.2)), -9, -3),
        ("trust-and-delivery", "regional_trust.japan", (RICH, (EXECUTION, 1)), (POOR, (EXECUTION, 1)), 2, 6),
        # "At an execution of about a half, more money leaves trust as it is; below, it costs trust."
        ("trust-and-delivery", "regional_trust.japan", (RICH, (EXECUTION, 0.5)), (POOR, (EXECUTION, 0.5)), -1, 1),
        ("trust-and-delivery", "regional_trust.japan", (RICH, (EXECUTION, 0.3)), (POOR, (EXECUTION, 0.3)), -5, -1.5),
        # "Ten times the money buys some twelve points of share at an execution of 1, and some four at 0.2."
        ("trust-and-delivery", "regional_share.japan", (RICH, (EXECUTION, 0.2)), (POOR, (EXECUTION, 0.2)), 3.5, 4.5),
        ("trust-and-delivery", "regional_share.japan", (RICH, (EXECUTION, 1)), (POOR, (EXECUTION, 1)), 11.5, 13),
        # "Trust in the other powers hardly moves."
        ("trust-and-delivery", "regional_trust.china", (RICH, (EXECUTION, 0.2)), (), -0.5, 0.5),
        ("trust-and-delivery", "regional_trust.china", (RICH, (EXECUTION, 1)), (), -0.5, 0.5),
        ("trust-and-delivery", "regional_trust.russia", (RICH, (EXECUTION, 1)), (), -0.5, 0.5),
        # A variation: with little money the share of step 4 is reached at an execution of about 0.6.
        ("trust-and-delivery", "regional_share.japan", (POOR, (EXECUTION, 0.6)), (RICH, (EXECUTION, 0.2)), -0.5, 0.5),
        # "A promise that is broken costs far more trust than the same promise, kept, earns."
        ("promise-and-execution", "regional_trust.japan", (BROKEN,), (), -8, -4),
        ("promise-and-execution", "regional_trust.japan", (KEPT,), (), 0.1, 1),
        ("promise-and-execution", "regional_share.japan", (KEPT,), (), 0.1, 1),
        # "With a weight of 0, or with fast forgetting, most of the loss is gone."
        ("promise-and-execution", "regional_trust.japan", (BROKEN, (WEIGHT, 0)), ((WEIGHT, 0),), -2, 0),
        ("promise-and-execution", "regional_trust.japan", (BROKEN, (FORGETTING, 0.3)), ((FORGETTING, 0.3),), -2.5, 0),
        # "With no questions asked China loses influence, with roads as with aid: about two points."
        ("aid-or-connectivity", "regional_share.china", UNASKED_ROADS, (), -3, -1.5),
        ("aid-or-connectivity", "regional_share.china", UNASKED_AID, (), -3, -1.5),
        ("aid-or-connectivity", "regional_trust.china", UNASKED_ROADS, (), -5, -2),
        ("aid-or-connectivity", "regional_trust.china", UNASKED_AID, (), -1, 0),
        ("aid-or-connectivity", "regional_dependence.china", UNASKED_ROADS, (), -1, 0),
        # "When China follows the needs, it gains influence and trust, with aid as with roads."
        ("aid-or-connectivity", "regional_share.china", ASKED_AID, (), 2, 4),
        ("aid-or-connectivity", "regional_share.china", ASKED_ROADS, (), 1, 3),
        ("aid-or-connectivity", "regional_trust.china", ASKED_AID, (), 5, 9),
        ("aid-or-connectivity", "regional_trust.china", ASKED_ROADS, (), 2, 5),
        # "With mostly aid the states trust China more, and depend on it less. About a point of influence is left."
        ("aid-or-connectivity", "regional_trust.china", ASKED_AID, ASKED_ROADS, 2, 5),
        ("aid-or-connectivity", "regional_dependence.china", ASKED_AID, ASKED_ROADS, -3, -1),
        ("aid-or-connectivity", "regional_share.china", ASKED_AID, ASKED_ROADS, 0.3, 1.5),
        ("aid-or-connectivity", "regional_share.china", UNASKED_AID, UNASKED_ROADS, 0.3, 1.5),
        # "Ten points less trust when conditions come with them": trust is no cake, shares are.
        ("format-and-copies", "regional_trust.japan", ((JAPAN_PRESSES, 0.9),), (), -12, -9),
        ("format-and-copies", "regional_trust.china", ((CHINA_PRESSES, 0.1),), (), 8, 9.5),
        ("format-and-copies", "regional_trust.japan", ((CHINA_PRESSES, 0.1),), (), -0.2, 0.2),
        ("format-and-copies", "regional_share.japan", ((CHINA_PRESSES, 0.1),), (), -1.5, -0.5),
        ("format-and-copies", "regional_share.china", ((CHINA_PRESSES, 0.1),), (), 3, 6),
        # "When China's format serves the five, its own share falls by a point, Russia's too; autonomy rises by two."
        ("format-and-copies", "regional_share.china", ((CATALYST, 0.9),), (), -1.5, -0.5),
        ("format-and-copies", "regional_share.russia", ((CATALYST, 0.9),), (), -1.5, -0.5),
        ("format-and-copies", "regional_autonomy", ((CATALYST, 0.9),), (), 1.5, 2.5),
        # "Some six points; without any hedging more than eight. The others lose a little each, and so does autonomy."
        ("hedging-between-powers", "regional_share.china", (SURGE,), (), 5.5, 6.5),
        ("hedging-between-powers", "regional_share.china", (SURGE, UNWORRIED), (UNWORRIED,), 8, 9.5),
        ("hedging-between-powers", "regional_autonomy", (SURGE,), (), -2.5, -0.5),
        ("hedging-between-powers", "regional_share.russia", (SURGE,), (), -4.5, -1.5),
        ("hedging-between-powers", "regional_share.japan", (SURGE,), (), -2, -0.5),
        ("hedging-between-powers", "regional_share.united_states", (SURGE,), (), -1.5, -0.3),
        # "Nine points more dependence with the money, whatever they dislike."
        ("hedging-between-powers", "regional_dependence.china", (SURGE,), (), 8.5, 9.5),
        ("hedging-between-powers", "regional_dependence.china", (SURGE, UNEASY), (UNEASY,), 8.5, 9.5),
        # "States that dislike dependence turn away from Russia and China and to Japan and the United States."
        ("hedging-between-powers", "regional_share.russia", (UNEASY,), (), -9, -4),
        ("hedging-between-powers", "regional_share.china", (UNEASY,), (), -4, -1.5),
        ("hedging-between-powers", "regional_share.japan", (UNEASY,), (), 2.5, 6),
        ("hedging-between-powers", "regional_share.united_states", (UNEASY,), (), 1, 4),
        # With sharp choice money costs those who hedge, and buys more where nobody hedges.
        ("hedging-between-powers", "regional_share.china", (SURGE, UNEASY, (SHARP, 4)), (UNEASY, (SHARP, 4)), -5, -1),
        ("hedging-between-powers", "regional_share.china", (SURGE, *SHARP_ONLY), SHARP_ONLY, 8, 13),
        # "The weight of the states themselves moves their own autonomy."
        ("bands-and-assumptions", "regional_autonomy", ((AGENCY, 0.5),), ((AGENCY, 0.1),), 15, 35),
    ],
)  # fmt: skip
def test_what_to_look_for_is_there(
    name: str, outcome: str, settings: Settings, against: Settings, low: float, high: float
) -> None:
    assert low <= points(name, outcome, settings, against) <= high


def means(name: str, variable: str, settings: Settings = ()) -> dict[str, float]:
    """What an outcome of every power comes to in the mean at the end."""
    found = ran(name, settings).outcomes
    return {power: float(found[f"{variable}.{power}"].mean()) for power in POWERS}


def largest(found: Mapping[str, float]) -> str:
    return max(found, key=lambda power: found[power])


def test_the_opening_state_is_as_the_first_lesson_says() -> None:
    assert largest(means("trust-and-delivery", "regional_trust")) == "japan"
    assert largest(means("trust-and-delivery", "regional_share")) == "russia"


def test_ten_times_the_money_about_doubles_the_share_of_japan() -> None:
    before, after = (means("trust-and-delivery", "regional_share", settings)["japan"] for settings in ((), (RICH,)))
    assert after / before == pytest.approx(2, abs=0.3)


def test_a_broken_promise_hurts_when_it_falls_due_and_heals_in_part() -> None:
    name, variables = "promise-and-execution", ("regional_trust", "regional_share", "promised")
    before, broken, kept = (
        {key: course.mean(axis=-1)[:, 0] for key, course in ran(name, settings, variables).trajectories.items()}
        for settings in ((), (BROKEN,), (KEPT,))
    )
    loss, quarters = broken["regional_trust"] - before["regional_trust"], len(before["promised"])
    lowest = int(np.argmin(loss))
    assert abs(loss[2]) < 0.01, "nothing happens on the day of the announcement"
    assert 2025.75 + lowest / 4 == pytest.approx(2032.5, abs=1), "largest around 2032"
    assert loss[lowest] == pytest.approx(-0.1, abs=0.01), "some ten points"
    assert 0.5 < loss[-1] / loss[lowest] < 0.65, "a little more than half of it is left"
    for variable, most in (("regional_trust", 0.01), ("regional_share", 0.0125)):
        gain = kept[variable] - before[variable]
        assert 2025.75 + int(np.argmax(gain)) / 4 == pytest.approx(2031.25, abs=1), "most around 2031"
        assert gain.max() == pytest.approx(most, abs=0.0035), "one point, or a little more"
        assert gain[-1] < gain.max() / 2, "less than half of it is left"
    assert 2 / before["promised"][-1] == pytest.approx(0.2, abs=0.05), "about a fifth of all else"
    assert quarters == 62


def test_about_half_of_what_china_loses_goes_to_russia_and_the_rest_to_all_others() -> None:
    name, others = "aid-or-connectivity", [power for power in POWERS if power != "china"]
    lost = -points(name, "regional_share.china", UNASKED_ROADS)
    outcomes = ("regional_autonomy", *(f"regional_share.{power}" for power in others))
    gained = {outcome: points(name, outcome, UNASKED_ROADS) / lost for outcome in outcomes}
    assert 0.4 < gained.pop("regional_share.russia") < 0.6
    assert all(0.05 < part < 0.3 for part in gained.values())


def test_asking_moves_influence_more_than_the_weights_do() -> None:
    name, share = "aid-or-connectivity", "regional_share.china"
    by_asking = [
        points(name, share, ASKED_AID, UNASKED_AID),
        points(name, share, ASKED_ROADS, UNASKED_ROADS),
    ]
    by_weights = [
        abs(points(name, share, ASKED_AID, ASKED_ROADS)),
        abs(points(name, share, UNASKED_AID, UNASKED_ROADS)),
    ]
    assert min(by_asking) > 3 * max(by_weights)


def test_japan_fits_without_being_asked() -> None:
    """A variation of the lesson on aid and roads, in the live page."""
    spec = load_scenario("baseline")
    opening, deaf = (
        run_block(
            Block(spec, 0, WORLDS, 0, "both", given={"powers.japan.responsiveness": np.full(WORLDS, asks)}), ("fit",)
        )
        for asks in (0.9, 0.0)
    )
    outcomes = ("regional_trust.japan", "regional_share.japan")
    assert all(abs(deaf.outcomes[one].mean() - opening.outcomes[one].mean()) < 0.01 for one in outcomes)
    fit = deaf.trajectories["fit"][-1].mean(axis=(-2, -1))
    assert fit[0] == max(fit), "it fits better than what the others offer"


def test_conditions_leave_japan_the_most_trusted() -> None:
    assert largest(means("format-and-copies", "regional_trust", ((JAPAN_PRESSES, 0.9),))) == "japan"


def test_all_have_a_format_and_their_trust_differs() -> None:
    found = means("format-and-copies", "regional_trust")
    assert max(found.values()) - min(found.values()) > 0.1
    formats = ran("format-and-copies", (), ("has_format",)).trajectories["has_format"][-1]
    assert np.all(formats == 1)


def test_money_lets_china_pass_russia_on_whom_the_states_depend_most() -> None:
    name = "hedging-between-powers"
    assert largest(means(name, "regional_dependence")) == largest(means(name, "regional_share")) == "russia"
    assert largest(means(name, "regional_share", (SURGE,))) == "china"


def bought(hedging: float) -> float:
    """What the same money buys China, in points of its share, where states hedge so much."""
    return points("hedging-between-powers", "regional_share.china", (SURGE, (UNEASE, hedging)), ((UNEASE, hedging),))


def test_hedging_takes_from_what_money_buys() -> None:
    assert 0 < bought(3) < bought(1) / 3, "less than a third"
    assert bought(2) > bought(1) / 2 > bought(2.5), "half of it a little above 2"


def test_the_band_is_ignorance_and_the_definition_moves_as_much_as_it() -> None:
    name, share = "bands-and-assumptions", "regional_share.japan"
    both, chance, ignorance, none = (
        band(name, share, (("uncertainty", word),)) for word in ("both", "chance", "ignorance", "none")
    )
    assert chance < both / 3
    assert ignorance > both * 0.85
    assert none == 0
    assert points(name, share, ((THETA, 0),)) / both == pytest.approx(-1, abs=0.15)
    assert means(name, "regional_share", ((THETA, 0),))["japan"] < 0.02, "hardly any influence left"


def test_japan_loses_most_where_only_leverage_counts() -> None:
    name = "bands-and-assumptions"
    lost = {power: points(name, f"regional_share.{power}", ((THETA, 0),)) for power in POWERS}
    assert min(lost, key=lambda power: lost[power]) == "japan"


def test_the_weight_of_the_states_moves_the_shares_of_the_strongest_most() -> None:
    name, strong, weak = "bands-and-assumptions", ((AGENCY, 0.5),), ((AGENCY, 0.1),)
    moved = {power: -points(name, f"regional_share.{power}", strong, weak) for power in POWERS}
    assert sorted(moved, key=lambda power: -moved[power])[:2] == ["russia", "china"]


@pytest.mark.parametrize(
    "settings",
    [((THETA, theta),) for theta in (0, 0.5, 1)]
    + [((AGENCY, a),) for a in (0.1, 0.5)]
    + [(("uncertainty", word),) for word in ("chance", "ignorance", "none")],
)
def test_the_order_of_the_powers_is_sturdy(settings: Settings) -> None:
    found = means("bands-and-assumptions", "regional_share", settings)
    assert sorted(found, key=lambda power: -found[power]) == ["russia", "china", "japan", "united_states"]


# no slider is idle --------------------------------------------------------------------------------------------


@pytest.mark.parametrize(("name", "lever"), [(name, lever.name) for name in NAMES for lever in lesson(name).levers])
def test_every_slider_of_a_lesson_moves_what_its_pictures_show(name: str, lever: str) -> None:
    (span,) = [one for one in lesson(name).levers if one.name == lever]
    low, high = (ran(name, ((lever, end),)).outcomes for end in (span.low, span.high))
    shown = [one for one in low if one.startswith("regional_")]
    assert max(abs(high[one].mean() - low[one].mean()) for one in shown) >= 0.005


# refusals -----------------------------------------------------------------------------------------------------


def problems_in(folder: Path, text: str, name: str = "x.md") -> list[str]:
    (folder / name).write_text(text, encoding="utf-8")
    with pytest.raises(SteppewiseError) as caught:
        read_lesson(folder / name)
    return [str(problem).replace(f"{folder}/", "").replace(f"{folder}\\", "") for problem in caught.value.problems]


def test_a_lesson_of_ones_own(tmp_path: Path) -> None:
    (tmp_path / "mine.md").write_text(lesson_text(), encoding="utf-8")
    mine = read_lesson(tmp_path / "mine.md")
    assert isinstance(mine, Lesson)
    assert (mine.name, mine.scenarios, mine.uncertainties) == ("mine", ("baseline",), ("both",))
    assert lesson(tmp_path / "mine.md") == mine
    assert page_of(mine)["steps"] == [
        {"html": "Move <em>effort</em>.", "set": {"values": {"powers.japan.effort": 0.05}}},
        {"html": "Look.", "set": None},
    ]
    assert mine.look_for == "<p>The <strong>share</strong>.</p>\n"


def test_a_block_without_lines_is_empty_and_not_wrong(tmp_path: Path) -> None:
    (tmp_path / "x.md").write_text(lesson_text(assumptions=""), encoding="utf-8")
    assert [lever.kind for lever in read_lesson(tmp_path / "x.md").levers] == ["lever"]


def test_a_lesson_on_a_scenario_beside_it(tmp_path: Path) -> None:
    text = "name: mine\nextends: baseline\n"
    (tmp_path / "mine.yaml").write_text(text, encoding="utf-8")
    (tmp_path / "x.md").write_text(lesson_text(scenario="mine.yaml"), encoding="utf-8")
    (scenario,) = read_lesson(tmp_path / "x.md").scenarios
    assert load_scenario(scenario).name == "mine"


def test_a_text_cannot_bring_html_or_addresses_into_the_page(tmp_path: Path) -> None:
    strange = "<script>x</script> [a](http://example.org) ![b](c.png) <http://example.org>"
    (tmp_path / "x.md").write_text(lesson_text(body=BODY.replace("The **share**.", strange)), encoding="utf-8")
    html = read_lesson(tmp_path / "x.md").look_for
    assert "<script" not in html
    assert "href" not in html
    assert "<img" not in html


@pytest.mark.parametrize(
    ("header", "wanted"),
    [
        ({"title": None}, "x.md:2: the key 'title' is missing"),
        ({"titel": "A"}, "x.md:10: titel: there is no such key here. Allowed: title, goal, minutes, order, scenario, "
         "scenarios, levers, assumptions, uncertainties, view, power, predict, steps. Did you mean 'title'?"),
        ({"goal": '""'}, "x.md:3: goal: '' is not a text. Allowed: a text; put it in quotes."),
        ({"minutes": "1.5"}, "x.md:4: minutes: '1.5' is not a whole number. Allowed: a whole number from 1 to 600."),
        ({"minutes": "0"}, "x.md:4: minutes: 0 is out of range. Allowed: a whole number from 1 to 600."),
        ({"view": "share"}, "x.md:10: view: 'share' is not possible here. "
         "Allowed: shares or trust or dependence or autonomy or promises. Did you mean 'shares'?"),
        ({"scenario": None}, "x.md:2: scenarios: names no scenario. "
         "Allowed: scenario: baseline, or a list such as [baseline]."),
        ({"scenarios": "[baseline]"}, "x.md:10: scenarios: stands beside the key 'scenario'. Allowed: one of the two."),
        ({"scenario": None, "scenarios": "[baseline, history]"},
         "x.md:9: scenarios: 'history' has other powers, states or quarters than 'baseline'. "
         "Allowed: scenarios with the same powers, states and quarters."),
        ({"scenario": None, "scenarios": "[baseline, baseline]"},
         "x.md:9: scenarios: 'baseline' stands twice in the list. Allowed: each once."),
        ({"uncertainties": "[both, luck]"},
         "x.md:10: uncertainties.2: 'luck' is not possible here. Allowed: both or chance or ignorance or none."),
        ({"uncertainties": "[]"},
         "x.md:10: uncertainties: the list is empty. Allowed: both, chance, ignorance or none."),
        ({"power": "japn"}, "x.md:7: power: 'japn' does not take part. "
         "Allowed: japan, china, russia, united_states. Did you mean 'japan'?"),
        ({"levers": "{powers.japan.efort: {from: 0, to: 1}, powers.japan.effort: {from: 0, to: 1}}"},
         "x.md:6: levers.powers.japan.efort: baseline has no such parameter. Did you mean 'powers.japan.effort'?"),
        ({"assumptions": "{powers.japan.execution: {from: 0, to: 1}}"},
         "x.md:10: assumptions.powers.japan.execution: does not belong under assumptions. Allowed: names such as "
         "world.influence.theta or states.*.hedging; this one belongs under levers."),
        ({"assumptions": "{ties.japan.kazakhstan.trade: {from: 0, to: 1}}"},
         "x.md:10: assumptions.ties.japan.kazakhstan.trade: does not belong under assumptions. "
         "Allowed: names such as world.influence.theta or states.*.hedging."),
        ({"assumptions": "{states.*.agency: {from: 0, to: 1}}"},
         "x.md:10: assumptions.states.*.agency: stands for parameters that open at different values, 0.2 to 0.35. "
         "Allowed: parameters that open at one value."),
        ({"assumptions": "{states.*.hedging: {from: 0, to: 2}, states.kazakhstan.hedging: {from: 0, to: 2}}"},
         "x.md:10: assumptions.states.kazakhstan.hedging: 'states.*.hedging' sets the same parameter. "
         "Allowed: each parameter once."),
        ({"levers": "{powers.japan.effort: {from: 0, to: 9}}"},
         "x.md:6: levers.powers.japan.effort.to: 9 is out of bounds. Allowed: 0 to 5 percent of GDP per year."),
        ({"levers": "{powers.japan.effort: {from: 0.1, to: 0.05}}"},
         "x.md:6: levers.powers.japan.effort.from: 0.1 is not below 0.05. Allowed: from below to."),
        ({"levers": "{powers.japan.effort: {from: 0.02, to: 0.1}}"},
         "x.md:6: levers.powers.japan.effort: leaves out 0.01, where the slider opens in baseline. "
         "Allowed: a range that holds it."),
        ({"levers": "{powers.japan.effort: {from: half, to: 0.1}}"},
         "x.md:6: levers.powers.japan.effort.from: 'half' is not a number"),
        ({"steps": "[]"},
         "x.md:9: steps: the list is empty. Allowed: one step or more, such as {do: Move the slider}."),
        ({"steps": "[{do: A, set: {powers.japan.efort: 1}}]"},
         "x.md:9: steps.1.set.powers.japan.efort: does not move in this lesson. "
         "Allowed: powers.japan.effort, scenario, uncertainty. Did you mean 'powers.japan.effort'?"),
        ({"steps": "[{do: A, set: {powers.japan.effort: 0.2}}]"},
         "x.md:9: steps.1.set.powers.japan.effort: 0.2 is out of the slider's range. Allowed: 0.01 to 0.1."),
        ({"steps": "[{do: A, set: {powers.japan.effort: high}}]"},
         "x.md:9: steps.1.set.powers.japan.effort: 'high' is not a number. Allowed: a number."),
        ({"steps": "[{do: A, set: {scenario: history}}]"},
         "x.md:9: steps.1.set.scenario: 'history' is not one that this lesson offers. Allowed: baseline."),
        ({"steps": "[{do: A, set: {}}]"},
         "x.md:9: steps.1.set: sets nothing. Allowed: a lever of this lesson with its value."),
        ({"predict": predict_text("regional_share.jpan", -5, 5, 1)},
         "x.md:8: predict.outcome: 'regional_share.jpan' cannot be guessed. Allowed: regional_share, regional_trust or "
         "regional_dependence with a power, or regional_autonomy. Did you mean 'regional_share.japan'?"),
        ({"predict": predict_text("regional_autonomy", 5, -5, 1)},
         "x.md:8: predict.low: 5 is not below -5. Allowed: low below high."),
        ({"predict": predict_text("regional_autonomy", -5, 5, 0)},
         "x.md:8: predict.step: 0 is out of range. Allowed: above 0 and at most 10."),
    ],
)  # fmt: skip
def test_every_refusal_has_its_sentence(tmp_path: Path, header: dict[str, str | None], wanted: str) -> None:
    assert problems_in(tmp_path, lesson_text(**header)) == [wanted]


def test_more_levers_than_a_grid_bears(tmp_path: Path) -> None:
    names = ("gdp", "growth", "effort", "execution", "predictability")
    spec = load_scenario("baseline").parameters
    spans = (
        f"powers.japan.{name}: {{from: {spec[f'powers.japan.{name}'].value}, "
        f"to: {spec[f'powers.japan.{name}'].value + 0.05}}}" for name in names
    )  # fmt: skip
    assert problems_in(
        tmp_path, lesson_text(levers=f"{{{', '.join(spans)}}}", predict=None, steps="[{do: Look.}]")
    ) == ["x.md:2: has 5 levers and assumptions. Allowed: at most 4 together."]


def test_a_lesson_in_which_nothing_moves(tmp_path: Path) -> None:
    found = problems_in(tmp_path, lesson_text(levers=None, predict=None, steps="[{do: Look.}]"))
    assert found == [
        "x.md:2: gives nothing to move. Allowed: levers, assumptions, several scenarios or several uncertainties."
    ]


@pytest.mark.parametrize(
    ("body", "wanted"),
    [
        (BODY.replace("## Questions\n\n1. Why?\n\n", ""), "x.md:{last}: the section '## Questions' is missing"),
        (BODY.replace("## Questions", "## Qestions"), "x.md:15: there is no section 'Qestions'. Allowed: ## What to "
         "look for, ## Questions, ## What not to conclude, ## For the teacher. Did you mean 'Questions'?"),
        (BODY + "\n## Questions\n\nMore.\n", "x.md:27: the section 'Questions' stands twice"),
        (BODY.replace("1. Why?\n", ""), "x.md:15: Questions: the section is empty"),
        ("Welcome.\n\n" + BODY, "x.md:11: text stands before the first heading. Allowed: ## What to look for, "
         "## Questions, ## What not to conclude, ## For the teacher."),
    ],
)  # fmt: skip
def test_the_sections_of_the_body(tmp_path: Path, body: str, wanted: str) -> None:
    text = lesson_text(body=body)
    found = problems_in(tmp_path, text)
    assert wanted.replace("{last}", str(text.count("\n"))) in found
    assert len(found) <= 2, "a misspelt heading is strange, and another one is missing"


@pytest.mark.parametrize(
    ("text", "wanted"),
    [
        ("", "x.md:1: does not begin with a header."),
        ("# A title\n", "x.md:1: does not begin with a header."),
        ("---\ntitle: A\n", "x.md:2: the header does not end."),
    ],
)
def test_a_text_without_a_header(tmp_path: Path, text: str, wanted: str) -> None:
    allowed = "a first line '---', then lines such as 'title: Trust', then a line '---', then the text"
    assert problems_in(tmp_path, text) == [f"{wanted} Allowed: {allowed}."]


def test_the_header_is_yaml_and_its_lines_are_those_of_the_file(tmp_path: Path) -> None:
    (found,) = problems_in(tmp_path, lesson_text().replace("minutes: 20", "minutes: 20: 3"))
    assert found.startswith("x.md:4: is not valid YAML: ")
    assert problems_in(tmp_path, f"---\n- a\n---\n{BODY}") == [
        "x.md:2: holds a list '[...]'. Allowed: keys and values such as 'title: Trust and delivery'."
    ]


def test_all_problems_are_told_at_once(tmp_path: Path) -> None:
    text = lesson_text(
        minutes="long", scenario="basline", levers="{powers.japan.effort: {from: 0, to: x}}", power="3",
        body=BODY.replace("## For the teacher", "## For teachers"),
    )  # fmt: skip
    heads = [problem.split(": ")[0] for problem in problems_in(tmp_path, text)]
    assert heads == [f"x.md:{line}" for line in (4, 5, 6, 7, 23, 25)]


def test_names_and_files_that_are_not_there(tmp_path: Path) -> None:
    with pytest.raises(SteppewiseError) as caught:
        lesson("trust-and-delivry")
    assert str(caught.value) == (
        f"there is no lesson 'trust-and-delivry'. Allowed: {', '.join(lesson_names())}, "
        "or the path of a file that ends in .md. Did you mean 'trust-and-delivery'?"
    )
    with pytest.raises(SteppewiseError, match="there is no such file"):
        lesson(tmp_path / "none.md")
    assert problems_in(tmp_path, lesson_text(), "My Lesson.md") == [
        "My Lesson.md: cannot be the name of a lesson's file. "
        "Allowed: small letters and digits joined by '-', then .md. Did you mean 'my-lesson.md'?"
    ]


# the teacher's guide ------------------------------------------------------------------------------------------


def test_the_guide_names_every_lesson_and_every_key() -> None:
    models = (LessonFile, PredictEntry, StepEntry, Span)
    keys = {field.alias or key for model in models for key, field in model.model_fields.items()}
    assert not [word for word in (*NAMES, *keys, *VIEWS) if f"`{word}`" not in GUIDE]
    minutes = re.findall(r"\| \d \| `([a-z-]+)` \| (\d+) \|", GUIDE)
    assert minutes == [(name, str(lesson(name).minutes)) for name in NAMES]


def test_the_lesson_in_the_guide_is_fine_and_true(tmp_path: Path) -> None:
    (text,) = re.findall(r"```markdown\n(.*?)```", GUIDE, re.DOTALL)
    (tmp_path / "many-meetings.md").write_text(text, encoding="utf-8")
    path = str(tmp_path / "many-meetings.md")
    for outcome in ("regional_share.japan", "regional_trust.japan"):
        assert 1 < points(path, outcome, settings_of(page_of(lesson(path))["predict"]["set"])) < 10


def test_quotations_in_the_guide_are_word_for_word() -> None:
    claims = load_evidence().claims
    quotes = re.findall(r"“([^”]+)” \(((?:tca2025|ankasam2021)-\d+)\)", GUIDE)
    assert len(quotes) == len(NAMES)
    assert all(words in plain(claims[claim].passage) for words, claim in quotes)
