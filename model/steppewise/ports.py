"""Ports of this computer, for the pages that it serves."""

from __future__ import annotations

import os
import socket
from typing import Final

from steppewise.errors import SteppewiseError

HOST: Final = "127.0.0.1"
"""This computer, for itself alone."""


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
