"""What people install: the archives carry all that is needed and nothing else, and the wheel runs anywhere.

Nothing here asks the network: the archives are built with the packages of the test environment, and the
wheel's environment sees those packages, but finds `steppewise` only in the wheel.
"""

import csv
import json
import os
import subprocess
import sys
import sysconfig
import tarfile
import tomllib
import zipfile
from importlib.metadata import version
from pathlib import Path

import pytest

import steppewise

ROOT = Path(__file__).parents[1]
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
SCRIPTS = "Scripts" if os.name == "nt" else "bin"


def call(*command: str | Path, folder: Path) -> str:
    """What a command prints that runs in a folder, with the caller's search path out of the way."""
    env = {key: value for key, value in os.environ.items() if key not in {"PYTHONPATH", "PYTHONHOME"}}
    words = [str(word) for word in command]
    done = subprocess.run(
        words, cwd=folder, env=env, stdin=subprocess.DEVNULL, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, f"{words} exited {done.returncode}\n{done.stdout}\n{done.stderr}"
    return done.stdout


def build(out: Path, *options: str) -> None:
    call(sys.executable, "-m", "build", "--no-isolation", *options, "--outdir", out, ROOT, folder=out.parent)


@pytest.fixture(scope="module")
def archives(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with the source archive and the wheel that was built from it."""
    out = tmp_path_factory.mktemp("archives")
    build(out)
    return out


def only(folder: Path, pattern: str) -> Path:
    (found,) = folder.glob(pattern)
    return found


def files_below(folder: Path) -> set[str]:
    paths = (path.relative_to(folder) for path in folder.rglob("*") if path.is_file())
    return {
        path.as_posix()
        for path in paths
        if path.suffix != ".pyc" and not any(part.startswith(".") for part in path.parts)
    }


def inside(wheel: Path) -> set[str]:
    """The wheel's files, without its own record of itself."""
    names = zipfile.ZipFile(wheel).namelist()
    return {name for name in names if not name.split("/")[0].endswith(".dist-info")}


def test_one_version_everywhere() -> None:
    citation = (ROOT / "CITATION.cff").read_text(encoding="utf-8")
    assert f"\nversion: {PROJECT['version']}\n" in citation
    assert steppewise.__version__ == version("steppewise") == PROJECT["version"]


@pytest.mark.slow
def test_wheel_holds_the_package_and_the_library_and_nothing_else(archives: Path) -> None:
    package = {f"steppewise/{name}" for name in files_below(ROOT / "model" / "steppewise")}
    library = {
        f"steppewise/_library/{shelf}/{name}"
        for shelf in ("scenarios", "experiments")
        for name in files_below(ROOT / shelf)
    }
    assert "steppewise/_library/scenarios/baseline.yaml" in library
    assert "steppewise/_library/experiments/trust-against-money.yaml" in library
    assert "steppewise/_library/experiments/lessons/trust-and-delivery.md" in library
    assert any(name.startswith("steppewise/evidence/") and name.endswith(".yaml") for name in package)
    assert inside(only(archives, "*.whl")) == package | library


@pytest.mark.slow
def test_wheel_is_the_same_from_the_checkout_and_from_the_source_archive(archives: Path, tmp_path: Path) -> None:
    build(tmp_path / "direct", "--wheel")
    assert inside(only(tmp_path / "direct", "*.whl")) == inside(only(archives, "*.whl"))


@pytest.mark.slow
def test_source_archive_holds_what_a_contributor_needs(archives: Path) -> None:
    with tarfile.open(only(archives, "*.tar.gz")) as archive:
        names = {name.split("/", 1)[1] for name in archive.getnames()}
    assert names >= {
        "pyproject.toml", "constraints.txt", "Makefile", "README.md", "LICENSE", "CHANGELOG.md",
        "CITATION.cff", "scenarios/baseline.yaml", "tests/test_package.py", "model/steppewise/__init__.py",
    }  # fmt: skip
    assert not [name for name in names if name.startswith(("results", ".venv", ".git/"))]


@pytest.fixture
def installed(archives: Path, tmp_path: Path) -> Path:
    """The folder of commands of an environment with the wheel in it, in a folder whose name has spaces."""
    home = tmp_path / "an environment of one's own"
    call(sys.executable, "-m", "venv", home, folder=tmp_path)
    python = home / SCRIPTS / "python"
    wheel = only(archives, "*.whl")
    offline = ("--quiet", "--no-deps", "--no-index", "--disable-pip-version-check")
    call(python, "-m", "pip", "install", *offline, wheel, folder=tmp_path)
    ask = "import sysconfig; print(sysconfig.get_path('purelib'))"
    packages = Path(call(python, "-c", ask, folder=tmp_path).strip())
    # A folder named in a .pth file is searched last, and its own .pth files (an editable install's) not read.
    lent = {sysconfig.get_path("purelib"), sysconfig.get_path("platlib")}
    (packages / "lent-by-the-tests.pth").write_text("\n".join(sorted(lent)) + "\n", encoding="utf-8")
    found = call(python, "-c", "import steppewise; print(steppewise.__file__)", folder=tmp_path).strip()
    assert Path(found).is_relative_to(packages), "the checkout is in the way"
    return home / SCRIPTS


@pytest.mark.slow
def test_installed_wheel_runs_the_baseline_in_any_folder(installed: Path, tmp_path: Path) -> None:
    folder = tmp_path / "a pupil's folder"
    folder.mkdir()
    call(installed / "steppewise", "run", "baseline", "--runs", "20", "--quiet", folder=folder)

    (results,) = (folder / "results").iterdir()
    assert results.name.startswith("baseline-")
    names = {path.name for path in results.iterdir()}
    assert names >= {
        "manifest.json", "scenario.yaml", "runs.parquet", "summary.csv", "figures", "report.html",
    }  # fmt: skip
    assert list((results / "figures").glob("*.png"))
    assert json.loads((results / "manifest.json").read_text(encoding="utf-8"))
    with (results / "summary.csv").open(encoding="utf-8", newline="") as file:
        header = next(csv.reader(file))
    assert header == ["time", "power", "state", "variable", "unit", "statistic", "value", "worlds"]
    count = "import sys, pyarrow.parquet as p; print(p.read_metadata(sys.argv[1]).num_rows)"
    assert call(installed / "python", "-c", count, results / "runs.parquet", folder=folder).strip() == "20"
