"""The benchmark, `make bench`: side by side in one run, as ratios, written into docs/benchmarks.md.

Times of different machines, or of one machine on different days, cannot be compared; ratios of one run can. All is
measured in turns, a ratio is taken within each turn, and the median of the turns is told with their range. Memory is
the peak of a process of its own.
"""

from __future__ import annotations

import argparse
import os
import platform
import resource
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Final

TURNS: Final = 5
BATCH_RUNS: Final = 20
WORLDS: Final = 60_000
BLOCKS: Final = (1, 64, 256, 512, 1_024, 4_096)
MANY: Final = (10_000, 100_000)
MOST: Final = 1_000_000
HERE: Final = Path("docs/benchmarks.md")
MARK: Final = "<!-- measured: the part below is written by make bench -->"

Times = dict[str, list[float]]
"""Name of a measure -> seconds per world, a turn."""


@dataclass(frozen=True)
class Measure:
    """Something that takes time: its name, and how many worlds it runs."""

    name: str
    worlds: int
    run: Callable[[], None]


def batch_run(processes: int) -> None:
    """mesa.batch_run on the same model, one world per run, as Mesa's own users would call it."""
    import inspect

    import mesa

    from steppewise.scenario.resolve import load_scenario
    from steppewise.world.model import RegionalInfluenceModel

    by_rng = "rng" in inspect.signature(mesa.batch_run).parameters
    seeds = {"rng": list(range(BATCH_RUNS))}
    mesa.batch_run(
        RegionalInfluenceModel,
        parameters={"spec": [load_scenario("baseline")], **({} if by_rng else seeds)},
        number_processes=processes,
        display_progress=False,
        **(seeds if by_rng else {}),
    )


def ensemble(worlds: int, workers: int, form: str = "") -> None:
    """The same model and scenario as an ensemble, outcomes only."""
    from steppewise.experiment.ensemble import Plan, simulate
    from steppewise.scenario.resolve import load_scenario

    with _form(form):
        simulate(load_scenario("baseline"), Plan(worlds, workers=workers), variables=())


@contextmanager
def _form(form: str) -> Iterator[None]:
    from steppewise.engine.forms import SWITCH

    before = os.environ.get(SWITCH)
    os.environ[SWITCH] = form
    try:
        yield
    finally:
        os.environ.pop(SWITCH) if before is None else os.environ.update({SWITCH: before})


def block(worlds: int, variables: tuple[str, ...] = (), form: str = "") -> None:
    """One block of worlds."""
    from steppewise.experiment.block import Block, Job
    from steppewise.scenario.resolve import load_scenario

    with _form(form):
        Job(Block(load_scenario("baseline"), 0, worlds, 0), variables).run()


WIDTH_OF_TWIN: Final = 8
"""Worlds side by side that suit compilers which know no wider registers."""

SLIDER: Final = ("regional_share", "regional_trust", "regional_autonomy")
"""What a lever of the classroom page asks for."""


def twin(folder: Path) -> Measure | None:
    """The same quarters compiled by the system's C++ compiler: what the hardware gives; None where there is none."""
    compiler = next((name for name in ("c++", "g++", "clang++") if shutil.which(name)), None)
    if compiler is None:
        return None
    from steppewise.engine.build import text_of
    from steppewise.engine.compiled import Native
    from steppewise.experiment.block import Block, outcome_work
    from steppewise.scenario.resolve import load_scenario
    from steppewise.world.source import standard

    source, library = folder / "twin.cpp", folder / "twin.so"
    source.write_text(text_of(standard()), encoding="utf-8")
    flags = [
        "-std=c++17",
        "-O3",
        "-march=native",
        "-ffp-contract=off",
        "-shared",
        "-fPIC",
        "-w",
        "-Wno-psabi",
        f"-DN={WIDTH_OF_TWIN}",
    ]
    subprocess.run([compiler, *flags, "-o", str(library), str(source)], check=True)
    engine, work = Native(library, WIDTH_OF_TWIN), outcome_work(Block(load_scenario("baseline"), 0, 512, 0))

    def run() -> None:
        for _ in range(WORLDS // work.worlds):
            engine.run(work)

    return Measure(f"the same by {compiler}", WORLDS, run)


def own_engine() -> Measure:
    """What the twin is compared with: blocks of worlds, and nothing around them."""
    from steppewise.engine.forms import form_for
    from steppewise.experiment.block import Block, outcome_work
    from steppewise.scenario.resolve import load_scenario

    engine, work = form_for({}), outcome_work(Block(load_scenario("baseline"), 0, 512, 0))

    def run() -> None:
        for _ in range(WORLDS // work.worlds):
            engine.run(work)

    return Measure("blocks of the engine", WORLDS, run)


MEASURES: Final = (
    Measure("mesa.batch_run, 1 process", BATCH_RUNS, lambda: batch_run(1)),
    Measure("compiled for this computer, 1 thread", WORLDS, lambda: ensemble(WORLDS, 1)),
    Measure("compiled for this computer, 2 threads", WORLDS, lambda: ensemble(WORLDS, 2)),
    Measure("WebAssembly, 1 thread", WORLDS // 3, lambda: ensemble(WORLDS // 3, 1, "wasm")),
    Measure("WebAssembly, 2 threads", WORLDS // 3, lambda: ensemble(WORLDS // 3, 2, "wasm")),
    Measure("200 worlds for a lever", 200, lambda: block(200, SLIDER)),
    Measure("200 worlds for a lever, WebAssembly", 200, lambda: block(200, SLIDER, "wasm")),
)


def seconds(measure: Measure) -> float:
    """Wall time of one turn."""
    start = time.perf_counter()
    measure.run()
    return time.perf_counter() - start


def measured(measures: tuple[Measure, ...]) -> Times:
    """All measures, in turns."""
    times: Times = {measure.name: [] for measure in measures}
    for _ in range(TURNS):
        for measure in measures:
            times[measure.name].append(seconds(measure) / measure.worlds)
    return times


def ratio(slow: list[float], fast: list[float], digits: int) -> str:
    """How many times as fast, in the median turn, and from which to which."""
    turns = [a / b for a, b in zip(slow, fast, strict=True)]
    middle, low, high = (f"{each:,.{digits}f}" for each in (statistics.median(turns), min(turns), max(turns)))
    return f"{middle} times ({low} to {high})"


def block_measures() -> tuple[Measure, ...]:
    """Blocks of several sizes, for the choice of one."""
    return tuple(Measure(f"a block of {worlds:,}", worlds, partial(block, worlds)) for worlds in BLOCKS)


def peak_megabytes(worlds: int) -> float:
    """Peak memory of a process that runs so many worlds and keeps outcomes only, as a sweep does."""
    code = f"from tests.bench import memory_of; memory_of({worlds})"
    out = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True).stdout
    return float(out)


def memory_of(worlds: int) -> None:
    """In a process of its own: sweep over so many worlds in a folder that is thrown away, print the peak."""
    import numpy as np

    from steppewise.experiment.executors import Serial
    from steppewise.experiment.study import Factor, Study
    from steppewise.results.rows import collect
    from steppewise.results.store import open_store, run_missing
    from steppewise.scenario.resolve import load_scenario

    name = "powers.japan.execution"
    factor = Factor(name, "parameter", (name,), "absolute", 0.5, 0.9)
    points = np.linspace(0.5, 0.9, worlds // 100)[:, None]
    spec, outcomes = load_scenario("baseline"), ("regional_share.japan",)
    study = Study("bench", "", "", "", spec, (factor,), points, "list", 100, 0, "both", outcomes)
    with tempfile.TemporaryDirectory() as folder:
        store = open_store(study, Path(folder))
        for _ in run_missing(store, Serial()):
            pass
        collect(store)
    unit = 1024**2 if sys.platform == "darwin" else 1024
    sys.stdout.write(f"{resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / unit:.0f}")


def command_seconds(*words: str) -> float:
    """Seconds of a command in a new process and a folder of its own, the best of three."""
    code = [sys.executable, "-c", f"from steppewise.cli import main; main({list(words)!r})"]

    def once() -> float:
        with tempfile.TemporaryDirectory() as folder:
            start = time.perf_counter()
            subprocess.run(code, capture_output=True, check=True, cwd=folder)
            return time.perf_counter() - start

    return min(once() for _ in range(3))


def table(times: Times, memory: dict[int, float], commands: dict[str, float]) -> str:
    """The measurements as Markdown, ratios first."""
    mesa = times["mesa.batch_run, 1 process"]
    one, two = (times[f"compiled for this computer, {threads}"] for threads in ("1 thread", "2 threads"))
    plain, both = (times[f"WebAssembly, {threads}"] for threads in ("1 thread", "2 threads"))
    few, many = min(memory), max(memory)
    rows = [
        ("against mesa.batch_run, 1 thread, extra `fast`", ratio(mesa, one, 0), "at least 1,000"),
        ("against mesa.batch_run, 2 threads, extra `fast`", ratio(mesa, two, 0), "at least 1,700"),
        ("against mesa.batch_run, 1 thread, WebAssembly", ratio(mesa, plain, 0), "at least 350"),
        ("2 threads against 1, extra `fast`", ratio(one, two, 2), ""),
        ("2 threads against 1, WebAssembly", ratio(plain, both, 2), ""),
        *_against_twin(times),
        ("200 worlds for a lever", f"{_milliseconds(times, '200 worlds for a lever'):.0f} ms", ""),
        ("the same in WebAssembly", f"{_milliseconds(times, '200 worlds for a lever, WebAssembly'):.0f} ms", ""),
        (f"peak memory, {many:,} against {few:,} worlds", f"{memory[many] / memory[few]:.2f} times", "about 1"),
        *((f"steppewise {words}", f"{taken:.2f} s", "") for words, taken in commands.items()),
    ]
    lines = ["| what | measured | wanted |", "|---|---|---|", *(f"| {a} | {b} | {c} |" for a, b, c in rows), ""]
    lines += ["| run | worlds a second |", "|---|---|"]
    lines += [f"| {name} | {1 / statistics.median(taken):,.0f} |" for name, taken in times.items()]
    lines += [f"| peak memory of {worlds:,} worlds | {megabytes:.0f} MB |" for worlds, megabytes in memory.items()]
    return "\n".join(lines)


def _milliseconds(times: Times, name: str) -> float:
    return 200_000 * statistics.median(times[name])


def _against_twin(times: Times) -> list[tuple[str, str, str]]:
    found = [name for name in times if name.startswith("the same by ")]
    own = "blocks of the engine"
    return [(f"engine against {found[0]}", ratio(times[found[0]], times[own], 2), "at least .9")] if found else []


def machine() -> str:
    """The machine, as far as it says."""
    import mesa
    import numpy as np

    from steppewise.engine.forms import form_for
    from steppewise.experiment.executors import cores_available

    return (
        f"{platform.system()} on {platform.machine()}, {cores_available()} cores; Python {platform.python_version()}, "
        f"NumPy {np.__version__}, Mesa {mesa.__version__}; worlds run {form_for({}).name}."
    )


def main() -> None:
    """Measure, print, and write into the document."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--most", action="store_true", help=f"also the memory of {MOST:,} worlds (a minute)")
    sizes = (*MANY, MOST) if parser.parse_args().most else MANY
    memory = {worlds: peak_megabytes(worlds) for worlds in sizes}  # first: a new process inherits the peak of this one
    for form in ("", "wasm"):
        block(1, (), form)  # no measurement waits for the first use
    with tempfile.TemporaryDirectory() as folder:
        other = twin(Path(folder))
        measures = (*MEASURES, own_engine(), *([other] if other else []))
        times = measured(measures) | measured(block_measures())
    commands = {words: command_seconds(*words.split()) for words in ("--help", "run baseline --quiet")}
    text = table(times, memory, commands)
    sys.stdout.write(f"{machine()}\n\n{text}\n")
    before = HERE.read_text(encoding="utf-8").split(MARK)[0] if HERE.exists() else "# Benchmarks\n\n"
    HERE.write_text(f"{before}{MARK}\n\n{machine()}\n\n{text}\n", encoding="utf-8")


if __name__ == "__main__":
    main()
