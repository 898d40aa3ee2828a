"""Addresses, and the server at work on them."""

from __future__ import annotations

import socket
from collections.abc import Sequence
from importlib.util import find_spec
from typing import TYPE_CHECKING, Final

from steppewise.errors import SteppewiseError

if TYPE_CHECKING:
    from steppewise.app.server import Classroom

NEEDED: Final = ("starlette", "uvicorn")


def check_installed() -> None:
    """Raises SteppewiseError where the extra `app` is missing."""
    missing = [name for name in NEEDED if find_spec(name) is None]
    if missing:
        words = f"serving the page needs {' and '.join(missing)}: pip install -c constraints.txt -e '.[app]'"
        raise SteppewiseError(f"{words}; --export FILE writes a page that needs no server")


def own_address() -> str:
    """The address of this computer in its network; its name where it has none. Nothing is sent."""
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as asked:
        try:
            asked.connect(("192.0.2.1", 9))
            return str(asked.getsockname()[0])
        except OSError:
            return socket.gethostname()


def serve(room: Classroom, listener: socket.socket, hosts: Sequence[str] = ()) -> None:
    """Serve the classroom until the user stops it."""
    import uvicorn

    from steppewise.app.server import OWN_HOSTS, application

    server = application(room, hosts or OWN_HOSTS)
    config = uvicorn.Config(server, log_level="warning", access_log=False, timeout_graceful_shutdown=2)
    uvicorn.Server(config).run(sockets=[listener])
