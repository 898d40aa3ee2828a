"""Reading YAML: what it takes, what it refuses, and in which words."""

from __future__ import annotations

import os
import tracemalloc
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from steppewise.errors import SteppewiseError
from steppewise.scenario.yaml_writer import yaml_text
from steppewise.yaml_reader import (
    DEEPEST,
    LARGEST_FILE,
    MOST_PROBLEMS,
    Document,
    dotted,
    parse_yaml,
    plain_scalar,
    read_yaml,
    shown,
)


def data_of(text: str) -> object:
    return parse_yaml(text, "f.yaml").data


def complaints(text: str) -> list[str]:
    with pytest.raises(SteppewiseError) as caught:
        parse_yaml(text, "f.yaml")
    return [str(problem) for problem in caught.value.problems]


# what is read -----------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("1", 1),
        ("-3", -3),
        ("+3", 3),
        ("010", 10),
        ("0o17", 15),
        ("0x1F", 31),
        ("1e-3", 0.001),
        ("1E3", 1000.0),
        (".5", 0.5),
        ("5.", 5.0),
        ("-0.0", -0.0),
        ("true", True),
        ("False", False),
        ("null", None),
        ("~", None),
        ("", None),
        ("NO", "NO"),
        ("yes", "yes"),
        ("on", "on"),
        ("off", "off"),
        ("2025Q3", "2025Q3"),
        ("2025-08-24", "2025-08-24"),
        ("12:30", "12:30"),
        ("1_000", "1_000"),
        ("5%", "5%"),
        ("nan", "nan"),
        ("inf", "inf"),
        ("'1'", "1"),
        ('"true"', "true"),
    ],
)
def test_scalars_follow_yaml_1_2(text: str, value: object) -> None:
    found = data_of(f"a: {text}\n")
    assert found == {"a": value}
    assert isinstance(found, dict)
    assert type(found["a"]) is type(value)


def test_keys_are_the_text_as_written() -> None:
    assert data_of("NO: 1\n2025: 2\n1e3: 3\n'x y': 4\n") == {"NO": 1, "2025": 2, "1e3": 3, "x y": 4}


def test_lines_lead_to_every_key() -> None:
    document = parse_yaml("a: 1\nb:\n  - {at: 2,\n     to: [x,\n        y]}\n  - c\n", "f.yaml")
    assert document == Document("f.yaml", {"a": 1, "b": [{"at": 2, "to": ["x", "y"]}, "c"]})
    assert document.line() == 1
    assert document.line("b") == 2
    assert document.line("b", 0, "at") == 3
    assert document.line("b", 0, "to") == 4
    assert document.line("b", 0, "to", 1) == 5
    assert document.line("b", 1) == 6
    assert document.line("b", 0, "missing", "deeper") == 3
    assert Document("given", {}).line("a") is None


def test_a_byte_order_mark_and_windows_line_ends_do_no_harm(tmp_path: Path) -> None:
    file = tmp_path / "f.yaml"
    file.write_bytes(b"\xef\xbb\xbfa: 1\r\nb: T\xc3\xbcrkiye\r\n")
    document = read_yaml(file)
    assert document.data == {"a": 1, "b": "Türkiye"}
    assert document.line("b") == 2
    assert document.name == str(file)


# what is refused --------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("", "f.yaml: is empty"),
        ("# only a remark\n", "f.yaml: is empty"),
        ("a: 1\na: 2\n", "f.yaml:2: a: the key stands twice, on lines 1 and 2"),
        (
            "a:\n  b: 1\n  c: 1\n  b: 2\n",
            "f.yaml:4: a.b: the key stands twice, on lines 2 and 4",
        ),
        ("a: .nan\n", "f.yaml:1: a: '.nan' is not a finite number"),
        ("a: [1, -.Inf]\n", "f.yaml:1: a.2: '-.Inf' is not a finite number"),
        ("a: 1e999\n", "f.yaml:1: a: '1e999' is too large a number"),
        ("a: &x 1\n", "f.yaml:1: a: an anchor ('&x') is not allowed; write the value out"),
        ("a: *x\n", "f.yaml:1: a: an alias ('*x') is not allowed; write the value out"),
        ("a: !!float 1\n", "f.yaml:1: a: a tag ('tag:yaml.org,2002:float') is not allowed"),
        (
            "a: !!python/name:os.system 1\n",
            "f.yaml:1: a: a tag ('tag:yaml.org,2002:python/name:os.system') is not allowed",
        ),
        ("a: 1\n---\nb: 2\n", "f.yaml:2: a second document starts here ('---'); only one is allowed"),
        ("? [a]\n: 1\n", "f.yaml:1: a key must be a word, not a list, a mapping or nothing"),
        ('"": 1\n', "f.yaml:1: a key must be a word, not a list, a mapping or nothing"),
        ("a:\n\t- b\n", "f.yaml:2: is not valid YAML: a tab; indent with spaces"),
        ("a: \x07\n", "f.yaml:1: is not valid YAML: a control character"),
        ("a: 'x\n", "f.yaml:2: is not valid YAML: a quote that is not closed"),
        ("a: [1, 2\nb: 3\n", "f.yaml:2: is not valid YAML: a list '[...]' without a comma or its closing bracket"),
        ("a: {b: 1\nc: 3\n", "f.yaml:2: is not valid YAML: a '{...}' without a comma or its closing brace"),
        (
            "a: b: c\n",
            "f.yaml:1: is not valid YAML: a second ':' on this line, or wrong indentation; "
            "put text that contains ': ' in quotes",
        ),
        (
            "a: 1\n  b: 2\n",
            "f.yaml:2: is not valid YAML: a second ':' on this line, or wrong indentation; "
            "put text that contains ': ' in quotes",
        ),
        (
            "a: @x\n",
            "f.yaml:1: is not valid YAML: a character that cannot start a value ('%', '@' or '`'); "
            "put the value in quotes",
        ),
        ("a: " + "9" * 500, f"f.yaml:1: a: '{'9' * 57}...' has too many digits"),
        ("a: \ud800", "f.yaml: holds characters that are not UTF-8 text"),
        ("[" * 100_000, f"f.yaml:1: is nested deeper than {DEEPEST} levels"),
        ("a: " + "{a: " * 100, f"f.yaml:1: is nested deeper than {DEEPEST} levels"),
        ("- " * 100, f"f.yaml:1: is nested deeper than {DEEPEST} levels"),
        ("a" * (LARGEST_FILE + 1), "f.yaml: is too large: 1.0 MB. Allowed: files of at most 1 MB."),
    ],
)
def test_what_is_refused_is_said_in_one_sentence(text: str, message: str) -> None:
    assert complaints(text) == [message]


def test_all_problems_are_told_at_once() -> None:
    assert complaints("a: &x [.nan]\nb: *x\nb: 1\n") == [
        "f.yaml:1: a: an anchor ('&x') is not allowed; write the value out",
        "f.yaml:1: a.1: '.nan' is not a finite number",
        "f.yaml:2: b: an alias ('*x') is not allowed; write the value out",
        "f.yaml:3: b: the key stands twice, on lines 2 and 3",
    ]


def test_an_alias_bomb_is_refused_before_it_is_built() -> None:
    rows = [f"a{n}: &a{n} [{', '.join([f'*a{n - 1}'] * 10)}]" for n in range(1, 10)]
    tracemalloc.start()
    found = complaints("\n".join(["a0: &a0 [lol]", *rows]))
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert len(found) == MOST_PROBLEMS
    assert peak < 10_000_000


# files ------------------------------------------------------------------------------------------------------


def refused(path: Path) -> str:
    with pytest.raises(SteppewiseError) as caught:
        read_yaml(path)
    return str(caught.value).removeprefix(str(path))


def test_a_huge_file_is_refused_unread(tmp_path: Path) -> None:
    file = tmp_path / "huge.yaml"
    with file.open("wb") as stream:
        stream.truncate(100_000_000)
    tracemalloc.start()
    assert refused(file) == ": is too large: 100.0 MB. Allowed: files of at most 1 MB."
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert peak < 10_000_000


def test_what_is_no_file_is_refused(tmp_path: Path) -> None:
    assert refused(tmp_path) == ": is a folder; a YAML file is expected"
    assert refused(tmp_path / "none.yaml") == ": there is no such file"
    assert refused(tmp_path / ("x" * 300)) == ": cannot be read: File name too long"
    assert refused(tmp_path / "\0").startswith(": cannot be read: ")


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="no named pipes here")
def test_a_pipe_is_refused_and_not_waited_for(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe.yaml")
    assert refused(tmp_path / "pipe.yaml") == ": is not an ordinary file"


@pytest.mark.skipif(os.name == "nt" or os.getuid() == 0, reason="everybody may read everything here")
def test_an_unreadable_file_is_refused(tmp_path: Path) -> None:
    file = tmp_path / "secret.yaml"
    file.write_text("a: 1")
    file.chmod(0)
    assert refused(file) == ": cannot be read: Permission denied"


def test_other_encodings_are_refused_with_the_line(tmp_path: Path) -> None:
    file = tmp_path / "latin.yaml"
    file.write_bytes("a: 1\nb: Türkiye\n".encode("latin-1"))
    assert refused(file) == ":2: is not UTF-8 text; save it as UTF-8"
    file.write_bytes("a: 1\n".encode("utf-16"))
    assert refused(file) == ":1: is not UTF-8 text; save it as UTF-8"


# properties -------------------------------------------------------------------------------------------------


def read_or_refused(text: str) -> tuple[str | None, ...]:
    """The name of the document, or the files that the problems name."""
    try:
        return (parse_yaml(text, "f.yaml").name,)
    except SteppewiseError as error:
        return tuple(problem.file for problem in error.problems)


@given(st.text() | st.text("{}[]&*!|>'\"%@`:,-? \n\tab01.e#~"))
def test_any_text_is_read_or_refused(text: str) -> None:
    assert set(read_or_refused(text)) == {"f.yaml"}


scalars = st.none() | st.booleans() | st.integers(-(10**300), 10**300) | st.text()
values = st.recursive(
    scalars | st.floats(allow_nan=False, allow_infinity=False),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(min_size=1), inner, max_size=4),
    max_leaves=12,
)


@given(st.dictionaries(st.text(min_size=1), values, min_size=1))
def test_what_is_written_is_read_back(data: dict[str, object]) -> None:
    assert data_of(yaml_text(data)) == data


@given(st.floats(allow_nan=False, allow_infinity=False))
def test_every_number_survives(number: float) -> None:
    assert plain_scalar(repr(number)) == number


def test_values_are_shown_short_and_harmless() -> None:
    assert shown("a\x1b[31m\nb") == "a\\x1b[31m\\nb"
    assert shown("x" * 100) == "x" * 57 + "..."
    assert (shown(None), shown(True), shown(0.5)) == ("nothing", "true", "0.5")
    assert dotted(("events", 2, "at")) == "events.3.at"
