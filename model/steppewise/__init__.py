"""steppewise: a scenario simulation of regional influence in Central Asia.

`steppewise.run("baseline", runs=500)` runs a scenario in many worlds and returns results that plot themselves;
`steppewise.compare("baseline", "package-delivered")` sets the same worlds under two scenarios side by side;
`steppewise.RegionalInfluenceModel` is the Mesa model. Each is imported on first use, so that
`import steppewise` and `steppewise --help` are quick.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any, Final

if TYPE_CHECKING:
    from steppewise.errors import SteppewiseError as SteppewiseError
    from steppewise.results.compare import Comparison as Comparison
    from steppewise.results.compare import compare as compare
    from steppewise.results.compare import load_comparison as load_comparison
    from steppewise.results.discover import DiscoveryResults as DiscoveryResults
    from steppewise.results.discover import discover as discover
    from steppewise.results.hindcast import HindcastResults as HindcastResults
    from steppewise.results.hindcast import hindcast as hindcast
    from steppewise.results.hindcast import load_hindcast as load_hindcast
    from steppewise.results.run import Results as Results
    from steppewise.results.run import load_results as load_results
    from steppewise.results.run import run as run
    from steppewise.results.sensitivity import SensitivityResults as SensitivityResults
    from steppewise.results.sensitivity import sensitivity as sensitivity
    from steppewise.results.sweep import Sweep as Sweep
    from steppewise.results.sweep import load_sweep as load_sweep
    from steppewise.results.sweep import sweep as sweep
    from steppewise.scenario.resolve import load_scenario as load_scenario
    from steppewise.world.model import RegionalInfluenceModel as RegionalInfluenceModel

__version__ = "0.1.0"

_HOMES: Final = {
    "run": "results.run",
    "load_results": "results.run",
    "Results": "results.run",
    "compare": "results.compare",
    "load_comparison": "results.compare",
    "Comparison": "results.compare",
    "sweep": "results.sweep",
    "load_sweep": "results.sweep",
    "Sweep": "results.sweep",
    "sensitivity": "results.sensitivity",
    "SensitivityResults": "results.sensitivity",
    "discover": "results.discover",
    "DiscoveryResults": "results.discover",
    "hindcast": "results.hindcast",
    "load_hindcast": "results.hindcast",
    "HindcastResults": "results.hindcast",
    "load_scenario": "scenario.resolve",
    "RegionalInfluenceModel": "world.model",
    "SteppewiseError": "errors",
}

__all__ = [*_HOMES, "__version__"]


def __getattr__(name: str) -> Any:
    if name not in _HOMES:
        raise AttributeError(f"module '{__name__}' has no attribute '{name}'")
    return getattr(import_module(f"{__name__}.{_HOMES[name]}"), name)


def __dir__() -> list[str]:
    return sorted({*globals(), *__all__})
