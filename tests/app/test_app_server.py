"""The server of the classroom page: its answers, what it refuses, and many visitors at once."""

from __future__ import annotations

import asyncio
import json
import re
import socket
import threading
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from functools import cached_property
from http.client import HTTPConnection

import numpy as np
import pytest
import uvicorn
from starlette.testclient import TestClient

from steppewise import __version__
from steppewise.app import queue as engines
from steppewise.app.answer import answer, layout, run
from steppewise.app.classroom import EXPLORE, PageState
from steppewise.app.lesson import lesson_names
from steppewise.app.queue import MOST_WAITING, AnswerQueue, BusyError, Latest
from steppewise.app.server import HEADERS, LARGEST_BODY, Classroom, NoGridError, PageSource, application, grid_of
from steppewise.cli.serving import listening

WORLDS = 20
EXECUTION = "powers.japan.execution"
HERE = "http://127.0.0.1"


@pytest.fixture(scope="module")
def room() -> Classroom:
    return Classroom("baseline", WORLDS, 0, with_grids=False)


@pytest.fixture(scope="module")
def client(room: Classroom) -> Iterator[TestClient]:
    with TestClient(application(room), base_url=HERE, follow_redirects=False) as client:
        yield client


@pytest.fixture(scope="module")
def question(room: Classroom) -> dict:
    opening = room.page(EXPLORE).opening
    return {
        "version": __version__,
        "page": EXPLORE,
        "scenario": opening.scenario,
        "uncertainty": opening.uncertainty,
        "seed": opening.seed,
        "values": dict(opening.values),
    }


def with_value(question: dict, value: object, name: str = EXECUTION) -> dict:
    return {**question, "values": {**question["values"], name: value}}


def expected(room: Classroom, question: dict) -> np.ndarray:
    """What the engine says, asked directly."""
    page = room.page(question["page"])
    state = PageState(question["scenario"], question["uncertainty"], question["seed"], question["values"])
    return answer(run(page, [state])[0], run(page, [page.opening_of(state.seed)])[0])


# pages ------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("path", ["/", *(f"/lesson/{name}" for name in lesson_names())])
def test_every_page_opens(client, path):
    found = client.get(path)
    assert found.status_code == 200
    assert found.headers["content-type"] == "text/html; charset=utf-8"
    assert found.text.startswith("<!doctype html>")
    assert client.head(path).status_code == 200


def test_a_page_is_written_once(room):
    first = room.written(EXPLORE)
    assert first.startswith("<!doctype html>")
    assert room.written(EXPLORE) is first


def test_headers_stand_on_every_answer(client, question):
    answers = [
        client.get("/"),
        client.get("/alive"),
        client.get("/nothing"),
        client.get("/run"),
        client.post("/run", json=question),
        client.post("/run", content=b"{"),
        client.get("/grid"),
        client.get("/", headers={"host": "evil.example"}),
    ]
    assert [found.status_code for found in answers] == [200, 204, 404, 405, 200, 400, 202, 400]
    for found in answers:
        for name, value in HEADERS.items():
            assert found.headers[name] == value
        assert "server" not in found.headers
    policy = HEADERS["content-security-policy"]
    assert "frame-ancestors 'none'" in policy
    assert "unsafe" not in policy
    assert "*" not in policy


@pytest.mark.parametrize(
    "path",
    [
        "/index.html",
        "/static/main.js",
        "/lesson/",
        "/lesson/nothing",
        "/lesson/../run",
        "/lesson/..%2f..%2fetc%2fpasswd",
        "/../../etc/passwd",
        "/lesson/trust-and-delivery/",
        "/lesson/trust-and-delivery.md",
        "/lesson/explore/x",
        "/docs",
        "//evil.example/",
    ],
)
def test_other_paths_are_not_there(client, path):
    found = client.get(HERE + path) if path.startswith("//") else client.get(path)
    assert found.status_code in (404, 405)
    assert found.json()["error"]


def test_an_unknown_page_is_told_with_those_there_are(client):
    told = client.get("/lesson/trust").json()["error"]
    assert told.startswith("there is no page 'trust' here; there are ")
    assert "trust-and-delivery" in told


def test_other_names_of_the_server_are_refused(client):
    for host in ("evil.example", "127.0.0.1.evil.example", ""):
        assert client.get("/", headers={"host": host}).status_code == 400
    for host in ("localhost:8800", "127.0.0.1:1"):
        assert client.get("/alive", headers={"host": host}).status_code == 204


# answers ----------------------------------------------------------------------------------------------------


def test_an_answer_is_the_engine_s(client, room, question):
    for asked in (question, with_value(question, 0.9), {**with_value(question, 1), "seed": 4, "uncertainty": "none"}):
        found = client.post("/run", json=asked)
        assert found.status_code == 200
        assert found.headers["content-type"] == "application/octet-stream"
        vector = np.frombuffer(found.content, "<f4")
        assert len(vector) == sum(block.size for block in layout(room.page(EXPLORE)))
        np.testing.assert_array_equal(vector, expected(room, asked))


def test_a_lesson_is_answered_on_its_own_page(client, room):
    page = room.page("trust-and-delivery")
    opening = page.opening
    asked = {**vars(opening), "values": dict(opening.values), "version": __version__, "page": page.name}
    np.testing.assert_array_equal(np.frombuffer(client.post("/run", json=asked).content, "<f4"), expected(room, asked))


NOT_JSON = (b"", b"{", b"\xff\xfe", b"[" * 4000, b"{'a': 1}", b'{"seed":' + b"1" * 5000 + b"}")


@pytest.mark.parametrize("body", NOT_JSON, ids=lambda body: repr(body[:9]))
def test_what_is_no_json(client, body):
    found = client.post("/run", content=body)
    assert (found.status_code, found.json()) == (400, {"error": "the question is not JSON"})


@pytest.mark.parametrize("body", [b"[]", b"1", b"null", b'"a"', b"NaN", b"true"])
def test_what_is_no_object(client, body):
    found = client.post("/run", content=body)
    assert (found.status_code, found.json()) == (400, {"error": "the question is not an object"})


NUMBERS = ("NaN", "Infinity", "-Infinity", "1e999", "9" * 400, "1.01", "-0.01", "true", "null", '"1"', "[1]", "{}")


@pytest.mark.parametrize("number", NUMBERS, ids=lambda number: number[:9])
def test_a_value_that_is_none(client, question, number):
    body = json.dumps(with_value(question, "HERE")).replace('"HERE"', number)
    found = client.post("/run", content=body)
    assert found.status_code == 400
    assert found.json()["error"].startswith(f"{EXECUTION}: ")
    assert len(found.json()["error"]) < 200


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"scenario": "basline"}, "scenario: 'basline' is not known here"),
        ({"scenario": None}, "scenario: 'nothing' is not known here"),
        ({"scenario": ["baseline"]}, "scenario: "),
        ({"scenario": "south-korea-joins"}, "scenario: 'south-korea-joins' is not known here"),
        ({"scenario": "../../etc/passwd"}, "scenario: '../../etc/passwd' is not known here"),
        ({"scenario": "\ud800"}, "scenario: "),
        ({"uncertainty": "all"}, "uncertainty: 'all' is not known here"),
        ({"uncertainty": {}}, "uncertainty: "),
        ({"seed": -1}, "seed: -1 is no seed"),
        ({"seed": 1.5}, "seed: 1.5 is no seed"),
        ({"seed": True}, "seed: true is no seed"),
        ({"seed": 10**300}, "seed: 1000"),
        ({"seed": None}, "seed: nothing is no seed"),
        ({"values": []}, "values: is not an object"),
        ({"values": None}, "values: is not an object"),
        ({"values": {}}, "values: 'powers.japan.effort' is missing"),
        ({"further": 1}, "there is no key 'further'"),
        ({"\ud800": 1}, "there is no key '"),
        ({"sead": 1}, "Did you mean 'seed'?"),
    ],
)
def test_a_question_with_something_wrong(client, question, change, words):
    body = json.dumps({**question, **change})
    found = client.post("/run", content=body)
    assert found.status_code == 400
    assert words in found.json()["error"]
    assert "\n" not in found.json()["error"]


@pytest.mark.parametrize(
    "name", ["powers.japan.exekution", "powers.*.execution", "", "\ud800", "x" * 3000, "__class__"]
)
def test_a_lever_that_does_not_exist(client, question, name):
    found = client.post("/run", content=json.dumps(with_value(question, 1, name)))
    assert found.status_code == 400
    assert found.json()["error"].startswith("there is no lever '")
    assert len(found.json()["error"]) < 300


@pytest.mark.parametrize("missing", ["scenario", "uncertainty", "seed", "values"])
def test_a_question_without_something(client, question, missing):
    found = client.post("/run", json={key: value for key, value in question.items() if key != missing})
    assert found.status_code == 400
    assert found.json()["error"].startswith(missing)


@pytest.mark.parametrize("page", ["nothing", "\ud800", "../baseline", 1, None, ["explore"], {}])
def test_a_page_that_does_not_exist(client, question, page):
    found = client.post("/run", content=json.dumps({**question, "page": page}))
    assert found.status_code == 404
    assert found.json()["error"].startswith("there is no page '")


@pytest.mark.parametrize("version", ["0.0.9", None, 1, [], "\ud800"])
def test_another_version_is_told_to_load_anew(client, question, version):
    found = client.post("/run", content=json.dumps({**question, "version": version}))
    assert found.status_code == 409
    assert found.json() == {"error": f"this server is steppewise {__version__}; load the page again"}


def test_a_question_is_short(client, question):
    long = json.dumps({**question, "scenario": "x" * LARGEST_BODY})
    assert client.post("/run", content=long).status_code == 413
    chunks = client.post("/run", content=(b"x" * 1000 for _ in range(100)))
    assert chunks.status_code == 413
    assert chunks.json() == {"error": "a question has at most 8,000 bytes"}


def test_deep_nesting_is_no_question(client, question):
    body = json.dumps(with_value(question, "HERE")).replace('"HERE"', "[" * 3000 + "]" * 3000)
    found = client.post("/run", content=body)
    assert found.status_code == 400


@pytest.mark.parametrize("method", ["GET", "PUT", "DELETE", "PATCH", "OPTIONS"])
def test_questions_are_posted(client, method):
    found = client.request(method, "/run")
    assert found.status_code == 405
    assert found.json()["error"]
    assert client.post("/").status_code == 405


# many visitors ----------------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def served() -> Iterator[tuple[Classroom, int]]:
    """A real server in a thread, at a port of its own."""
    room = Classroom("baseline", WORLDS, 0, with_grids=False)
    listener = listening(0)
    server = uvicorn.Server(uvicorn.Config(application(room), log_level="error", access_log=False))
    thread = threading.Thread(target=server.run, kwargs={"sockets": [listener]})
    thread.start()
    while not server.started:
        time.sleep(0.01)
    yield room, listener.getsockname()[1]
    server.should_exit = True
    thread.join(20)
    assert not thread.is_alive()


def ask(port: int, question: dict) -> tuple[int, bytes]:
    connection = HTTPConnection("127.0.0.1", port, timeout=60)
    connection.request("POST", "/run", json.dumps(question), {"content-type": "application/json"})
    response = connection.getresponse()
    found = response.status, response.read()
    connection.close()
    return found


def test_no_part_of_an_answer_waits_for_an_acknowledgement():
    """Without this option the body of an answer follows its headers 40 ms late at some clients."""

    async def option_of_a_visit() -> int:
        found: asyncio.Future[int] = asyncio.get_running_loop().create_future()

        async def visited(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
            visit = writer.get_extra_info("socket")
            found.set_result(visit.getsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY))
            writer.close()
            await writer.wait_closed()

        listener = listening(0)
        async with await asyncio.start_server(visited, sock=listener):
            _, writer = await asyncio.open_connection(*listener.getsockname())
            option = await found
            writer.close()
            await writer.wait_closed()
        return option

    assert asyncio.run(option_of_a_visit()) != 0


def test_twenty_equal_questions_are_computed_once(served, question):
    room, port = served
    before = room.engine.computed
    with ThreadPoolExecutor(20) as visitors:
        found = list(visitors.map(lambda _: ask(port, with_value(question, 0.83)), range(20)))
    assert room.engine.computed == before + 1
    assert {status for status, _ in found} == {200}
    assert len({body for _, body in found}) == 1


def test_twenty_visitors_get_their_own_answers(served, question):
    room, port = served
    asked = [{**with_value(question, number / 20), "seed": number % 2} for number in range(20)]
    with ThreadPoolExecutor(20) as visitors:
        found = list(visitors.map(lambda one: ask(port, one), asked))
    for one, (status, body) in zip(asked, found, strict=True):
        assert status == 200
        np.testing.assert_array_equal(np.frombuffer(body, "<f4"), expected(room, one))


def test_who_leaves_takes_no_answer_from_others(served, question):
    room, port = served
    asked = with_value(question, 0.4321)
    left = socket.create_connection(("127.0.0.1", port))
    body = json.dumps(asked).encode()
    left.sendall(b"POST /run HTTP/1.1\r\nhost: localhost\r\ncontent-length: %d\r\n\r\n" % len(body) + body)
    left.close()
    status, found = ask(port, asked)
    assert status == 200
    np.testing.assert_array_equal(np.frombuffer(found, "<f4"), expected(room, asked))


# the engine -------------------------------------------------------------------------------------------------


def states(room: Classroom, count: int) -> list[PageState]:
    opening = room.page(EXPLORE).opening
    values = [{**opening.values, EXECUTION: number / count} for number in range(count)]
    return [PageState(opening.scenario, opening.uncertainty, opening.seed, one) for one in values]


def test_too_many_questions_are_turned_away(room):
    page, engine = room.page(EXPLORE), AnswerQueue()

    async def crowd() -> list[bytes | BaseException]:
        asked = [engine.answer(page, state) for state in states(room, MOST_WAITING + 3)]
        return await asyncio.gather(*asked, return_exceptions=True)

    found = asyncio.run(crowd())
    assert all(isinstance(one, bytes) for one in found[:MOST_WAITING])
    assert [type(one) for one in found[MOST_WAITING:]] == [BusyError] * 3
    assert engine.computed == MOST_WAITING

    async def again() -> bytes:
        return await engine.answer(page, states(room, MOST_WAITING + 3)[-1])

    assert asyncio.run(again()), "later there is room again"


def test_what_is_asked_ahead_waits_for_nobody_s_turn(room):
    page, engine = room.page(EXPLORE), AnswerQueue()
    one, other, third = states(room, 3)

    async def two() -> list[bytes | BaseException]:
        asked = [engine.answer(page, one), engine.answer(page, other, ahead=True)]
        return await asyncio.gather(*asked, return_exceptions=True)

    in_earnest, ahead = asyncio.run(two())
    assert isinstance(in_earnest, bytes)
    assert isinstance(ahead, BusyError)
    assert isinstance(asyncio.run(engine.answer(page, third, ahead=True)), bytes), "nobody waits now"
    assert engine.computed == 2


def test_an_answer_is_kept(room):
    page, engine = room.page(EXPLORE), AnswerQueue()
    (state,) = states(room, 1)
    first, second = (asyncio.run(engine.answer(page, state)) for _ in range(2))
    assert first == second
    assert engine.computed == 1


def test_a_question_asked_ahead_is_answered_or_left(client, room, question):
    found = client.post("/run", json={**with_value(question, 0.111), "ahead": True})
    assert found.status_code == 200
    room.engine._asked["somebody"] = None
    try:
        assert client.post("/run", json={**with_value(question, 0.222), "ahead": True}).status_code == 204
        assert client.post("/run", json={**with_value(question, 0.111), "ahead": True}).content == found.content
    finally:
        del room.engine._asked["somebody"]


def test_only_so_many_are_kept():
    kept, made = Latest[int, int](3), []

    def make(key: int) -> int:
        return kept.made(key, lambda: made.append(key) or key)

    for key in (1, 2, 3, 1, 4, 1, 2):
        assert make(key) == key
    assert made == [1, 2, 3, 4, 2]
    assert len(kept) == 3
    assert kept.get(3) is None
    assert engines.KEPT_ANSWERS < 1000


# grids ------------------------------------------------------------------------------------------------------


def test_a_grid_of_no_page(client):
    assert client.get("/grid?page=nothing").status_code == 404
    assert client.get("/grid").json() == {"wait": True}


class Gated(Classroom):
    """A classroom whose grids wait, at every step, until its gate is open."""

    @cached_property
    def gate(self) -> threading.Event:
        return threading.Event()

    def _going_on(self, positions: int) -> None:
        assert self.gate.wait(timeout=120)
        super()._going_on(positions)


def test_grids_are_built_beside_one_after_the_other_and_then_there():
    room = Gated("baseline", WORLDS, 0)
    names = (EXPLORE, lesson_names()[0])
    with TestClient(application(room), base_url=HERE) as client:
        for name in names:
            first = client.get(f"/grid?page={name}")
            assert (first.status_code, first.json()) == (202, {"wait": True})
        assert client.get("/").status_code == 200, "pages open meanwhile"
        room.gate.set()
        for name in names:
            built = room._grids[name].result(timeout=120)
            found = client.get(f"/grid?page={name}")
            assert (found.status_code, found.text) == (200, built)
            assert built == grid_of(PageSource(name, "baseline", WORLDS, 0)), "whatever else was at work"
            data = found.json()
            assert [axis["name"] for axis in data["axes"]][:2] == ["scenario", "uncertainty"]
            assert data["worlds"] == WORLDS
            assert data["size"] == sum(block.size for block in layout(room.page(name)))


def test_a_grid_is_broken_off_when_the_room_is_closed():
    """So nobody waits for it who ends the server."""
    room = Gated("baseline", WORLDS, 0)
    names = (EXPLORE, lesson_names()[0])
    assert [room.grid(name) for name in names] == [None, None]
    room.close()
    room.gate.set()
    assert isinstance(room._grids[EXPLORE].exception(timeout=120), NoGridError)
    with pytest.raises(NoGridError, match="the classroom is closed"):
        room.grid(EXPLORE)
    assert room._grids[names[1]].cancelled(), "and no other is begun"


def test_a_grid_that_cannot_be_built_says_why(tmp_path, caplog):
    path = tmp_path / "own.yaml"
    path.write_text("name: own\ntitle: Own\nextends: baseline\n")
    room = Classroom(str(path), WORLDS, 0)
    with TestClient(application(room), base_url=HERE) as client:
        assert client.get("/").status_code == 200
        path.unlink()
        client.get("/grid")
        room._grids[EXPLORE].exception(timeout=120)
        found = client.get("/grid")
    assert found.status_code == 500
    assert re.fullmatch(
        r"the grid of this page cannot be built \(SteppewiseError: .*own\.yaml.*\); the engine answers all the same",
        found.json()["error"],
    )
    assert found.json()["error"] in caplog.text
