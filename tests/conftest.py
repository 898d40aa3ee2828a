"""Settings and fixtures that tests share. HYPOTHESIS_PROFILE=thorough tries more examples, and others every time."""

from __future__ import annotations

import os
from collections.abc import Mapping
from pathlib import Path

import pytest
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


# sweeps: what they need is imported where it is used, since most tests sweep nothing ------------------------


@pytest.fixture
def small_pieces(monkeypatch: pytest.MonkeyPatch) -> None:
    """Many small pieces, and little read at a time."""
    from tests.support.swept import in_small_pieces

    in_small_pieces(monkeypatch)


@pytest.fixture(scope="session")
def undisturbed_folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder of the small study, computed in small pieces in one go in this process; tests leave it as it is."""
    from tests.support.swept import in_small_pieces, study, swept

    with pytest.MonkeyPatch.context() as patch:
        in_small_pieces(patch)
        return swept(study(), tmp_path_factory.mktemp("undisturbed"))[0].folder


@pytest.fixture(scope="session")
def undisturbed(undisturbed_folder: Path) -> Mapping[str, str]:
    """The digests of that folder."""
    from tests.support.swept import digests

    return digests(undisturbed_folder)
