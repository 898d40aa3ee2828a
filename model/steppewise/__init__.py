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
    from steppewise.api import Results as Results
    from steppewise.api import load_results as load_results
    from steppewise.api import run as run
    from steppewise.comparing import Comparison as Comparison
    from steppewise.comparing import compare as compare
    from steppewise.comparing import load_comparison as load_comparison
    from steppewise.errors import SteppewiseError as SteppewiseError
    from steppewise.inquiry.discovery import DiscoveryResults as DiscoveryResults
    from steppewise.inquiry.discovery import discover as discover
    from steppewise.inquiry.sensitivity import SensitivityResults as SensitivityResults
    from steppewise.inquiry.sensitivity import sensitivity as sensitivity
    from steppewise.scenario.resolve import load_scenario as load_scenario
    from steppewise.sweeps import Sweep as Sweep
    from steppewise.sweeps import load_sweep as load_sweep
    from steppewise.sweeps import sweep as sweep
    from steppewise.world.model import RegionalInfluenceModel as RegionalInfluenceModel

__version__ = "0.1.0"

_HOMES: Final = {
    "run": "api",
    "load_results": "api",
    "Results": "api",
    "compare": "comparing",
    "load_comparison": "comparing",
    "Comparison": "comparing",
    "sweep": "sweeps",
    "load_sweep": "sweeps",
    "Sweep": "sweeps",
    "sensitivity": "inquiry.sensitivity",
    "SensitivityResults": "inquiry.sensitivity",
    "discover": "inquiry.discovery",
    "DiscoveryResults": "inquiry.discovery",
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
