"""An ensemble as files know it: a scenario with its evidence, a row a world, arrays with named axes."""

from __future__ import annotations

import csv
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from io import StringIO
from math import isfinite
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from steppewise.arrays import Array, categories, numbers, values
from steppewise.errors import Problem, SteppewiseError
from steppewise.evidence.types import CLASSES, Parameter
from steppewise.experiment.ensemble import Ensemble, Plan
from steppewise.results.manifest import RUN, SWEEP, remedy
from steppewise.scenario.freeze import freeze
from steppewise.scenario.resolve import load_scenario
from steppewise.scenario.spec import ScenarioSpec
from steppewise.world.variables import VARIABLES

if TYPE_CHECKING:
    import xarray as xr

SCENARIO, EVIDENCE = "scenario.yaml", "evidence.csv"
RUNS: Final = "runs.parquet"
SERIES: Final = "series.nc"
SUMMARY: Final = "summary.csv"

Parameters = Mapping[str, Parameter]
"""By name."""

Axed = tuple[tuple[str, ...], Any, dict[str, str]]
"""Axes, values, and texts such as the unit."""

WORLD, STATUS, PARAMETER, OUTCOME = "world", "status", "parameter:", "outcome:"

EVIDENCE_COLUMNS: Final = (
    *("name", "value", "low", "high", "unit", "class", "source", "passage", "reason", "set_by_scenario"),
)


# reading ------------------------------------------------------------------------------------------------


@contextmanager
def intact(path: Path, kind: str = RUN) -> Iterator[None]:
    """Turn what a damaged file of a folder of that kind raises into what the user can mend."""
    try:
        yield
    except FileNotFoundError:
        missing = "is not there; the same command makes it" if kind == SWEEP else "there is no such file"
        raise SteppewiseError(Problem(missing, file=str(path))) from None
    except (OSError, ValueError, LookupError, ArithmeticError) as error:
        said = str(error).splitlines()[0] if str(error) else repr(error)
        raise SteppewiseError(Problem(f"is damaged ({said}); {remedy(kind)}", file=str(path))) from None


# runs.parquet: a row a world ----------------------------------------------------------------------------


def runs_table(ensemble: Ensemble) -> pa.Table:
    """A row a world: `world`, `status`, `parameter:NAME` for what was drawn, `outcome:NAME` at the end."""
    causes = list(dict.fromkeys(ensemble.status))
    columns: dict[str, object] = {
        WORLD: numbers(np.arange(len(ensemble.status), dtype=np.int32)),
        STATUS: categories(np.array([causes.index(cause) for cause in ensemble.status], dtype=np.int32), causes),
    }
    columns |= {f"{PARAMETER}{name}": numbers(values) for name, values in ensemble.parameters.items()}
    columns |= {f"{OUTCOME}{name}": numbers(values) for name, values in ensemble.outcomes.items()}
    return pa.table(columns)


@dataclass(frozen=True)
class Runs:
    """Rows of worlds: status a world; parameters and outcomes, name -> (world,)."""

    status: tuple[str, ...]
    parameters: Mapping[str, Array]
    outcomes: dict[str, Array]


def ensemble_of(table: pa.Table, spec: ScenarioSpec, plan: Plan) -> Ensemble:
    """The table read back. Raises KeyError where a column lacks."""
    table = table.sort_by(WORLD)
    parameters, outcomes = (
        {name.removeprefix(kind): table[name].to_numpy() for name in table.column_names if name.startswith(kind)}
        for kind in (PARAMETER, OUTCOME)
    )
    return Ensemble(spec, plan, tuple(table[STATUS].to_pylist()), parameters, outcomes, {})


# scenario.yaml; evidence.csv: a row a parameter ---------------------------------------------------------


def write_spec(folder: Path, spec: ScenarioSpec, name: str = "") -> None:
    """Write a scenario with all its parameters, so that it stands apart from later evidence; of several, by name."""
    scenario, evidence = _spec_files(folder, name)
    scenario.write_text(freeze(spec), encoding="utf-8")
    write_evidence(evidence, spec)


def _spec_files(folder: Path, name: str) -> tuple[Path, Path]:
    return (folder / f"{name}.yaml", folder / f"{name}.csv") if name else (folder / SCENARIO, folder / EVIDENCE)


def read_spec(folder: Path, name: str = "", another_model: bool = False) -> tuple[ScenarioSpec, Parameters]:
    """A scenario with the parameters that it had, and those that today's evidence has otherwise; of several, by name.

    Parameters that `another_model` did not know are today's. Raises SteppewiseError where a file is missing or damaged.
    """
    scenario, evidence = _spec_files(folder, name)
    today = load_scenario(scenario)
    spec = today.with_parameters(read_evidence(evidence, today.parameters, another_model))
    pairs = ((parameter, spec.parameters[name]) for name, parameter in today.parameters.items())
    return spec, {a.name: a for a, b in pairs if (a.value, a.low, a.high) != (b.value, b.low, b.high)}


def write_evidence(path: Path, spec: ScenarioSpec) -> None:
    """Every parameter in force, with its range and where it comes from."""
    with path.open("w", newline="", encoding="utf-8") as stream:
        writer = csv.writer(stream)
        writer.writerow(EVIDENCE_COLUMNS)
        writer.writerows(_evidence_rows(spec))


def _evidence_rows(spec: ScenarioSpec) -> Iterator[tuple[object, ...]]:
    changed = frozenset(spec.changed)
    for name, p in spec.parameters.items():
        numbers = (repr(float(number)) for number in (p.value, p.low, p.high))
        by_scenario = "yes" if name in changed else "no"
        yield name, *numbers, p.definition.unit, p.evidence, p.source, p.passage, p.reason, by_scenario


def read_evidence(path: Path, today: Parameters, another_model: bool) -> dict[str, Parameter]:
    """The parameters of a folder, their meanings taken from today's. Raises SteppewiseError."""
    try:
        with path.open(newline="", encoding="utf-8") as stream:
            rows = {row["name"]: row for row in csv.DictReader(stream)}
        lost = sorted(today.keys() ^ rows.keys())
        if lost and not another_model:
            message = (
                f"holds other parameters than this version of steppewise knows, as {lost[0]}: the model is another "
                "one, and no number can come out again"
            )
            raise SteppewiseError(Problem(message, file=str(path)))
        return {name: _parameter(rows[name], today[name]) for name in today if name in rows}
    except (OSError, KeyError, TypeError, ValueError, csv.Error) as error:
        raise SteppewiseError(Problem(f"is damaged ({error!r})", file=str(path))) from None


def _parameter(row: Mapping[str, str], today: Parameter) -> Parameter:
    [evidence] = [known for known in CLASSES if known == row["class"]]
    return replace(
        today,
        value=float(row["value"]),
        low=float(row["low"]),
        high=float(row["high"]),
        evidence=evidence,
        source=row["source"],
        passage=row["passage"],
        reason=row["reason"],
    )


# series.nc: arrays with named axes ----------------------------------------------------------------------


def dataset(ensemble: Ensemble) -> xr.Dataset:
    """All trajectories with named axes time, power, state and world, each with its unit and long name."""
    import xarray as xr

    return xr.Dataset(_variables(ensemble), _coordinates(ensemble), _texts(ensemble))


def _variables(ensemble: Ensemble) -> dict[str, Axed]:
    courses = ((VARIABLES[name], values) for name, values in ensemble.trajectories.items())
    return {v.name: (("time", *v.axes, "world"), x, {"units": v.unit, "long_name": v.label}) for v, x in courses}


def _coordinates(ensemble: Ensemble) -> dict[str, Axed]:
    spec = ensemble.spec
    kept = next((values.shape[-1] for values in ensemble.trajectories.values()), 0)
    return {
        "time": (("time",), [str(quarter) for quarter in spec.quarters], {"long_name": "quarter"}),
        "power": (("power",), list(spec.power_names), {}),
        "state": (("state",), list(spec.state_names), {}),
        "world": (("world",), np.arange(kept, dtype=np.int32), {}),
        "year": (("time",), [q.years for q in spec.quarters], {"long_name": "start of the quarter"}),
        "status": (("world",), list(ensemble.status[:kept]), {}),
    }


def _texts(ensemble: Ensemble) -> dict[str, Any]:
    return {
        "title": ensemble.spec.title,
        "scenario": ensemble.spec.name,
        "seed": ensemble.plan.seed,
        "worlds_in_all": len(ensemble.status),
    }


def write_series(path: Path, ensemble: Ensemble) -> None:
    """Write the trajectories in single precision, as `dataset` has them; xarray itself takes long to come.

    They are not compressed: chance leaves little to pack, a quarter of the size for four times the time.
    """
    import h5netcdf

    with h5netcdf.File(path, "w") as file:
        file.attrs.update({**_texts(ensemble), "coordinates": "year status"})
        for name, (axes, values, texts) in {**_coordinates(ensemble), **_variables(ensemble)}.items():
            _write(file, name, axes, np.asarray(values), texts)


def _write(file: Any, name: str, axes: tuple[str, ...], values: NDArray[Any], texts: Mapping[str, str]) -> None:
    import h5py

    for axis, size in zip(axes, values.shape, strict=True):
        if axis not in file.dimensions:
            file.dimensions[axis] = size
    is_text = values.dtype.kind in "UO"
    missing = {"fillvalue": np.float32(np.nan)} if values.dtype == np.float32 else {}
    kind = h5py.string_dtype() if is_text else values.dtype
    written = file.create_variable(name, axes, kind, data=values.astype(object) if is_text else values, **missing)
    written.attrs.update(texts)


def read_series(path: Path) -> dict[str, Array]:
    """The trajectories of a folder, variable -> (time, *axes, world); none where the file is not there."""
    if not path.exists():
        return {}
    import xarray as xr

    with xr.open_dataset(path, engine="h5netcdf") as data:
        return {name: data[name].values for name in VARIABLES if name in data}


# text ---------------------------------------------------------------------------------------------------

DIGITS: Final = 7
"""Significant digits of what single precision holds."""


def write_summary(path: Path, table: pa.Table) -> None:
    """Write a table as text, the numbers in `value` to as many digits as they hold."""
    columns: dict[str, object] = {name: table[name] for name in table.column_names}
    columns["value"] = numbers(rounded(values(table["value"]), DIGITS))
    with csv_file(path, table.column_names) as write:
        write(list(columns.values()))


@contextmanager
def csv_file(path: Path, header: Sequence[str]) -> Iterator[Callable[[Sequence[object]], None]]:
    """A CSV file to write columns into, some rows at a time; numbers with all their digits."""
    import pyarrow.csv as pc

    first = StringIO()
    csv.writer(first, lineterminator="\n").writerow(header)
    names = [str(number) for number in range(len(header))]
    how = pc.WriteOptions(include_header=False, quoting_style="none")
    with path.open("wb") as file:
        file.write(first.getvalue().encode())
        yield lambda columns: pc.write_csv(pa.table(dict(zip(names, columns, strict=True))), file, how)


def write_rows(path: Path, header: Sequence[str], rows: Iterable[Sequence[object]]) -> None:
    """Write a table as CSV, numbers with all their digits, nothing for those that are not told."""
    with path.open("w", newline="", encoding="utf-8") as stream:
        out = csv.writer(stream, lineterminator="\n")
        out.writerow(header)
        out.writerows([[_cell(value) for value in row] for row in rows])


def _cell(value: object) -> object:
    if not isinstance(value, float):
        return value
    return repr(float(value)) if isfinite(value) else ""


def rounded(values: Array, digits: int) -> Array:
    """Values to so many significant digits."""
    size = np.floor(np.log10(np.abs(values), out=np.zeros_like(values), where=values != 0))
    scale = 10.0 ** (digits - 1 - size)
    return np.round(values * scale) / scale
