"""The folder of a hindcast: written, read back, run again, refused where it is damaged; and its command."""

from __future__ import annotations

import json

import pytest

import steppewise
from steppewise.cli import main
from steppewise.errors import SteppewiseError
from steppewise.results.rerun import read

HEAD = "time,power,state,variable,value,unit,source\n"


@pytest.fixture(scope="module")
def results() -> steppewise.HindcastResults:
    return steppewise.hindcast(runs=30)


@pytest.fixture(scope="module")
def folder(results, tmp_path_factory):
    return results.save(tmp_path_factory.mktemp("results"))


def said(capsys, *words: str) -> tuple[int, str, str]:
    with pytest.raises(SystemExit) as ended:
        main(list(words))
    shown = capsys.readouterr()
    return int(ended.value.code or 0), shown.out, shown.err


def test_a_folder_holds_what_was_found(results, folder) -> None:
    again = steppewise.load_hindcast(folder)
    assert again.sentences() == results.sentences()
    assert again.scores.equals(results.scores)
    assert again.observations.equals(results.observations)
    assert again.found.early == results.found.early
    assert again.name == folder.name


def test_the_page_has_scores_and_a_figure_for_each_variable(results, folder) -> None:
    page = (folder / "report.html").read_text(encoding="utf-8")
    variables = set(results.scores["variable"])
    assert {path.stem for path in (folder / "figures").iterdir()} == variables
    assert page.count("<figure") == len(variables)
    assert "steppewise hindcast history --runs 30 --seed 0" in page


def test_the_command_on_the_page_repeats_the_question(tmp_path) -> None:
    folder = steppewise.hindcast(runs=5, seen_until=2007).save(tmp_path)
    page = (folder / "report.html").read_text(encoding="utf-8")
    assert "steppewise hindcast history --runs 5 --seed 0 --seen-until 2007" in page


def test_its_worlds_come_out_again(folder) -> None:
    again = read(folder).again()
    assert dict(again.kept.outcomes).keys() == dict(again.again.outcomes).keys()
    assert all((again.kept.outcomes[name] == again.again.outcomes[name]).all() for name in again.kept.outcomes)


def test_other_observations_have_another_folder(results, tmp_path) -> None:
    path = tmp_path / "seen.csv"
    path.write_text(HEAD + "2007,,,regional_autonomy,0.3,share,x\n", encoding="utf-8")
    own = steppewise.hindcast(data=path, runs=30)
    assert own.name != results.name
    assert own.plot("regional_autonomy") is not None
    assert [str(path)] == [own.data]


def test_a_damaged_folder_is_refused(folder, tmp_path) -> None:
    import shutil

    copy = tmp_path / "copy"
    shutil.copytree(folder, copy)
    (copy / "observations.csv").write_text("time,seen\n2007,True\n", encoding="utf-8")
    with pytest.raises(SteppewiseError, match=r"observations.csv: is damaged"):
        steppewise.load_hindcast(copy)
    manifest = json.loads((copy / "manifest.json").read_text(encoding="utf-8"))
    (copy / "manifest.json").write_text(json.dumps({**manifest, "seen_until": "soon"}), encoding="utf-8")
    with pytest.raises(SteppewiseError, match="seen_until"):
        steppewise.load_hindcast(copy)


def test_the_command_tells_scores_and_where_the_rest_is(capsys, tmp_path, monkeypatch) -> None:
    monkeypatch.chdir(tmp_path)
    code, out, _ = said(capsys, "hindcast", "--runs", "20")
    assert code == 0
    assert "Share of the powers' trade (seen)" in out
    assert "Report:  results/hindcast-history-" in out
    code, out, _ = said(capsys, "hindcast", "--runs", "20")
    assert "holds this hindcast already" in out


def test_the_command_refuses_what_it_cannot_score(capsys, tmp_path, monkeypatch) -> None:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "seen.csv").write_text(HEAD + "2007,,,autonomi,0.3,share,x\n2031,,,regional_autonomy,1,share,x\n")
    code, out, err = said(capsys, "hindcast", "--data", "seen.csv")
    assert (code, out) == (2, "")
    assert "seen.csv:2: variable: there is no variable 'autonomi'" in err
    assert "seen.csv:3: time: 2031 is after the end of the run (2025Q2)" in err
    code, _, err = said(capsys, "hindcast", "--runs", "5000")
    assert code == 2
    assert "runs must be 2,000 or fewer here, not 5,000" in err
    assert not list(tmp_path.glob("results/*"))
