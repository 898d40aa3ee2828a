"""What a results folder says of itself: who made it, from what, and how it went."""

from __future__ import annotations

import json
import platform
from collections import Counter
from collections.abc import Mapping
from datetime import UTC, datetime
from hashlib import sha256
from pathlib import Path
from typing import Any, ClassVar, Final, TypeVar

from pydantic import BaseModel, ConfigDict, ValidationError

from steppewise.errors import Problem, SteppewiseError
from steppewise.evidence.types import CLASSES
from steppewise.experiment.ensemble import Ensemble, Plan
from steppewise.experiment.versions import code_version, commit, versions
from steppewise.scenario.freeze import fingerprint
from steppewise.scenario.spec import ScenarioSpec
from steppewise.world.tables import Uncertainty

NAME: Final = "manifest.json"
LAYOUT: Final = 1
"""Version of the folder's layout."""

RUN, COMPARISON, SWEEP = "run", "comparison", "sweep"
SENSITIVITY, DISCOVERY, HINDCAST = "sensitivity", "discovery", "hindcast"
"""Kinds of folders; a manifest without a kind is that of a run."""

VERBS: Final = {
    **{RUN: "run", COMPARISON: "compare", SWEEP: "sweep", SENSITIVITY: "sensitivity", DISCOVERY: "discover"},
    HINDCAST: "hindcast",
}
"""The command that writes a folder of each kind; the file in this room that knows the kind is called the same."""

Entries = Mapping[str, Any]
"""The manifest as its file holds it."""

# what is written ----------------------------------------------------------------------------------------


def circumstances() -> dict[str, object]:
    """When, with which versions and on what something was made."""
    return {
        "layout": LAYOUT,
        "made": datetime.now(UTC).isoformat(timespec="seconds"),
        "versions": versions(),
        "platform": platform.platform(),
        "commit": commit(),
    }


def scenario_entry(spec: ScenarioSpec) -> dict[str, object]:
    """Which scenario it was."""
    return {
        "name": spec.name,
        "title": spec.title,
        "lineage": list(spec.lineage),
        "start": str(spec.start),
        "end": str(spec.end),
        "hash": fingerprint(spec),
        **({"rules": sorted(spec.rules)} if spec.rules else {}),
    }


def state_of(ensemble: Ensemble) -> dict[str, object]:
    """What is uncertain in an ensemble, what it rests on, and what failed."""
    parameters, uncertainty = ensemble.spec.parameters.values(), ensemble.plan.uncertainty
    by_range = uncertainty in ("both", "ignorance")
    drawn = [parameter for parameter in parameters if by_range and parameter.is_uncertain]
    classes = Counter(parameter.evidence for parameter in parameters)
    evidence: dict[str, int] = {name: classes[name] for name in CLASSES}
    causes = Counter(ensemble.failures.values())
    return {
        "uncertain": {"chance": uncertainty in ("both", "chance"), "parameters": len(drawn)},
        "evidence": {**evidence, "set_by_scenario": len(ensemble.spec.changed)},
        "failures": {"worlds": len(ensemble.failures), "causes": dict(causes.most_common())},
    }


def folder_name(called: str, *asked: object) -> str:
    """`package-delivered-3f2a9c1b`: the same question to the same version has the same name."""
    whole = repr((*asked, code_version()))
    return f"{called}-{sha256(whole.encode()).hexdigest()[:8]}"


def write_manifest(folder: Path, entries: Entries) -> None:
    """Write the manifest, readable for people too; wall times by stage to milliseconds."""
    seconds = {stage: round(spent, 3) for stage, spent in entries["seconds"].items()}
    (folder / NAME).write_text(manifest_text({**entries, "seconds": seconds}), encoding="utf-8")


def manifest_text(entries: Entries) -> str:
    """The manifest as text."""
    return f"{json.dumps(entries, indent=2, ensure_ascii=False, allow_nan=False)}\n"


# what is read -------------------------------------------------------------------------------------------


class Entry(BaseModel):
    """A part of a manifest."""

    model_config = ConfigDict(frozen=True, defer_build=True)


class ScenarioEntry(Entry):
    """Which scenario it was; `rules` of one's own, which the folder does not hold."""

    name: str
    hash: str
    rules: tuple[str, ...] = ()


class Manifest(Entry):
    """What a folder of any kind says of itself; a kind adds what it needs to be read."""

    KIND: ClassVar[str]

    versions: dict[str, str]
    platform: str
    commit: str | None = None
    scenario: ScenarioEntry | None = None
    scenarios: tuple[ScenarioEntry, ...] = ()

    @property
    def own_rules(self) -> list[str]:
        """The rules of one's own that it was made with."""
        entries = (*self.scenarios, *([self.scenario] if self.scenario else ()))
        return sorted({rule for entry in entries for rule in entry.rules})


class WorldsManifest(Manifest):
    """The manifest of worlds that a plan asked for."""

    worlds: int
    seed: int
    uncertainty: Uncertainty
    seconds: dict[str, float]

    @property
    def plan(self) -> Plan:
        """The plan that they were run by."""
        return Plan(self.worlds, self.seed, self.uncertainty)


M = TypeVar("M", bound=Manifest)


def read_manifest(folder: Path, model: type[M]) -> M:
    """The manifest of a folder of that kind. Raises SteppewiseError where it is none, with every fault of it."""
    entries = read_entries(folder, model.KIND)
    try:
        return model.model_validate(entries)
    except ValidationError as error:
        faults = ((".".join(map(str, fault["loc"])), fault["msg"]) for fault in error.errors())
        told = [f"is damaged: {place}: {said}; {remedy(model.KIND)}" for place, said in faults]
        raise SteppewiseError([Problem(message, file=str(folder / NAME)) for message in told]) from None


def read_entries(folder: Path, kind: str) -> Entries:
    """The manifest of a folder of that kind as it stands there. Raises SteppewiseError where it is none."""
    path = folder / NAME
    if not folder.exists():
        raise SteppewiseError(Problem("there is no such folder", file=str(folder)))
    if not path.is_file():
        raise SteppewiseError(Problem(f"is not a results folder: it holds no {NAME}", file=str(folder)))
    try:
        entries: Entries = json.loads(path.read_text(encoding="utf-8"))
        layout = entries["layout"]
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise SteppewiseError(Problem(f"is damaged ({error!r}); {remedy(kind)}", file=str(path))) from None
    if layout != LAYOUT:
        raise SteppewiseError(Problem("was written by another version of steppewise", file=str(path)))
    found = entries.get("kind", RUN)
    if found != kind:
        raise SteppewiseError(Problem(f"holds a {found}, where a {kind} is asked for", file=str(folder)))
    return entries


def kind_of(folder: Path) -> str:
    """The kind of a folder; that of a run where it does not say, so that reading it as one tells why."""
    try:
        return str(json.loads((folder / NAME).read_text(encoding="utf-8")).get("kind", RUN))
    except (OSError, ValueError, AttributeError):
        return RUN


def remedy(kind: str) -> str:
    """What helps where a folder of that kind is damaged."""
    if kind == SWEEP:
        return "move the folder away, and the same command sweeps anew"
    return f"'steppewise {VERBS[kind]} --force' writes the folder anew"
