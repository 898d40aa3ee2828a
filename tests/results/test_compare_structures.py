"""`compare --structures all`: the command, its file, and what is refused."""

from __future__ import annotations

import csv

import pytest

from steppewise.analysis.structures import FILE, formulations
from steppewise.cli import main


def test_a_comparison_says_under_how_many_formulations_it_holds(tmp_path, capsys) -> None:
    arguments = ["compare", "baseline", "package-delivered", "--runs", "20", "--out", str(tmp_path)]
    with pytest.raises(SystemExit) as ended:
        main([*arguments, "--structures", "all"])
    assert ended.value.code == 0
    assert f"regional_share.japan is higher in {len(formulations())} of" in capsys.readouterr().out
    (folder,) = tmp_path.iterdir()
    rows = list(csv.DictReader((folder / FILE).read_text(encoding="utf-8").splitlines()))
    japan = next(row for row in rows if row["outcome"] == "regional_share.japan")
    assert (japan["scenario"], int(japan["holds_in"])) == ("package-delivered", len(formulations()))
    assert float(japan["the model's own"]) > 0


def test_another_word_is_refused(capsys) -> None:
    with pytest.raises(SystemExit) as ended:
        main(["compare", "baseline", "package-delivered", "--structures", "some"])
    assert ended.value.code == 2
    assert "--structures some is not known" in capsys.readouterr().err
