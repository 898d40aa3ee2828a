"""The server of the classroom page: the pages, their grids, and answers to what pupils ask. Nothing else."""

from __future__ import annotations

import asyncio
import json
import logging
from collections.abc import AsyncIterator, Mapping, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from functools import cached_property
from threading import Event
from typing import Any, Final

from starlette.applications import Starlette
from starlette.concurrency import run_in_threadpool
from starlette.exceptions import HTTPException
from starlette.middleware import Middleware
from starlette.middleware.trustedhost import TrustedHostMiddleware
from starlette.requests import Request
from starlette.responses import HTMLResponse, JSONResponse, Response
from starlette.routing import Route
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from steppewise import __version__
from steppewise.app.classroom import EXPLORE, Page, free_page, lesson_page, read_state
from steppewise.app.grid import Progress, build, packed
from steppewise.app.lesson import lesson, lesson_names, lessons
from steppewise.app.queue import AnswerQueue, BusyError
from steppewise.app.render import policy, rendered
from steppewise.engine.forms import form_for
from steppewise.errors import SteppewiseError
from steppewise.yaml_reader import shown

LARGEST_BODY: Final = 8_000
"""Bytes of a question: all levers of a page fit several times."""

HEADERS: Final = {
    "content-security-policy": f"{policy('live')}; frame-ancestors 'none'",
    "x-content-type-options": "nosniff",
    "referrer-policy": "no-referrer",
    "cache-control": "no-store",
}
OWN_HOSTS: Final = ("127.0.0.1", "localhost", "[::1]")


class NoGridError(SteppewiseError):
    """A grid cannot be built."""


_STATUS: Final[dict[type[SteppewiseError], int]] = {BusyError: 503, NoGridError: 500}


@dataclass(frozen=True)
class PageSource:
    """What a page is made from."""

    name: str
    scenario: str
    worlds: int
    seed: int

    def page(self) -> Page:
        """The page. Raises SteppewiseError."""
        if self.name == EXPLORE:
            return free_page(self.scenario, self.worlds, self.seed)
        return lesson_page(lesson(self.name), self.worlds, self.seed)


def grid_of(source: PageSource, progress: Progress = lambda positions: None) -> str:
    """The grid of a page as JSON."""
    page = source.page().for_grid
    return json.dumps(packed(build(page, progress), page), separators=(",", ":"))


@dataclass
class Classroom:
    """The pages that are open, their engine, and their grids."""

    scenario: str
    worlds: int
    seed: int
    with_grids: bool = True
    own: Mapping[str, str] = field(default_factory=dict)
    engine: AnswerQueue = field(default_factory=AnswerQueue)
    _pages: dict[str, Page] = field(default_factory=dict)
    _written: dict[str, str] = field(default_factory=dict)
    _grids: dict[str, Future[str]] = field(default_factory=dict)
    _builder: ThreadPoolExecutor = field(default_factory=lambda: ThreadPoolExecutor(1, "grid"))
    _is_closed: Event = field(default_factory=Event)

    @cached_property
    def names(self) -> frozenset[str]:
        """The pages that there are."""
        return frozenset({EXPLORE, *self.own, *lesson_names()})

    def page(self, name: str) -> Page:
        """A page by its name. Raises SteppewiseError."""
        if name not in self._pages:
            self._pages[name] = self._source(name).page()
        return self._pages[name]

    def written(self, name: str) -> str:
        """A page as HTML, made once: while it is, nobody is answered."""
        if name not in self._written:
            self._written[name] = rendered(self.page(name), "live", None, lessons())
        return self._written[name]

    def _source(self, name: str) -> PageSource:
        return PageSource(self.own.get(name, name), self.scenario, self.worlds, self.seed)

    def grid(self, name: str) -> str | None:
        """The grid of a page as JSON; None while it is being built. Raises NoGridError."""
        if not self.with_grids:
            return None
        if name not in self._grids:
            self._grids[name] = self._builder.submit(grid_of, self._source(name), self._going_on)
        if not self._grids[name].done():
            return None
        try:
            return self._grids[name].result()
        except Exception as error:
            cause = f"{type(error).__name__}: {error}"
        raise NoGridError(f"the grid of this page cannot be built ({cause}); the engine answers all the same")

    def _going_on(self, positions: int) -> None:
        """Told of every step of a grid; breaks it off once the room is closed."""
        if self._is_closed.is_set():
            raise NoGridError("the classroom is closed")

    async def get_ready(self) -> None:
        """Load the engine before anybody asks."""
        await run_in_threadpool(form_for, {})

    def close(self) -> None:
        """Begin no further grid, and break off the one that is being built."""
        self._is_closed.set()
        self._builder.shutdown(wait=False, cancel_futures=True)


def application(room: Classroom, hosts: Sequence[str] = OWN_HOSTS) -> Starlette:
    """The server of a classroom; it answers to the names in `hosts` only."""
    routes = [
        Route("/", _explore),
        Route("/lesson/{name}", _lesson),
        Route("/grid", _grid),
        Route("/run", _run, methods=["POST"]),
        Route("/alive", _alive),
    ]
    middleware = [Middleware(_Headers), Middleware(TrustedHostMiddleware, allowed_hosts=list(hosts))]
    handlers: dict[Any, Any] = dict.fromkeys((SteppewiseError, HTTPException), _refused)

    @asynccontextmanager
    async def open_room(server: Starlette) -> AsyncIterator[None]:
        getting_ready = asyncio.create_task(room.get_ready())
        yield
        getting_ready.cancel()
        room.close()

    server = Starlette(routes=routes, middleware=middleware, exception_handlers=handlers, lifespan=open_room)
    server.router.redirect_slashes = False
    server.state.room = room
    return server


class _Headers:
    """Puts the same headers on every answer."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        async def sending(message: Message) -> None:
            if message["type"] == "http.response.start":
                own = [(name.encode(), value.encode()) for name, value in HEADERS.items()]
                message["headers"] = [*message.get("headers", []), *own]
            await send(message)

        await self._app(scope, receive, sending)


def _room(request: Request) -> Classroom:
    room: Classroom = request.app.state.room
    return room


async def _explore(request: Request) -> Response:
    return _page(request, EXPLORE)


async def _lesson(request: Request) -> Response:
    return _page(request, request.path_params["name"])


def _page(request: Request, name: str) -> Response:
    _known_page(request, name)
    return HTMLResponse(_room(request).written(name))


def _known_page(request: Request, name: str) -> Page:
    room = _room(request)
    if name not in room.names:
        raise HTTPException(404, f"there is no page '{shown(name)}' here; there are {', '.join(sorted(room.names))}")
    return room.page(name)


async def _grid(request: Request) -> Response:
    name = request.query_params.get("page", EXPLORE)
    _known_page(request, name)
    grid = _room(request).grid(name)
    return JSONResponse({"wait": True}, 202) if grid is None else Response(grid, media_type="application/json")


async def _run(request: Request) -> Response:
    raw = await _question(request)
    if raw.get("version") != __version__:
        raise HTTPException(409, f"this server is steppewise {__version__}; load the page again")
    name = raw.get("page")
    page = _known_page(request, name if isinstance(name, str) else "")
    ahead = raw.pop("ahead", False) is True
    try:
        vector = await _room(request).engine.answer(page, read_state(raw, page), ahead)
    except BusyError:
        if ahead:
            return Response(status_code=204)
        raise
    return Response(vector, media_type="application/octet-stream")


async def _question(request: Request) -> dict[str, Any]:
    """What was asked, as an object of at most LARGEST_BODY bytes."""
    body = bytearray()
    async for part in request.stream():
        body += part
        if len(body) > LARGEST_BODY:
            raise HTTPException(413, f"a question has at most {LARGEST_BODY:,} bytes")
    try:
        raw = json.loads(body)
    except (ValueError, RecursionError):
        raise HTTPException(400, "the question is not JSON") from None
    if not isinstance(raw, dict):
        raise HTTPException(400, "the question is not an object")
    return raw


async def _alive(request: Request) -> Response:
    return Response(status_code=204)


async def _refused(request: Request, error: SteppewiseError | HTTPException) -> Response:
    if isinstance(error, HTTPException):
        return JSONResponse({"error": error.detail}, error.status_code, dict(error.headers or {}))
    if isinstance(error, NoGridError):
        logging.getLogger("uvicorn.error").error("%s", error)
    words = "; ".join(str(problem) for problem in error.problems[:5])
    return JSONResponse({"error": words}, _STATUS.get(type(error), 400))
