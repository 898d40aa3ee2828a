"""Settings that all tests share. HYPOTHESIS_PROFILE=thorough tries more examples, and others every time."""

from __future__ import annotations

import os

from hypothesis import HealthCheck, Phase, settings

settings.register_profile(
    "ci",
    max_examples=15,
    deadline=None,
    derandomize=True,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large],
)
CI = settings.get_profile("ci")
settings.register_profile("thorough", parent=CI, max_examples=500, derandomize=False)
settings.register_profile("hasty", parent=CI, phases=[Phase.explicit, Phase.generate])
settings.load_profile(os.environ.get("HYPOTHESIS_PROFILE", "ci"))
