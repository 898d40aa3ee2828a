"""`clean` shows what results take, and removes what steppewise wrote and nothing else."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

import steppewise
from steppewise.cli import main


def said(capsys, *words: str) -> tuple[int, str, str]:
    with pytest.raises(SystemExit) as ended:
        main(["clean", *words])
    shown = capsys.readouterr()
    return int(ended.value.code or 0), shown.out, shown.err


@pytest.fixture
def results(tmp_path, monkeypatch) -> Path:
    """A folder with a run, an older comparison, and what a user put beside them."""
    monkeypatch.chdir(tmp_path)
    steppewise.run("baseline", runs=2).save()
    old = steppewise.compare("baseline", "china-surge", runs=2).save()
    manifest = json.loads((old / "manifest.json").read_text(encoding="utf-8"))
    (old / "manifest.json").write_text(json.dumps({**manifest, "made": "2020-01-01T00:00:00+00:00"}), encoding="utf-8")
    (tmp_path / "results" / "mine").mkdir()
    (tmp_path / "results" / "mine" / "notes.txt").write_text("kept", encoding="utf-8")
    (tmp_path / "results" / "other").mkdir()
    (tmp_path / "results" / "other" / "manifest.json").write_text('{"name": "an app"}', encoding="utf-8")
    return tmp_path / "results"


def names(folder: Path) -> list[str]:
    return sorted(path.name.partition("-")[0] for path in folder.iterdir())


def test_without_yes_nothing_is_touched(results, capsys) -> None:
    code, out, _ = said(capsys)
    assert code == 0
    assert "comparison" in out
    assert "mine" not in out
    assert "2 folders" in out
    assert names(results) == ["baseline", "compare", "mine", "other"]


def test_what_is_old_goes_and_the_rest_stays(results, capsys) -> None:
    assert said(capsys, "--older-than", "365", "--yes")[0] == 0
    assert names(results) == ["baseline", "mine", "other"]
    assert said(capsys, "--yes")[0] == 0
    assert names(results) == ["mine", "other"]
    assert said(capsys, "--yes")[1] == "There are no such results.\n"
    assert (results / "mine" / "notes.txt").read_text(encoding="utf-8") == "kept"


def test_a_single_folder_and_never_a_link(results, capsys, tmp_path) -> None:
    (one,) = results.glob("baseline-*")
    (tmp_path / "elsewhere").mkdir()
    (tmp_path / "elsewhere" / one.name).symlink_to(one)
    assert "There are no such results." in said(capsys, "elsewhere", "--yes")[1]
    assert said(capsys, str(one), "--yes")[0] == 0
    assert names(results) == ["compare", "mine", "other"]


def test_folders_that_are_not_there_are_all_named(results, capsys) -> None:
    code, out, err = said(capsys, "nowhere", "neither")
    assert (code, out) == (2, "")
    assert "nowhere: there is no such folder" in err
    assert "neither: there is no such folder" in err


def test_a_sweep_that_may_go_on_goes_only_when_it_is_named(capsys, tmp_path, monkeypatch) -> None:
    from tests.support.swept import short, study

    from steppewise.results.store import open_store

    monkeypatch.chdir(tmp_path)
    begun = open_store(study(spec=short(1)), tmp_path / "sweeps").folder
    assert said(capsys, "--yes")[1] == "There are no such results.\n"
    assert begun.is_dir()
    assert said(capsys, str(begun), "--yes")[0] == 0
    assert not begun.exists()
