"""`--given history`: worlds whose past the record rules out are set aside, and what that changes is told."""

from __future__ import annotations

import csv
from pathlib import Path

import pytest

from steppewise.cli import main


def said(capsys, *words: str) -> tuple[int, str, str]:
    with pytest.raises(SystemExit) as ended:
        main(list(words))
    shown = capsys.readouterr()
    return int(ended.value.code or 0), " ".join(shown.out.split()), shown.err


@pytest.fixture(autouse=True)
def here(tmp_path, monkeypatch) -> Path:
    monkeypatch.chdir(tmp_path)
    return tmp_path


def test_a_run_says_how_many_worlds_are_left_and_what_that_changes(capsys, here) -> None:
    code, out, _ = said(capsys, "run", "baseline", "--runs", "60", "--no-report", "--given", "history")
    assert code == 0
    assert "of 60 worlds have a past that the record does not rule out" in out
    (path,) = here.glob("results/*/given.csv")
    rows = list(csv.DictReader(path.read_text(encoding="utf-8").splitlines()))
    assert {row["worlds"] for row in rows} == {"60"}
    assert 0 < int(rows[0]["given_worlds"]) < 60
    assert any(row["mean"] != row["given_mean"] for row in rows)
    assert all(float(row["low"]) <= float(row["mean"]) <= float(row["high"]) for row in rows)


def test_a_comparison_says_it_of_its_differences(capsys, here) -> None:
    words = ("compare", "baseline", "china-surge", "--runs", "40", "--given", "history")
    assert said(capsys, *words)[0] == 0
    (path,) = here.glob("results/*/given.csv")
    means = {row["name"]: float(row["mean"]) for row in csv.DictReader(path.read_text(encoding="utf-8").splitlines())}
    assert means["regional_share.china"] > 0 > means["regional_share.russia"]


@pytest.mark.parametrize(
    ("words", "message"),
    [
        (("--given", "histori"), "Did you mean 'history'?"),
        (("--given", "history", "--runs", "5000"), "with --given runs must be 2,000 or fewer, not 5,000"),
    ],
)
def test_what_cannot_be_told_is_refused_before_any_work(capsys, here, words, message) -> None:
    code, out, err = said(capsys, "run", "baseline", *words)
    assert (code, out) == (2, "")
    assert message in err
    assert not list(here.iterdir())
