"""Terminal, report, notebook, page and tables agree: the same numbers, and the same powers that lead."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import replace
from html import unescape
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from tests.support import swept

import steppewise
from steppewise.app import answer
from steppewise.cli.show_comparison import show_comparison
from steppewise.cli.show_run import often, show_results
from steppewise.cli.show_sweep import show_sweep
from steppewise.report.figures.leaders_map import verdict
from steppewise.report.tables import state_table
from steppewise.results.compare import DIFFERENCES, Comparison
from steppewise.results.run import Results
from steppewise.results.sweep import Sweep
from steppewise.results.tables import SUMMARY

WORLDS = 30
HAIR = 1e-9
"""Beside half of the last digit that is shown."""

NUMBER = re.compile(r"[-−+]?\d[\d,]*(?:\.\d+)?")


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("surfaces")


@pytest.fixture(scope="module")
def run(folder: Path) -> Results:
    return steppewise.load_results(steppewise.run("baseline", runs=WORLDS, spread=False).save(folder))


@pytest.fixture(scope="module")
def compared(folder: Path) -> Comparison:
    made = steppewise.compare("baseline", "package-delivered", runs=WORLDS)
    return steppewise.load_comparison(made.save(folder))


@pytest.fixture(scope="module")
def sweep(folder: Path) -> Sweep:
    return steppewise.sweep(swept.study(steps=3, worlds=WORLDS), folder=folder, workers=1)


# reading what is shown ----------------------------------------------------------------------------------


def rows_of(html: str) -> dict[str, list[str]]:
    """The cells of all table rows by their head; of rows of one head in several tables, those of all."""
    found: dict[str, list[str]] = {}
    for row in re.findall(r"<tr>(.*?)</tr>", html, re.DOTALL):
        head, *cells = (plain(cell).strip() for cell in re.findall(r"<t[hd].*?</t[hd]>", row))
        found.setdefault(head, []).extend(cells)
    return found


def lines_of(text: str) -> dict[str, list[str]]:
    """The lines of a terminal by what they begin with, cut at two or more blanks."""
    found: dict[str, list[str]] = {}
    for line in text.splitlines():
        head, *cells = re.split(r"\s{2,}", line.strip())
        found.setdefault(head, []).extend(cells)
    return found


def plain(html: str) -> str:
    return unescape(re.sub(r"<[^>]+>", "", html))


def page_of(result: Results | Comparison | Sweep) -> str:
    assert result.folder is not None
    return (result.folder / "report.html").read_text(encoding="utf-8")


def tables_of(result: Results | Comparison | Sweep) -> list[dict[str, list[str]]]:
    """The rows of the report's tables, and of the notebook's."""
    return [rows_of(page_of(result)), rows_of(result._repr_html_())]


def says(texts: Iterable[str], value: float) -> bool:
    """True where one of the texts has a number that is the value, rounded to the digits that it shows."""
    for shown in (number for text in texts for number in NUMBER.findall(text)):
        number, decimals = float(shown.replace("−", "-").replace(",", "")), len(shown.partition(".")[2])
        if abs(number - value) <= 0.5 * 10.0**-decimals + HAIR:
            return True
    return False


def sentence_with(sentences: Sequence[str], *parts: str) -> str:
    [found] = [one for one in sentences if all(part in one for part in parts) and not one.startswith("Whether")]
    return found


# a run --------------------------------------------------------------------------------------------------


def led_by(run: Results, state: str) -> tuple[str, float]:
    """Who leads a state in most worlds, and in which part of them, from the table of worlds alone."""
    shares = run.outcomes[[f"share.{power}.{state}" for power in run.spec.power_names]]
    first = shares.idxmax(axis="columns").value_counts(normalize=True)
    return run.spec.labels[str(first.index[0]).split(".")[1]], float(first.iloc[0])


def test_a_run_has_the_same_numbers_everywhere(run, capsys):
    show_results(run)
    told, written = lines_of(capsys.readouterr().out), pd.read_csv(run.folder / SUMMARY)
    at_end = written[(written.time == str(run.spec.end)) & (written.statistic == "mean")]
    for power in run.spec.powers:
        of_power = at_end[(at_end.power == power.name) & at_end.state.isna()].set_index("variable").value
        for variable in ("regional_share", "execution"):
            mean = float(run.outcomes[f"{variable}.{power.name}"].mean())
            assert of_power[variable] == pytest.approx(mean)
            assert all(says(rows[power.label], 100 * mean) for rows in (told, *tables_of(run)))
        sentence = sentence_with(run.sentences(), power.label, "regional share in", "lies between")
        assert says([sentence.partition("mean")[2]], 100 * of_power["regional_share"])
    for state in run.spec.states:
        kept = 100 * run.outcomes[f"autonomy.{state.name}"].mean()
        assert all(says(rows[state.label], kept) for rows in (told, *tables_of(run)))


def test_a_run_has_the_same_leaders_everywhere(run, capsys):
    show_results(run)
    told, shown = lines_of(capsys.readouterr().out), tables_of(run)
    for found in run.findings.states:
        state, (leader, part) = found.state, led_by(run, found.state.name)
        is_open = part <= 0.5
        assert told[state.label][0] == (f"open ({leader})" if is_open else leader)
        assert told[state.label][1] == "all" if part == 1 else says([told[state.label][1]], 100 * part)
        for rows in shown:
            assert rows[state.label][0] == (f"open; most often {leader}" if is_open else leader)
            assert says([rows[state.label][1]], 100 * part)
        assert leader in verdict(found)
        sentence = sentence_with(
            run.sentences(), state.label, "is open: no power" if is_open else f"{leader} leads in "
        )
        assert leader in sentence
        assert f"{'all' if part == 1 else f'{round(part * WORLDS)} of'} {WORLDS} worlds" in sentence


def test_the_page_of_levers_gives_states_to_the_same_powers(run):
    powers, states = run.spec.powers, run.spec.states
    ends = [[run.outcomes[f"share.{power.name}.{state.name}"] for state in states] for power in powers]
    found = answer._leads(np.array(ends))
    for number, state in enumerate(states):
        leader, part = led_by(run, state.name)
        assert powers[int(found[number, :-1].argmax())].label == leader
        assert found[number].max() == pytest.approx(part)


def test_nearly_all_worlds_are_not_called_all(run):
    state = run.findings.states[0]
    leads = tuple(replace(lead, share=0.996 if lead is state.first else 0.001) for lead in state.leads)
    found = replace(run.findings, states=(replace(state, leads=leads),))
    assert often(found.states[0].first).startswith("99.6")
    assert state_table(found).rows[0].cells[1] == "99.6"
    assert verdict(found.states[0]).endswith(" 99.6 %")


# a comparison -------------------------------------------------------------------------------------------


def test_a_comparison_has_the_same_numbers_everywhere(compared, capsys):
    show_comparison(compared)
    told, written = lines_of(capsys.readouterr().out), pd.read_csv(compared.folder / DIFFERENCES)
    spec, worlds = compared.of().spec, compared.runs.set_index(["scenario", "world"])
    at_end = written[(written.time == str(spec.end)) & (written.variable == "regional_share")]
    for power in spec.powers:
        name = f"regional_share.{power.name}"
        further, first = (worlds.loc[scenario, f"outcome:{name}"] for scenario in ("package-delivered", "baseline"))
        difference = further - first
        mean, higher = float(difference.mean()), float((difference > 0).mean())
        of_power = at_end[at_end.power == power.name].set_index("statistic").value
        assert (of_power["mean"], of_power["positive"]) == pytest.approx((mean, higher))
        for rows in (told, *tables_of(compared)):
            assert says(rows[power.label], 100 * mean)
            assert says(rows[power.label], 100 * higher)
        sentence = sentence_with(compared.sentences(), f"worlds {power.label}'", "regional share in")
        assert says([sentence.partition(" by ")[2]], 100 * abs(mean))


def test_a_comparison_counts_led_states_as_its_runs_do(compared):
    first, further = (Results(ensemble) for ensemble in compared.ensembles)
    for alone in (first, further):
        for found in alone.findings.states:
            assert (found.most_often, found.first.share) == pytest.approx(led_by(alone, found.state.name))
    for one, other in zip(first.findings.powers, further.findings.powers, strict=True):
        assert compared.at("leads", one.power.name).mean == pytest.approx(other.leads.mean - one.leads.mean)


# a sweep ------------------------------------------------------------------------------------------------


def test_a_sweep_has_the_same_numbers_everywhere(sweep, capsys):
    show_sweep(sweep)
    told, means = capsys.readouterr().out, sweep.rows.groupby("point").mean(numeric_only=True)
    texts = [told, plain(page_of(sweep)), plain(sweep._repr_html_()), " ".join(sweep.sentences())]
    for outcome in sweep.study.outcomes:
        written = sweep.summary[sweep.summary.outcome == outcome]
        np.testing.assert_allclose(written["mean"], means[outcome], rtol=1e-5)
        scale = 100 if outcome.startswith("regional_share") else 1
        for end in (means[outcome].min(), means[outcome].max()):
            assert all(says([text], scale * float(end)) for text in texts)


# signs --------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("kind", ["run", "compared", "sweep"])
def test_pages_have_minus_signs_where_terminals_have_hyphens(kind, request, capsys):
    result = request.getfixturevalue(kind)
    {"run": show_results, "compared": show_comparison, "sweep": show_sweep}[kind](result)
    assert "−" not in capsys.readouterr().out
    assert "−" not in " ".join(result.sentences())
    for html in (page_of(result), result._repr_html_()):
        seen = plain(re.sub(r"<(style|script|code|pre)\b.*?</\1>", "", html, flags=re.DOTALL))
        heard = unescape(" ".join(re.findall(r'alt="([^"]*)"', html)))
        assert not re.search(r"(?<![\w.–/-])-(?=\d)", f"{seen} {heard}")
