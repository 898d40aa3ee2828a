"""Serving the page: on this computer, with no request to any other."""

from __future__ import annotations

import os
import socket
import warnings
from importlib.util import find_spec
from typing import Final

from steppewise.errors import SteppewiseError

HOST: Final = "127.0.0.1"
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


def listening(port: int, host: str = HOST) -> socket.socket:
    """A socket at a port of this computer, for itself alone unless told otherwise.

    Raises SteppewiseError where the port is taken or not allowed.
    """
    # asyncio sends at once only where the protocol is named; else an answer may wait 40 ms for an acknowledgement
    found = socket.socket(socket.AF_INET, socket.SOCK_STREAM, socket.IPPROTO_TCP)
    if os.name != "nt":  # on Windows the option would let two listen at one port
        found.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        found.bind((host, port))
        found.listen()
    except OSError as error:
        found.close()
        words = f"port {port} cannot be used ({error.strerror}); choose another one by --port"
        raise SteppewiseError(words) from None
    return found


def serve(scenario: str, listener: socket.socket) -> None:
    """Serve the page until the user stops it."""
    from steppewise.viz import SCENARIO

    os.environ.update({**SETTINGS, SCENARIO: scenario})
    import uvicorn

    warnings.filterwarnings("ignore", module="solara")
    config = uvicorn.Config("solara.server.starlette:app", log_level="warning", lifespan="off")
    uvicorn.Server(config).run(sockets=[listener])
