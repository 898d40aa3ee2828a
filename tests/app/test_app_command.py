"""The command `app`: what it writes, where it serves, and what it refuses."""

from __future__ import annotations

import socket
import subprocess
import sys
from pathlib import Path

import pytest
from tests.results.test_run import COMMAND, limit_files

from steppewise.app.lesson import lesson_names
from steppewise.cli import main

ROOT = Path(__file__).parents[2]


@pytest.fixture
def folder(tmp_path, monkeypatch) -> Path:
    monkeypatch.chdir(tmp_path)
    return tmp_path


def refused(capsys, *words: str) -> str:
    """What is said of what the user can mend; exit 2, no traceback."""
    with pytest.raises(SystemExit) as left:
        main(["app", *words])
    assert left.value.code == 2
    told = capsys.readouterr()
    assert "Traceback" not in told.err
    return " ".join(told.err.split())


def test_a_page_is_written_whole_and_not_replaced_unasked(folder, capsys):
    words = ["app", "--lesson", "trust-and-delivery", "--worlds", "20", "--export", "page.html"]
    with pytest.raises(SystemExit) as left:
        main(words)
    assert left.value.code == 0
    assert capsys.readouterr().out.startswith("page.html: 0.")
    text = (folder / "page.html").read_text(encoding="utf-8")
    assert text.rstrip().endswith("</html>")
    assert [path.name for path in folder.iterdir()] == ["page.html"]
    told = refused(capsys, "--export", "page.html")
    assert told == "page.html: is there already; --force replaces it"
    assert (folder / "page.html").read_text(encoding="utf-8") == text


@pytest.mark.skipif(sys.platform != "linux", reason="limits on the size of files")
def test_a_page_for_which_there_is_no_room_leaves_nothing(folder):
    words = ["app", "--lesson", "trust-and-delivery", "--worlds", "20", "--export", "page.html", "-q"]
    (folder / "page.html").write_text("as it was", encoding="utf-8")
    done = subprocess.run(
        [*COMMAND, *words, "--force"], preexec_fn=limit_files, capture_output=True, text=True, check=False
    )
    told = ".: cannot be written: the disk is full; make room or choose another place with --export\n"
    assert (done.returncode, done.stdout, done.stderr) == (2, "", told)
    assert [path.read_text(encoding="utf-8") for path in folder.iterdir()] == ["as it was"]


@pytest.mark.skipif(sys.platform == "win32", reason="limits on the length of names")
def test_a_name_that_no_file_can_have(folder, capsys):
    name = f"{'long' * 100}.html"
    told = refused(capsys, "--export", name)
    assert told == f"{name}: cannot be written: File name too long; choose another place with --export"


@pytest.mark.parametrize(
    ("words", "told"),
    [
        (["--export", "page.txt"], "page.txt: a page is written as .html"),
        (["--export", "gone/page.html"], "gone: there is no such folder"),
        (
            ["--lesson", "trust-and-deliver"],
            f"there is no lesson 'trust-and-deliver'. Allowed: {', '.join(lesson_names())}, or the path of a file that "
            "ends in .md. Did you mean 'trust-and-delivery'?",
        ),
        (["--seed", "-1"], "seed: -1 is no seed. Allowed: a whole number from 0 to 999,999,999."),
    ],
)
def test_what_is_refused(folder, capsys, words, told):
    assert refused(capsys, *words) == told


def test_an_unknown_scenario_is_told_with_the_nearest(folder, capsys):
    told = refused(capsys, "baselin")
    assert told.startswith("there is no scenario 'baselin'.")
    assert told.endswith("Did you mean 'baseline'?")


def test_a_lesson_with_mistakes_is_told_all_at_once(folder, capsys):
    good = (ROOT / "experiments" / "lessons" / "trust-and-delivery.md").read_text(encoding="utf-8")
    (folder / "mine.md").write_text(good.replace("minutes:", "minuts:").replace("## Questions", "## Question"))
    told = refused(capsys, "--lesson", "mine.md")
    assert "minuts" in told
    assert "Did you mean 'minutes'?" in told
    assert "there is no section 'Question'" in told


def test_a_port_in_use(folder, capsys):
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1]
        told = refused(capsys, "--port", str(port), "--no-browser")
    assert told == f"port {port} cannot be used (Address already in use); choose another one by --port"


def test_the_next_port_where_none_was_asked_for(folder, capsys):
    from steppewise.cli.serving import USUAL_PORT, listening_somewhere

    with socket.socket() as taken:
        taken.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        taken.bind(("127.0.0.1", USUAL_PORT))
        taken.listen()
        with listening_somewhere("127.0.0.1") as found:
            number = found.getsockname()[1]
    assert number > USUAL_PORT
    assert capsys.readouterr().out == f"Port {USUAL_PORT} is in use; this is {number}.\n"
