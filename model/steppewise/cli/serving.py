"""Serving a page to browsers: what must be installed, addresses and ports, the server at work."""

from __future__ import annotations

import os
import socket
from collections.abc import Sequence
from importlib.util import find_spec
from typing import Any, Final

import typer

from steppewise.errors import SteppewiseError

HERE, EVERYWHERE = "127.0.0.1", "0.0.0.0"
USUAL_PORT: Final = 8800
PORTS_TRIED: Final = 20


def check_installed(what: str, needed: Sequence[str], extra: str, instead: str = "") -> None:
    """Raises SteppewiseError where packages of an extra are missing."""
    if missing := [name for name in needed if find_spec(name) is None]:
        install = f"pip install -c constraints.txt -e '.[{extra}]'"
        raise SteppewiseError(f"{what} needs {', '.join(missing)}: {install}{instead}")


def listening(port: int, host: str = HERE) -> socket.socket:
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


def listening_somewhere(host: str) -> socket.socket:
    """A socket at the usual port, or at one of the next where that is taken. Raises SteppewiseError."""
    for number in range(USUAL_PORT, USUAL_PORT + PORTS_TRIED):
        try:
            found = listening(number, host)
        except SteppewiseError:
            continue
        if number != USUAL_PORT:
            typer.echo(f"Port {USUAL_PORT} is in use; this is {number}.")
        return found
    raise SteppewiseError(f"ports {USUAL_PORT} to {USUAL_PORT + PORTS_TRIED - 1} are in use; choose one by --port")


def own_address() -> str:
    """The address of this computer in its network; its name where it has none. Nothing is sent."""
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as asked:
        try:
            asked.connect(("192.0.2.1", 9))
            return str(asked.getsockname()[0])
        except OSError:
            return socket.gethostname()


def serve(server: Any, listener: socket.socket, **settings: Any) -> None:
    """Serve an application, or one by its name, until the user stops it; `settings` are uvicorn's."""
    import uvicorn

    uvicorn.Server(uvicorn.Config(server, log_level="warning", **settings)).run(sockets=[listener])
