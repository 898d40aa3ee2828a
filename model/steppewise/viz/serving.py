"""Serving the page: on this computer, with no request to any other."""

from __future__ import annotations

import os
import socket
import warnings
from importlib.util import find_spec
from typing import Final

from steppewise.errors import SteppewiseError

NEEDED: Final = ("solara", "uvicorn", "ipyvuetify", "altair")

SETTINGS: Final = {
    "SOLARA_APP": "steppewise.viz.page",
    "SOLARA_MODE": "production",
    "SOLARA_TELEMETRY_MIXPANEL_ENABLE": "False",
    "SOLARA_ASSETS_PROXY": "True",
    "SOLARA_THEME_TITLE": "steppewise",
    "SOLARA_THEME_SHOW_BANNER": "False",
}
"""What Solara reads when it is loaded: the page, no watching of files, no reports to its makers, scripts from here."""


def check_installed() -> None:
    """Raises SteppewiseError where the extra `viz` is missing."""
    missing = [name for name in NEEDED if find_spec(name) is None]
    if missing:
        raise SteppewiseError(
            f"the view of one world needs {', '.join(missing)}: pip install -c constraints.txt -e '.[viz]'"
        )


def serve(scenario: str, listener: socket.socket) -> None:
    """Serve the page until the user stops it."""
    from steppewise.viz import SCENARIO

    os.environ.update({**SETTINGS, SCENARIO: scenario})
    import uvicorn

    warnings.filterwarnings("ignore", module="solara")
    config = uvicorn.Config("solara.server.starlette:app", log_level="warning", lifespan="off")
    uvicorn.Server(config).run(sockets=[listener])
