"""The house: who may import whom, what each room does without, and what the package shows to the outside."""

import ast
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

import steppewise

ROOT = Path(__file__).parents[1]
PACKAGE = ROOT / "model" / "steppewise"

# From the ground up: a module imports from its own floor's room and from lower floors, never from above.
# errors.py is the ground, yaml_reader.py stands on it. A new module at the package's top gets its floor here.
FLOORS = (
    "errors",
    "arrays",
    "yaml_reader",
    "table_file",
    "evidence",
    "scenario",
    "world",
    "engine",
    "experiment",
    "analysis",
    "wording",
    "report",
    "results",
    "viz",
    "app",
    "cli",
)
# The doors of the house: they may open every room, and no room leads back to them.
DOORS = ("__init__", "__main__")

# What a room does without, so that it stays what it is.
DOES_WITHOUT = {
    "evidence": {"mesa", "matplotlib", "pandas"},
    "scenario": {"mesa", "matplotlib", "pandas"},
    "world": {"io", "json", "matplotlib", "os", "pandas", "pathlib", "pyarrow", "shutil", "xarray", "yaml"},
    "analysis": {"mesa"},
    "wording": {"matplotlib", "mesa", "pandas"},
    "report": {"mesa"},
}

MOST_LINES = 400

# What `import steppewise` offers. A name added or taken away is a change that users see: CHANGELOG.md.
EXPORTED = {
    "DiscoveryResults",
    "HindcastResults",
    "hindcast",
    "load_hindcast",
    "SensitivityResults",
    "discover",
    "__version__",
    "Comparison",
    "RegionalInfluenceModel",
    "Results",
    "SteppewiseError",
    "Sweep",
    "compare",
    "load_comparison",
    "load_results",
    "load_scenario",
    "load_sweep",
    "run",
    "sensitivity",
    "sweep",
}

# Slow to import, so neither `import steppewise` nor `steppewise --help` may load them.
HEAVY = {"SALib", "distributed", "matplotlib", "mesa", "pandas", "pyarrow", "scipy", "xarray"}


def room_of(path: Path) -> str:
    return path.relative_to(PACKAGE).parts[0].removesuffix(".py")


def imported(source: str, package: tuple[str, ...]) -> Iterator[tuple[int, tuple[str, ...]]]:
    """Line and dotted name of all that a module of `package` imports, in functions and for types too."""
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.Import):
            yield from ((node.lineno, tuple(alias.name.split("."))) for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            above = package[: len(package) - node.level + 1] if node.level else ()
            origin = above + tuple((node.module or "").split(".") if node.module else ())
            yield from ((node.lineno, (*origin, alias.name)) for alias in node.names)


def imports_of(path: Path) -> Iterator[tuple[int, tuple[str, ...]]]:
    package = ("steppewise", *path.relative_to(PACKAGE).parts[:-1])
    return imported(path.read_text(encoding="utf-8"), package)


def modules() -> list[Path]:
    return sorted(PACKAGE.rglob("*.py"))


def named(path: Path) -> str:
    return path.relative_to(ROOT).as_posix()


@pytest.mark.parametrize(
    ("source", "names"),
    [
        ("import a.b, c", [("a", "b"), ("c",)]),
        ("from a.b import c", [("a", "b", "c")]),
        ("from . import c", [("steppewise", "world", "c")]),
        ("from .x import c", [("steppewise", "world", "x", "c")]),
        ("from ..errors import c", [("steppewise", "errors", "c")]),
        ("def f():\n    from .. import cli", [("steppewise", "cli")]),
    ],
)
def test_imports_are_found_in_every_spelling(source: str, names: list[tuple[str, ...]]) -> None:
    assert [name for _, name in imported(source, ("steppewise", "world"))] == names


def test_every_module_has_a_floor() -> None:
    rooms = {room_of(path) for path in modules()}
    assert rooms <= {*FLOORS, *DOORS}, "give the new module its place in FLOORS (or DOORS)"


def test_imports_go_one_way() -> None:
    wrong = []
    for path in modules():
        room = room_of(path)
        if room in DOORS:
            continue
        for line, name in imports_of(path):
            if name[0] != "steppewise" or (len(name) == 2 and name[1].startswith("__")):
                continue
            other = name[1] if len(name) > 1 else "__init__"
            if other not in FLOORS or FLOORS.index(other) > FLOORS.index(room):
                wrong.append(f"{named(path)}:{line}: {room} must not import {'.'.join(name)}")
    assert not wrong, "\n".join(wrong)


@pytest.mark.parametrize("room", DOES_WITHOUT)
def test_a_room_does_without(room: str) -> None:
    wrong = [
        f"{named(path)}:{line}: {room} does without {name[0]}"
        for path in modules()
        if room_of(path) == room
        for line, name in imports_of(path)
        if name[0] in DOES_WITHOUT[room]
    ]
    assert not wrong, "\n".join(wrong)


def test_the_name_of_a_class_has_one_meaning() -> None:
    """docs/glossary.md: one word, one thing."""
    trees = [ast.parse(path.read_text(encoding="utf-8")) for path in PACKAGE.rglob("*.py")]
    names = [node.name for tree in trees for node in tree.body if isinstance(node, ast.ClassDef)]
    assert sorted({name for name in names if names.count(name) > 1}) == []


def test_a_file_fits_in_the_head() -> None:
    lengths = {named(path): len(path.read_text(encoding="utf-8").splitlines()) for path in modules()}
    assert not {name: length for name, length in lengths.items() if length > MOST_LINES}


def test_exported_names() -> None:
    assert set(steppewise.__all__) == EXPORTED
    assert len(steppewise.__all__) == len(EXPORTED), "a name is listed twice"
    assert not [name for name in steppewise.__all__ if not hasattr(steppewise, name)]


@pytest.mark.parametrize("module", ["steppewise", "steppewise.cli"])
def test_starts_light(module: str) -> None:
    code = f"import sys, {module}; print(*sys.modules)"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert not HEAVY & set(done.stdout.split()), "load these only when they are needed"
