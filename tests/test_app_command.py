"""The command `app`: what it writes, where it serves, and what it refuses."""

from __future__ import annotations

import socket
from pathlib import Path

import pytest

from steppewise.app.lesson import lesson_names
from steppewise.cli import main

ROOT = Path(__file__).parents[1]


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
    from steppewise.cli.teaching import USUAL_PORT, _listener

    with socket.socket() as taken:
        taken.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        taken.bind(("127.0.0.1", USUAL_PORT))
        taken.listen()
        with _listener(None, "127.0.0.1") as found:
            number = found.getsockname()[1]
    assert number > USUAL_PORT
    assert capsys.readouterr().out == f"Port {USUAL_PORT} is in use; this is {number}.\n"
