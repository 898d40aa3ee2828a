"""What a results folder says of itself: who made it, from what, and how it went."""

from __future__ import annotations

import json
import platform
import subprocess
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import asdict
from datetime import UTC, datetime
from hashlib import sha256
from pathlib import Path
from typing import Any, Final

from steppewise.errors import Problem, SteppewiseError
from steppewise.evidence.types import CLASSES
from steppewise.experiment.ensemble import Ensemble, Plan
from steppewise.experiment.versions import code_version, versions
from steppewise.scenario.freeze import fingerprint
from steppewise.scenario.spec import ScenarioSpec

NAME: Final = "manifest.json"
LAYOUT: Final = 1
"""Version of the folder's layout."""

RUN, COMPARISON, SWEEP = "run", "comparison", "sweep"
SENSITIVITY, DISCOVERY = "sensitivity", "discovery"
"""Kinds of folders; a manifest without a kind is that of a run."""

Manifest = Mapping[str, Any]


def manifest_of(ensemble: Ensemble, spread: Sequence[Mapping[str, object]], seconds: Mapping[str, float]) -> Manifest:
    """The manifest of an ensemble; `spread` holds its sources of spread as rows, `seconds` wall times."""
    spec, plan = ensemble.spec, ensemble.plan
    return {
        **circumstances(),
        "scenario": scenario_entry(spec),
        **asdict(plan),
        **state_of(ensemble),
        "seconds": rounded(seconds),
        "spread": list(spread),
    }


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


def rounded(seconds: Mapping[str, float]) -> dict[str, float]:
    """Wall times by stage, to milliseconds."""
    return {stage: round(spent, 3) for stage, spent in seconds.items()}


def folder_name(called: str, *asked: object) -> str:
    """`package-delivered-3f2a9c1b`: the same question to the same version has the same name."""
    whole = repr((*asked, code_version()))
    return f"{called}-{sha256(whole.encode()).hexdigest()[:8]}"


def own_rules_of(manifest: Manifest) -> list[str]:
    """The rules of one's own that a folder was made with."""
    entries = [manifest.get("scenario", {}), *manifest.get("scenarios", ())]
    return sorted({rule for entry in entries for rule in entry.get("rules", ())})


def commit() -> str | None:
    """The commit of a source checkout, with `+` where files differ from it; None for an installed package."""
    checkout = Path(__file__).parents[3]
    if not (checkout / ".git").exists():
        return None
    head = _git(checkout, "rev-parse", "HEAD")
    changed = _git(checkout, "status", "--porcelain", "--untracked-files=no")
    return f"{head}+" if head and changed else head or None


def _git(folder: Path, *words: str) -> str:
    """What git answers; nothing where it is not there or refuses."""
    command = ["git", "-C", str(folder), *words]
    try:
        answer = subprocess.run(command, capture_output=True, text=True, timeout=5, check=False)
    except (OSError, subprocess.SubprocessError):
        return ""
    return answer.stdout.strip() if answer.returncode == 0 else ""


def write_manifest(folder: Path, manifest: Manifest) -> None:
    """Write the manifest, readable for people too."""
    (folder / NAME).write_text(manifest_text(manifest), encoding="utf-8")


def manifest_text(manifest: Manifest) -> str:
    """The manifest as its file holds it."""
    return f"{json.dumps(manifest, indent=2, ensure_ascii=False, allow_nan=False)}\n"


def read_manifest(folder: Path, kind: str = RUN) -> Manifest:
    """The manifest of a results folder of a kind. Raises SteppewiseError where it is none."""
    path = folder / NAME
    if not folder.exists():
        raise SteppewiseError(Problem("there is no such folder", file=str(folder)))
    if not path.is_file():
        raise SteppewiseError(Problem(f"is not a results folder: it holds no {NAME}", file=str(folder)))
    try:
        manifest: Manifest = json.loads(path.read_text(encoding="utf-8"))
        layout = manifest["layout"]
    except (OSError, ValueError, KeyError, TypeError) as error:
        message = f"is damaged ({error!r}); {remedy(kind)}"
        raise SteppewiseError(Problem(message, file=str(path))) from None
    if layout != LAYOUT:
        raise SteppewiseError(Problem("was written by another version of steppewise", file=str(path)))
    found = manifest.get("kind", RUN)
    if found != kind:
        raise SteppewiseError(Problem(f"holds a {found}, where a {kind} is asked for", file=str(folder)))
    return manifest


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
    command = {COMPARISON: "compare", SENSITIVITY: "sensitivity", DISCOVERY: "discover"}.get(kind, "run")
    return f"'steppewise {command} --force' writes the folder anew"


def plan_of(manifest: Manifest) -> Plan:
    """The plan that a folder was made by. Raises SteppewiseError."""
    try:
        return Plan(manifest["worlds"], manifest["seed"], manifest["uncertainty"])
    except (KeyError, TypeError) as error:
        raise SteppewiseError(Problem(f"lacks what a run needs: {error!r}", file=NAME)) from None
