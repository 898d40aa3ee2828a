"""Evidence and scenario files read as docs/odd.md says (element 6), by nothing of steppewise."""

from collections import Counter
from itertools import combinations

import numpy as np
import yaml
from tests.oracle.rebuilt_from_odd import Story
from tests.oracle.rebuilt_rules import INSTRUMENTS

KINDS = {
    "visit": ("outcome", {"level": "leader", "blame": "high"}),
    "package": ("amount", {"over": 5, "mix": None, "execution": None, "people": False}),
    "labour_pathway": ("amount", {"over": 5, "mix": None, "execution": None, "people": True}),
    "pressure": ("strength", {"over": 1}),
    "budget": ("factor", {"over": None}),
    "trade_shock": ("factor", {"over": 1}),
    "remittance_shock": ("factor", {"over": 1}),
    "resource_price": ("factor", {"to": "all", "over": 1}),
    "security_crisis": ("factor", {"over": 1}),
    "alliance": ("change", {"strength": "low"}),
    "corridor": ("amount", {}),
    "format": ("change", {}),
    "membership": ("change", {}),
    "set": ("values", {}),
}
"""The key of each kind of event: what its value is called, and the defaults of the others (6.4)."""


def load(path):
    """A YAML file."""
    return yaml.safe_load(path.read_text(encoding="utf-8"))


def number(quarter):
    """2.2: 2025Q3 as a number."""
    return int(quarter[:4]) * 4 + int(quarter[5]) - 1


def by_year(first, values):
    """6.5: a record by year; a year that lacks between two others is bridged at a constant rate."""
    known = {first + place: float(value) for place, value in enumerate(values) if value is not None}
    years = range(min(known), max(known) + 1)
    logs = np.interp(years, list(known), np.log(list(known.values())))
    return {year: known.get(year, float(np.exp(log))) for year, log in zip(years, logs, strict=True)}


class Reader:
    """Reads the evidence once, then scenarios."""

    def __init__(self, evidence):
        self.levels = load(evidence / "rubric.yaml")
        self.powers, self.states, self.evidence = {}, {}, {}
        kinds = load(evidence / "definitions.yaml").items()
        usual = {kind: {key: row["usual"] for key, row in rows.items() if "usual" in row} for kind, rows in kinds}
        for kind, found in (("powers", self.powers), ("states", self.states)):
            files = [load(path) for path in (evidence / kind).glob("*.yaml")]
            for data in sorted(files, key=lambda data: data["order"]):
                found[data["name"]] = data
                self.take(f"{kind}.{data['name']}", usual[kind.removesuffix("s")] | data["parameters"])
                for state, rows in data.get("ties", {}).items():
                    self.take(f"ties.{data['name']}.{state}", usual["tie"] | rows)
        for first, rows in load(evidence / "links.yaml").items():
            for second, row in rows.items():
                self.take(f"links.{first}.{second}", usual["link"] | row)
        self.take("world", usual["world"] | load(evidence / "world.yaml")["parameters"])
        tables = load(evidence / "records.yaml")
        self.records = {(kind, name): by_year(**row) for kind in tables for name, row in tables[kind]["by"].items()}

    def take(self, prefix, rows):
        """Nested keys stand for dots; what holds mappings only is a group (6.1)."""
        for key, row in rows.items():
            if all(isinstance(part, dict) for part in row.values()):
                self.take(f"{prefix}.{key}", row)
            else:
                level = self.levels[row["level"]] if "level" in row else row
                self.evidence[f"{prefix}.{key}"] = (float(level["value"]), *map(float, level["range"]))

    def story(self, path):
        """6.2: a scenario and all that it extends."""
        layers = [load(path)]
        while "extends" in layers[0]:
            name = layers[0]["extends"]
            layers.insert(0, load(path.with_name(name if name.endswith(".yaml") else f"{name}.yaml")))
        cast = {kind: [n for n, d in who.items() if not d.get("optional")] for kind, who in self.known().items()}
        self.added, self.pool, self.past = {"power": [], "state": []}, dict(self.evidence), dict(self.records)
        off, dates, events, structure = set(), {}, [], {}
        for layer in layers:
            self.apply_actors(layer.get("actors") or {}, cast)
            self.pool.update(self.settings(layer.get("set") or {}, self.names(cast)))
            for mechanism, switch in (layer.get("mechanisms") or {}).items():
                (off.discard if switch else off.add)(mechanism)
            dates |= {key: number(layer[key]) for key in ("start", "end") if key in layer}
            structure |= layer.get("structure") or {}
            kept = events if layer.get("inherit_events", True) else []
            events = [*kept, *(layer.get("events") or [])]
        powers, states = tuple(cast["power"]), tuple(cast["state"])
        parameters = {name: self.pool[name] for name in self.names(cast)}
        told = tuple(self.told(events, states, parameters))
        records = {(kind, name): row for (kind, name), row in self.past.items() if name in (*powers, *states)}
        dates = (dates["start"], dates["end"])
        return Story(powers, states, *dates, parameters, told, frozenset(off), structure, records)

    def known(self):
        """The actors of the evidence by kind."""
        return {"power": self.powers, "state": self.states}

    def names(self, cast):
        """The parameters of those who take part."""
        links = {frozenset(pair) for pair in combinations(cast["state"], 2)}
        holds = {
            "powers": lambda owner: owner[0] in cast["power"],
            "states": lambda owner: owner[0] in cast["state"],
            "ties": lambda owner: owner[0] in cast["power"] and owner[1] in cast["state"],
            "links": lambda owner: frozenset(owner[:2]) in links,
            "world": lambda owner: True,
        }
        return [name for name in self.pool if holds[name.split(".")[0]](name.split(".")[1:3])]

    def apply_actors(self, actors, cast):
        """6.2: actors come in and leave."""
        for entry in actors.get("add") or []:
            if isinstance(entry, dict):
                self.invent(entry)
                cast[entry["kind"]].append(entry["name"])
                continue
            for kind, who in self.known().items():
                order = [*who, *self.added[kind]]
                if entry in order:
                    cast[kind] = [name for name in order if name in (*cast[kind], entry)]
        for name in actors.get("remove") or []:
            for names in cast.values():
                names[:] = [other for other in names if other != name]

    def invent(self, entry):
        """A new actor like another one."""
        like, name = entry["like"], entry["name"]
        old = dict(self.pool)
        self.past |= {(kind, name): row for (kind, owner), row in self.past.items() if owner == like}
        for known, value in old.items():
            parts = known.split(".")
            if parts[0] != "links" and like in parts[1:3]:
                self.pool[".".join(name if part == like else part for part in parts)] = value
        if entry["kind"] == "state":
            links = {known: value for known, value in old.items() if known.endswith(".cooperation") and like in known}
            mean = tuple(sum(value[i] for value in links.values()) / len(links) for i in range(3))
            for state in [*self.states, *self.added["state"]]:
                border = float(state in entry.get("borders", ()))
                pair = [key for key in links if {like, state} == set(key.split(".")[1:3])]
                self.pool[f"links.{state}.{name}.border"] = (border,) * 3
                self.pool[f"links.{state}.{name}.cooperation"] = links[pair[0]] if pair else mean
        self.added[entry["kind"]].append(name)

    def settings(self, rows, names):
        """6.2: parameters by pattern; the one with the fewest wildcards counts."""
        found = {}
        for pattern in sorted(rows, key=lambda pattern: -pattern.split(".").count("*")):
            for name in names:
                parts = name.split(".")
                turned = [parts[0], *parts[2:0:-1], *parts[3:]] if parts[0] == "links" else parts
                if any(fits(pattern.split("."), wanted) for wanted in (parts, turned)):
                    found[name] = self.numbers(rows[pattern])
        return found

    def numbers(self, row):
        """Value, low and high of what a scenario says of a parameter."""
        row = row if isinstance(row, dict) else {"value": row}
        value, level = row.get("value"), self.levels.get(row.get("value"))
        if "low" in row:
            low, high = float(row["low"]), float(row["high"])
            value = (low + high) / 2 if value is None else level["value"] if level else value
            return float(value), low, high
        return (level["value"], *level["range"]) if level else (float(value),) * 3

    def told(self, events, states, parameters):
        """6.3 and 6.4: events with labels and defaults."""
        counts = Counter()
        for row in events:
            kind = next(kind for kind in KINDS if kind in row)
            called, defaults = KINDS[kind]
            event = {"at": number(row["at"]), "probability": row.get("probability", 1.0), "by": None, **defaults}
            event |= {key: value for key, value in row.items() if key not in ("at", "note", kind)}
            event |= {called: row[kind], "kind": "package" if kind == "labour_pathway" else kind}
            written = [event["to"]] if event.get("to") == "all" else [s for s in states if s in event.get("to", ())]
            if kind == "corridor":
                written = event["to"] = row["along"]
            elif "to" in event:
                event["to"] = states if event["to"] == "all" else written
            if kind == "set":
                written = sorted(row["set"])
                event["values"] = {name: new[0] for name, new in self.settings(row["set"], parameters).items()}
            stem = f"{kind}/{event['by'] or '-'}/{'+'.join(written) or '-'}"
            counts[stem] += 1
            yield self.in_numbers({**event, "label": f"{stem}/{counts[stem]}"})

    def in_numbers(self, event):
        """Levels become numbers, a mix a list of weights."""
        if isinstance(event.get("mix"), dict):
            event["mix"] = [event["mix"].get(name, 0.0) for name in INSTRUMENTS]
        words = {key: event[key] for key in ("blame", "strength", "execution") if isinstance(event.get(key), str)}
        values = {key: 0.0 if word == "none" else self.levels[word]["value"] for key, word in words.items()}
        return {**event, **values}


def fits(pattern, name):
    """A pattern hits a name, `*` standing for any one part."""
    return len(pattern) == len(name) and all(a in ("*", b) for a, b in zip(pattern, name, strict=True))
