"""The page as a file: nothing from outside, nothing that could become code, and every word in its place."""

from __future__ import annotations

import base64
import json
import re
from functools import cache
from hashlib import sha256
from html.parser import HTMLParser

import pytest
from markupsafe import escape

from steppewise import __version__
from steppewise.app.answer import layout
from steppewise.app.classroom import Page, free_page, lesson_page
from steppewise.app.lesson import lesson, lessons
from steppewise.app.outlines import outlines
from steppewise.app.render import HERE, MODULES, page_data, policy, rendered, script_text, style_text, texts
from steppewise.scenario.resolve import load_scenario

WORLDS = 20
NAME = re.compile(r"^(?:export )?(?:async )?(?:function\*?|class|const|let|var) +([A-Za-z_$][\w$]*)", re.MULTILINE)
FROM = re.compile(r'^import ([^;]*) from "\./(\w+)\.js";$', re.MULTILINE)


class Elements(HTMLParser):
    """The elements of a page: (tag, attributes, text) of scripts and styles, attributes of the rest."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.found: list[list] = []
        self.open = False
        self.feed(text)
        self.close()

    def handle_starttag(self, tag, attrs):
        self.found.append([tag, dict(attrs), ""])
        self.open = True

    def handle_endtag(self, tag):
        self.open = False

    def handle_data(self, data):
        if self.open:
            self.found[-1][2] += data

    def __call__(self, tag: str) -> list[tuple[dict, str]]:
        return [(attributes, text) for name, attributes, text in self.found if name == tag]


@cache
def page() -> Page:
    return free_page("baseline", WORLDS)


@cache
def source(name: str) -> str:
    return (HERE / "static" / f"{name}.js").read_text(encoding="utf-8")


def html(feed: str = "live", of: Page | None = None) -> str:
    return rendered(of or page(), feed, None, lessons())


def data_in(text: str) -> dict:
    (found,) = [words for attributes, words in Elements(text)("script") if attributes.get("id") == "data"]
    return json.loads(found)


# what a browser lets through --------------------------------------------------------------------------------


@pytest.mark.parametrize("feed", ["live", "file"])
def test_the_policy_names_the_very_script_and_style_of_the_page(feed):
    elements = Elements(html(feed))
    (meta,) = [attributes for attributes, _ in elements("meta") if "http-equiv" in attributes]
    rules = dict(rule.strip().split(" ", 1) for rule in meta["content"].split(";"))
    scripts = [text for attributes, text in elements("script") if attributes.get("type") == "module"]
    styles = [text for _, text in elements("style")]
    for directive, (text,) in (("script-src", scripts), ("style-src", styles)):
        digest = base64.b64encode(sha256(text.encode()).digest()).decode()
        assert rules[directive] == f"'sha256-{digest}'"
    assert rules["default-src"] == "'none'"
    assert rules["connect-src"] == ("'self'" if feed == "live" else "'none'")
    assert "unsafe" not in meta["content"]
    assert meta["content"] == policy(feed)


@pytest.mark.parametrize("feed", ["live", "file"])
def test_the_page_asks_for_nothing(feed):
    text = html(feed)
    addresses = set(re.findall(r"(?:https?|wss?|ftp)://[^\s\"'<>)\\]+", text))
    sources = {url for one in page().sliders.values() for url in re.findall(r"https?://[^\s\"')]+", one.source)}
    assert addresses - sources <= {"http://www.w3.org/2000/svg"}
    assert not re.search(r"url\((?!#)|@import|\bimport\(|\beval\(|new Function", style_text() + script_text())
    for tag, attributes, _ in Elements(text).found:
        assert not {name for name in attributes if name.startswith("on")}, tag
        assert "style" not in attributes, tag
        assert "src" not in attributes, tag
        assert attributes.get("href", "#").startswith(("#", "data:,")), tag


def test_a_text_cannot_end_its_element_or_become_code(tmp_path):
    file = tmp_path / "evil.yaml"
    evil = "</script><script>alert(1)</script><!--<script>&amp;\u2028'"
    words = json.dumps(evil)
    file.write_text(
        f"name: evil\ntitle: {words}\nquestion: {words}\nlook_for: {words}\nextends: baseline\n", encoding="utf-8"
    )
    own = free_page(str(file), WORLDS)
    text = html("live", own)
    assert len(Elements(text)("script")) == 2
    assert evil not in text
    assert data_in(text)["page"]["title"] == evil
    assert data_in(text)["page"]["scenarios"][0]["question"] == evil
    assert f"<h1>{escape(evil)}</h1>" in text


def test_only_prose_of_lessons_becomes_markup():
    for name in MODULES:
        made = re.findall(r"innerHTML|outerHTML|insertAdjacentHTML|document\.write", source(name))
        assert made == (["innerHTML"] if name == "dom" else []), name


# words ------------------------------------------------------------------------------------------------------


def keys_of_modules() -> tuple[set[str], set[str]]:
    """Keys that modules say as they are, and patterns of those that they put together."""
    text = script_text()
    plain = set(re.findall(r'\bsay\(\s*"([^"]+)"', text))
    made = {re.sub(r"\$\{[^}]*\}", "(.+)", key) for key in re.findall(r"\bsay\(\s*`([^`]+)`", text)}
    return plain, made


def test_every_text_that_the_page_says_is_there():
    plain, made = keys_of_modules()
    known = set(texts())
    assert len(plain) > 50
    assert plain <= known
    for pattern in made:
        assert [key for key in known if re.fullmatch(pattern, key)], pattern
    template = (HERE / "page.html").read_text(encoding="utf-8")
    assert set(re.findall(r"texts\[[\"']([\w-]+)[\"']\]", template)) <= known
    for word in page().uncertainties:
        assert f"uncertainty-{word}" in known
    for word in ("stated", "coded", "external", "assumed"):
        assert f"class-{word}" in known
    for word in ("trust", "ties", "leverage", "others"):
        assert f"channel-{word}" in known


def test_every_text_is_used():
    plain, made = keys_of_modules()
    quoted = set(re.findall(r'["`]([a-z][\w-]*)["`]', script_text()))
    template = (HERE / "page.html").read_text(encoding="utf-8")
    said = plain | quoted | set(re.findall(r"texts\[[\"']([\w-]+)[\"']\]", template)) | {"language"}
    patterns = [pattern for pattern in made if pattern.strip("(.+)")]
    unused = {
        key
        for key in texts()
        if key not in said
        and not key.startswith("limit-")
        and not any(re.fullmatch(pattern, key) for pattern in patterns)
        and key.removesuffix("-hint") not in said
    }
    assert not unused


def test_no_text_is_empty_or_has_markup():
    for key, words in texts().items():
        assert words.strip() == words != "", key
        assert "<" not in words, key
        assert not re.search(r"\bforecasts? that\b|will certainly", words), key


# modules ----------------------------------------------------------------------------------------------------


def test_modules_are_the_files_there_are_each_built_on_those_before():
    assert sorted(MODULES) == sorted(path.stem for path in (HERE / "static").glob("*"))
    for number, name in enumerate(MODULES):
        text = source(name)
        imports = FROM.findall(text)
        assert len(imports) == len(re.findall(r"^\s*import\b", text, re.MULTILINE)), name
        for names, module in imports:
            assert module in MODULES[:number], f"{name} imports {module}"
            assert " as " not in names, name
            wanted = {word.strip() for word in names.strip("{} \n").split(",") if word.strip()}
            exported = set(
                re.findall(r"^export (?:async )?(?:function|class|const) (\w+)", source(module), re.MULTILINE)
            )
            assert wanted <= exported, f"{name} from {module}"
    assert not re.search(r"^(import|export)\b", script_text(), re.MULTILINE)


def test_no_two_modules_give_one_name():
    owner: dict[str, str] = {}
    for name in MODULES:
        found = NAME.findall(source(name))
        assert found, name
        for one in found:
            assert owner.setdefault(one, name) == name, f"{one} in {owner[one]} and {name}"


# data -------------------------------------------------------------------------------------------------------


def test_the_data_of_the_live_page():
    data = data_in(html("live"))
    assert (data["version"], data["feed"], data["grid"]) == (__version__, "live", None)
    assert [one["name"] for one in data["page"]["more"]] == [one.name for one in page().more]
    assert len(data["page"]["more"]) > 10
    assert [one["name"] for one in data["lessons"]] == [one.name for one in lessons()]
    assert data["layout"] == [{"name": block.name, "shape": list(block.shape)} for block in layout(page())]
    assert [power["name"] for power in data["powers"]] == list(page().spec.power_names)
    assert data["quarters"] == [str(quarter) for quarter in page().spec.quarters]
    assert {"name", "label", "low", "high", "step", "value", "evidence"} <= set(data["page"]["levers"][0])


def test_a_file_has_no_levers_that_need_a_server():
    data = data_in(html("file"))
    assert data["feed"] == "file"
    assert data["page"]["more"] == []
    assert [one["name"] for one in data["page"]["levers"]] == [one.name for one in page().levers]


def test_a_lesson_is_in_its_page():
    own = lesson("hedging-between-powers")
    data = page_data(lesson_page(own, WORLDS), "file", None, ())["page"]
    assert data["lesson"]["name"] == own.name
    assert len(data["lesson"]["steps"]) == len(own.steps)
    levers = {one["name"] for one in data["levers"]}
    for step in data["lesson"]["steps"]:
        assert set(step["set"]["values"] if step["set"] else ()) <= levers


def test_the_map_has_every_state_within_its_frame():
    found = outlines(load_scenario("baseline"))
    assert [one["name"] for one in found["states"]] == list(load_scenario("baseline").state_names)
    for one in found["states"]:
        assert re.fullmatch(r"(M-?\d+ -?\d+(L-?\d+ -?\d+)+Z)+", one["path"])
        numbers = list(map(int, re.findall(r"-?\d+", one["path"])))
        assert 0 <= min(numbers[::2]) <= max(numbers[::2]) <= found["width"]
        assert 0 <= min(numbers[1::2]) <= max(numbers[1::2]) <= found["height"]
        assert 0 < one["at"][0] < found["width"]
        assert 0 < one["at"][1] < found["height"]
