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
import statistics
import subprocess
import sys
import time
from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Final

TURNS: Final = 5
BATCH_RUNS: Final = 100
WORLDS: Final = 300_000
PLAIN_WORLDS: Final = 60_000
BLOCKS: Final = (1, 100, 250, 500, 1_000, 2_000, 4_000)
SLIDER_QUARTERS: Final = 64
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


def batch_run(processes: int, compiled: bool = False) -> None:
    """mesa.batch_run on the same model, one world per run, as Mesa's own users would call it.

    With `compiled`, it is given the quarters that `compiling.load` has fetched.
    """
    import inspect

    import mesa

    from steppewise.experiment import compiling
    from steppewise.scenario.resolve import load_scenario
    from steppewise.world.model import RegionalInfluenceModel

    by_rng = "rng" in inspect.signature(mesa.batch_run).parameters
    seeds = {"rng": list(range(BATCH_RUNS))}
    mesa.batch_run(
        RegionalInfluenceModel,
        parameters={
            "spec": [load_scenario("baseline")],
            "worlds": 1,
            "passing": [compiling.passing() if compiled else None],
            **({} if by_rng else seeds),
        },
        number_processes=processes,
        display_progress=False,
        **(seeds if by_rng else {}),
    )


def ensemble(worlds: int, workers: int) -> None:
    """The same model and scenario as an ensemble, outcomes only."""
    from steppewise.experiment.ensemble import Plan, simulate
    from steppewise.scenario.resolve import load_scenario

    simulate(load_scenario("baseline"), Plan(worlds, workers=workers), variables=())


def plain_ensemble(worlds: int, workers: int) -> None:
    """The same without anything compiled, as where the extra `fast` is missing."""
    from steppewise.experiment.compiling import SWITCH

    os.environ[SWITCH] = "no"
    try:
        ensemble(worlds, workers)
    finally:
        del os.environ[SWITCH]


def slider() -> None:
    """What a lever of the classroom page asks for: 200 worlds with the course of regional shares."""
    block(200, ("regional_share", "regional_trust", "regional_autonomy"), SLIDER_QUARTERS)


def block(worlds: int, variables: tuple[str, ...] = (), quarters: int | None = None) -> None:
    """One block of worlds, in this process."""
    from dataclasses import replace

    from steppewise.experiment.block import Block, run_block
    from steppewise.scenario.resolve import load_scenario

    spec = load_scenario("baseline")
    if quarters is not None:
        spec = replace(spec, end=spec.start.plus(quarters - 1))
    run_block(Block(spec, 0, worlds, 0), variables)


MEASURES: Final = (
    Measure("mesa.batch_run, 1 process", BATCH_RUNS, lambda: batch_run(1)),
    Measure("mesa.batch_run, 1 process, compiled", BATCH_RUNS, lambda: batch_run(1, compiled=True)),
    Measure("ensemble, 1 worker", WORLDS, lambda: ensemble(WORLDS, 1)),
    Measure("ensemble, 2 workers", WORLDS, lambda: ensemble(WORLDS, 2)),
    Measure("mesa.batch_run, 2 processes", BATCH_RUNS, lambda: batch_run(2)),
    Measure("ensemble, 1 worker, not compiled", PLAIN_WORLDS, lambda: plain_ensemble(PLAIN_WORLDS, 1)),
    Measure("ensemble, 2 workers, not compiled", PLAIN_WORLDS, lambda: plain_ensemble(PLAIN_WORLDS, 2)),
    Measure("200 worlds for the sliders", 200, slider),
)


def seconds(measure: Measure) -> float:
    """Wall time of one turn."""
    start = time.perf_counter()
    measure.run()
    return time.perf_counter() - start


def measured(measures: tuple[Measure, ...]) -> Times:
    """All measures, in turns."""
    times: Times = {measure.name: [] for measure in measures}
    slider()
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
    code = f"from steppewise.bench import memory_of; memory_of({worlds})"
    out = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True).stdout
    return float(out)


def memory_of(worlds: int) -> None:
    """In a process of its own: sweep over so many worlds in a folder that is thrown away, print the peak."""
    import tempfile

    import numpy as np

    from steppewise.experiment.collecting import collect
    from steppewise.experiment.executors import Serial
    from steppewise.experiment.study import Factor, Study
    from steppewise.experiment.sweeping import open_store, run_missing
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


def start_up() -> float:
    """Seconds of `steppewise --help` in a new process, the best of five."""
    command = [sys.executable, "-c", "from steppewise.cli import main; main(['--help'])"]

    def once() -> float:
        start = time.perf_counter()
        subprocess.run(command, capture_output=True, check=True)
        return time.perf_counter() - start

    return min(once() for _ in range(5))


def table(times: Times, memory: dict[int, float], help_seconds: float) -> str:
    """The measurements as Markdown, ratios first."""
    one, two = times["mesa.batch_run, 1 process"], times["mesa.batch_run, 2 processes"]
    fast, faster = times["ensemble, 1 worker"], times["ensemble, 2 workers"]
    plain, both = times["ensemble, 1 worker, not compiled"], times["ensemble, 2 workers, not compiled"]
    alike = times["mesa.batch_run, 1 process, compiled"]
    few, many = min(memory), max(memory)
    slider_ms = 200_000 * statistics.median(times["200 worlds for the sliders"])
    rows = [
        ("ensemble against mesa.batch_run, 1 worker", ratio(one, fast, 0), "at least 400"),
        ("ensemble against mesa.batch_run, 2 workers", ratio(two, faster, 0), ""),
        ("ensemble, 2 workers against 1", ratio(fast, faster, 2), "at least 1.7"),
        ("compiled on both sides: ensemble against mesa.batch_run, 1 worker", ratio(alike, fast, 0), ""),
        ("compiled on neither: ensemble against mesa.batch_run, 1 worker", ratio(one, plain, 0), ""),
        ("not compiled: ensemble, 2 workers against 1", ratio(plain, both, 2), ""),
        (f"200 worlds of {SLIDER_QUARTERS} quarters", f"{slider_ms:.0f} ms", "under 100"),
        (f"peak memory, {many:,} against {few:,} worlds", f"{memory[many] / memory[few]:.2f} times", "about 1"),
        ("steppewise --help", f"{help_seconds:.2f} s", "under 0.5"),
    ]
    lines = ["| what | measured | wanted |", "|---|---|---|", *(f"| {a} | {b} | {c} |" for a, b, c in rows), ""]
    lines += ["| run | worlds a second |", "|---|---|"]
    lines += [f"| {name} | {1 / statistics.median(taken):,.0f} |" for name, taken in times.items()]
    lines += [f"| peak memory of {worlds:,} worlds | {megabytes:.0f} MB |" for worlds, megabytes in memory.items()]
    return "\n".join(lines)


def machine() -> str:
    """The machine, as far as it says."""
    import mesa
    import numpy as np

    from steppewise.experiment.ensemble import processes_available

    return (
        f"{platform.system()} on {platform.machine()}, {processes_available()} cores; Python "
        f"{platform.python_version()}, NumPy {np.__version__}, Mesa {mesa.__version__}."
    )


def main() -> None:
    """Measure, print, and write into the document."""
    from steppewise.experiment import compiling

    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--most", action="store_true", help=f"also the memory of {MOST:,} worlds (minutes)")
    sizes = (*MANY, MOST) if parser.parse_args().most else MANY
    compiling.load()  # once, so that no measurement waits for it
    memory = {worlds: peak_megabytes(worlds) for worlds in sizes}  # first: a new process inherits the peak of this one
    text = table(measured(MEASURES) | measured(block_measures()), memory, start_up())
    sys.stdout.write(f"{machine()}\n\n{text}\n")
    before = HERE.read_text(encoding="utf-8").split(MARK)[0] if HERE.exists() else "# Benchmarks\n\n"
    HERE.write_text(f"{before}{MARK}\n\n{machine()}\n\n{text}\n", encoding="utf-8")


if __name__ == "__main__":
    main()
