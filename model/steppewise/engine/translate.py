"""The model's functions in C++, each world a lane of the processor's registers: the same source, the same bits.

What it can say is what `world/` is written in: assignments to local names and to numbers of the world, `for` over a
range, `if` on what is the same in all worlds, `a if c else b` on what is not, arithmetic, `min`, `max`, `abs`, and
calls of other functions of the model.
"""

from __future__ import annotations

import ast
import inspect
import textwrap
from functools import cache
from types import FunctionType, ModuleType
from typing import Any, Final

from steppewise.engine.syntax import UntranslatableError, syntax_of, whole_names
from steppewise.world import layout
from steppewise.world.layout import FIELDS, OWNERS, PARAMETERS, PLAN, STATE, STREAMS, SWITCHES

BROUGHT: Final = frozenset({"split", "power_of_two", "root", "words", "number", "multiplied"})
"""Functions of `world.mathematics` that lanes.h brings."""

RENAMED: Final = {"min": "smaller", "max": "larger", "abs": "magnitude"}
OPERATORS: Final[dict[type[ast.AST], str]] = {
    **{ast.Add: "+", ast.Sub: "-", ast.Mult: "*"},
    **{ast.RShift: ">>", ast.LShift: "<<", ast.BitAnd: "&", ast.BitOr: "|", ast.BitXor: "^"},
    **{ast.Lt: "<", ast.LtE: "<=", ast.Gt: ">", ast.GtE: ">=", ast.Eq: "==", ast.NotEq: "!="},
}
RECORDS: Final = {"": "of_world", "P": "of_power", "S": "of_state", "PS": "of_tie", "SS": "of_link", "E": "of_event"}
LARGEST_INT: Final = 2**31


@cache
def record(fields: str, owner: str) -> tuple[str, int]:
    """Name of the array of an owner's records, of PARAMETERS or of STATE, and numbers in a record."""
    name = ("given_" if fields == "PARAMETERS" else "") + RECORDS.get(owner, "of_promise")
    return name, layout.record_size(getattr(layout, fields), owner)


def translated(roots: tuple[FunctionType, ...]) -> str:
    """C++ of some functions and of all that they call, callees first. Raises UntranslatableError."""
    text: dict[FunctionType, str] = {}
    _visit(roots, text, Names())
    return "\n".join(text.values())


def _visit(
    functions: tuple[FunctionType, ...],
    text: dict[FunctionType, str],
    names: Names,
    callers: tuple[FunctionType, ...] = (),
) -> None:
    for function in functions:
        if function in callers:
            raise UntranslatableError(f"{function.__name__} calls itself")
        if function not in text:
            writer = Writer(function, names)
            written = writer.function()
            _visit(tuple(writer.called), text, names, (*callers, function))
            text[function] = written


class Names:
    """The names of functions in C++: module and name, as `trust_remembered`, and a number where two have the same."""

    def __init__(self) -> None:
        self._taken: dict[str, FunctionType] = {}

    def of(self, function: FunctionType) -> str:
        """The name of a function, always the same."""
        name = f"{function.__module__.rpartition('.')[2]}_{function.__name__}"
        while self._taken.setdefault(name, function) is not function:
            name += "_2"
        return name


class Writer:
    """Writes one function."""

    def __init__(self, function: FunctionType, names: Names) -> None:
        self._function, self._known = function, inspect.getclosurevars(function)
        self._functions = names
        self._names: list[set[str]] = []
        self._count = 0
        self.called: list[FunctionType] = []

    def function(self) -> str:
        """Its C++."""
        definition = syntax_of(self._function)
        self._whole = whole_names(definition)
        names = [argument.arg for argument in definition.args.args]
        kinds = ", ".join(f"class T{i}" for i in range(len(names)))
        given = ", ".join(f"T{i} {_local(name)}" for i, name in enumerate(names))
        self._names = [set(names)]
        kept = "SHARED" if self._function.__module__.endswith(".mathematics") else "INLINE"
        head = f"template <{kinds}> {kept} auto {self._functions.of(self._function)}({given})"
        return f"{head} {{\n{self._block(definition.body)}}}\n"

    def _fail(self, node: ast.AST) -> UntranslatableError:
        line = getattr(node, "lineno", 0)
        what = ast.unparse(node).splitlines()[0]
        return UntranslatableError(f"{self._function.__name__}, line {line}: '{what}' cannot be said for many worlds")

    # statements ---------------------------------------------------------------------------------------------

    def _block(self, body: list[ast.stmt], more: tuple[str, ...] = ()) -> str:
        self._names.append(set(more))
        written = "".join(self._statement(statement) for statement in body)
        self._names.pop()
        return textwrap.indent(written, "    ")

    def _statement(self, node: ast.stmt) -> str:
        match node:
            case ast.Expr(ast.Constant()):
                return ""
            case ast.Expr(value):
                return f"{self._value(value)};\n"
            case ast.Return(ast.Tuple(elts=members)):
                return f"return several({self._values(members)});\n"
            case ast.Return(value) if value is not None:
                return f"return {self._value(value)};\n"
            case ast.Assign([ast.Tuple(elts=targets)], value):
                return self._assign_several(targets, value)
            case ast.Assign([target], value):
                return self._assign(target, value)
            case ast.AugAssign(target, operator, value):
                return self._assign(target, ast.BinOp(target, operator, value))
            case ast.If(test, body, others):
                otherwise = f"else {{\n{self._block(others)}}}\n" if others else ""
                return f"if ({self._value(test)}) {{\n{self._block(body)}}}\n{otherwise}"
            case ast.For(ast.Name(name), ast.Call(ast.Name("range"), ends), body):
                first, stop = ("0", self._value(ends[0])) if len(ends) == 1 else map(self._value, ends)
                inner = self._block(body, (name,))
                i = _local(name)
                return f"for (int {i} = {first}; {i} < {stop}; {i}++) {{\n{inner}}}\n"
        raise self._fail(node)

    def _assign(self, target: ast.expr, value: ast.expr) -> str:
        match target, value:
            case ast.Name(name), _ if self._is_known(name):
                return f"{_local(name)} = {self._value(value)};\n"
            case ast.Name(name), _:
                self._names[-1].add(name)
                return self._declared(name, target, value)
        return f"{self._value(target)} = {self._value(value)};\n"

    def _declared(self, name: str, target: ast.expr, value: ast.expr) -> str:
        """A new local name for what `target` is to be; a written number is a lane, since it may differ later."""
        is_whole = isinstance(target, ast.Name) and target.id in self._whole
        kind = "V" if self._is_fixed(value) and not is_whole else "auto"
        return f"{kind} {_local(name)} = {self._value(value)};\n"

    def _is_fixed(self, value: ast.expr) -> bool:
        """True for a number that is written down: what is assigned later may differ between worlds."""
        if isinstance(value, ast.UnaryOp):
            return self._is_fixed(value.operand)
        name = value.value if isinstance(value, ast.Attribute) else value
        if isinstance(name, ast.Name) and not self._is_known(name.id):
            return isinstance(self._resolved(value), int | float)
        return isinstance(value, ast.Constant)

    def _assign_several(self, targets: list[ast.expr], value: ast.expr) -> str:
        """All values first, then all targets, as Python does."""
        if isinstance(value, ast.Tuple):
            if all(map(self._is_fixed, value.elts)):
                return "".join(map(self._assign, targets, value.elts))
            temporary = [self._temporary() for _ in targets]
            rows = zip(temporary, targets, value.elts, strict=True)
            written = "".join(self._declared(name, target, one) for name, target, one in rows)
        else:
            temporary = [self._temporary() for _ in targets]
            written = f"auto [{', '.join(map(_local, temporary))}] = {self._value(value)};\n"
        return written + "".join(self._assign(t, ast.Name(n)) for t, n in zip(targets, temporary, strict=True))

    def _temporary(self) -> str:
        self._count += 1
        self._names[0].add(name := f"t{self._count}")
        return name

    def _is_known(self, name: str) -> bool:
        return any(name in names for names in self._names)

    # expressions --------------------------------------------------------------------------------------------

    def _values(self, nodes: list[ast.expr]) -> str:
        return ", ".join(map(self._value, nodes))

    def _value(self, node: ast.expr) -> str:
        match node:
            case ast.Constant(int() | float() as value) if not isinstance(value, bool):
                return _literal(value)
            case ast.UnaryOp(ast.USub(), value):
                return f"(-{self._value(value)})"
            case ast.BinOp(left, ast.Div(), right):
                return f"over({self._value(left)}, {self._value(right)})"
            case ast.BinOp(left, operator, right) if type(operator) in OPERATORS:
                return f"({self._value(left)} {OPERATORS[type(operator)]} {self._value(right)})"
            case ast.Compare(left, operators, others):
                return self._comparison([left, *others], operators)
            case ast.BoolOp(ast.And(), values):
                return _folded("both", [self._value(value) for value in values])
            case ast.BoolOp(ast.Or(), values):
                return _folded("either", [self._value(value) for value in values])
            case ast.IfExp(test, value, other):
                return f"chosen({self._value(test)}, V({self._value(value)}), V({self._value(other)}))"
            case ast.Name(name):
                return _local(name) if self._is_known(name) else self._constant(node)
            case ast.Subscript(value, index):
                return self._item(node, value, index)
            case ast.Attribute(ast.Name("on"), name) if name in SWITCHES:
                return f"on[{SWITCHES.index(name)}]"
            case ast.Attribute(ast.Name("w"), "powers" | "states" | "events" as name):
                return f"w.{name}"
            case ast.Attribute(ast.Name("w"), name) if name in FIELDS and not FIELDS[name].axes:
                return _place(name, [])
            case ast.Attribute():
                return self._constant(node)
            case ast.Call(function, arguments, []):
                return self._call(node, function, arguments)
        raise self._fail(node)

    def _comparison(self, values: list[ast.expr], operators: list[ast.cmpop]) -> str:
        written = list(map(self._value, values))
        pairs = zip(written, operators, written[1:], strict=False)
        return _folded("both", [f"({left} {OPERATORS[type(operator)]} {right})" for left, operator, right in pairs])

    def _item(self, node: ast.expr, value: ast.expr, index: ast.expr) -> str:
        places = [self._value(one) for one in (index.elts if isinstance(index, ast.Tuple) else [index])]
        match value:
            case ast.Attribute(ast.Name("w"), "parameter"):
                return f"w.parameter[{places[0]}]"
            case ast.Attribute(ast.Name("w"), name) if name in FIELDS:
                return _place(name, places)
            case ast.Attribute(ast.Name("plan"), "to"):
                return f"plan.to[{places[0]} * plan.states + {places[1]}]"
            case ast.Attribute(ast.Name("plan"), name) if name in PLAN:
                return f"plan.rows[{places[0]} * {len(PLAN)} + {PLAN.index(name)}]"
            case ast.Attribute(ast.Name("keys"), name):
                return _key(name, places)
            case ast.Attribute(ast.Name("ranges"), name):
                return f"ranges.{name}[{places[0]}]"
            case ast.Name(name) if self._is_known(name):
                return f"{_local(name)}[{places[0]}]"
        raise self._fail(node)

    def _call(self, node: ast.expr, function: ast.expr, arguments: list[ast.expr]) -> str:
        given = list(map(self._value, arguments))
        if isinstance(function, ast.Name) and function.id in RENAMED:
            return _folded(RENAMED[function.id], given) if len(given) > 1 else f"{RENAMED[function.id]}({given[0]})"
        found = self._resolved(function)
        if not isinstance(found, FunctionType):
            raise self._fail(node)
        if found.__module__.endswith(".mathematics") and found.__name__ in BROUGHT:
            return f"mathematics_{found.__name__}({', '.join(given)})"
        self.called.append(found)
        return f"{self._functions.of(found)}({', '.join(given)})"

    def _constant(self, node: ast.expr) -> str:
        found = self._resolved(node)
        if isinstance(found, bool) or not isinstance(found, int | float):
            raise self._fail(node)
        return _literal(found)

    def _resolved(self, node: ast.expr) -> Any:
        """What a name outside the function stands for."""
        match node:
            case ast.Name(name):
                for names in (self._known.nonlocals, self._function.__globals__):
                    if name in names:
                        return names[name]
            case ast.Attribute(ast.Name() as holder, name):
                held = self._resolved(holder)
                if isinstance(held, ModuleType) and hasattr(held, name):
                    return getattr(held, name)
        raise self._fail(node)


def _local(name: str) -> str:
    """A name that is no keyword of C++; the records that functions are given keep theirs."""
    return name if name in {"w", "on", "plan", "keys", "ranges"} else f"{name}_"


def _folded(function: str, values: list[str]) -> str:
    whole = values[0]
    for value in values[1:]:
        whole = f"{function}({whole}, {value})"
    return whole


def _literal(value: float) -> str:
    if isinstance(value, int):
        return f"{value}ull" if abs(value) >= LARGEST_INT else str(value)
    return repr(float(value)) if value == value and abs(value) < float("inf") else _not_finite(value)


def _not_finite(value: float) -> str:
    return '__builtin_nan("")' if value != value else "(-__builtin_inf())" if value < 0 else "__builtin_inf()"


def _place(name: str, index: list[str]) -> str:
    """Where a number of the world stands."""
    field = FIELDS[name]
    fields = "PARAMETERS" if field in PARAMETERS else "STATE"
    array, size = record(fields, field.owner)
    within = str(layout.offset_in_record(PARAMETERS if fields == "PARAMETERS" else STATE, name))
    actors, members = index[: len(field.owner)], index[len(field.owner) :]
    if members:
        within += f" + ({members[0]})"
    return f"w.{array}[{_row(actors)}{within}]" if not actors else f"w.{array}[({_row(actors)}) * {size} + {within}]"


def _row(actors: list[str]) -> str:
    """The number of a record: actors one after the other; the second of two is always a state."""
    return "" if not actors else actors[0] if len(actors) == 1 else f"({actors[0]}) * w.states + {actors[1]}"


def _key(name: str, index: list[str]) -> str:
    for owner, names in STREAMS.items():
        if name in names:
            row = index[0] if len(index) == 1 else f"({index[0]}) * keys.states + {index[1]}"
            return f"keys.{RECORDS[owner]}[({row}) * {len(names)} + {names.index(name)}]"
    return f"keys.of_parameter[{index[0]}]"


def structures() -> str:
    """The records that functions are given: pointers into flat memory, and how they follow from the sizes."""
    arrays = [(fields, owner) for fields in ("PARAMETERS", "STATE") for owner in OWNERS]
    counts = {"": "1", "P": "powers", "S": "states", "PS": "powers * states", "SS": "states * states"}
    counts |= {"E": "events", "ES": "events * states"}
    return f"""struct World {{
    int powers, states, events;
    V *parameter, {", ".join("*" + record(*array)[0] for array in arrays)};
}};
struct Plan {{ const int *rows, *to; int states; }};
struct Keys {{ const Key *of_power, *of_tie, *of_event, *of_parameter; int states; }};
struct Ranges {{ const double *low, *high; }};
INLINE World world_at(V* at, int powers, int states, int events) {{
    World w;
    w.powers = powers, w.states = states, w.events = events, w.parameter = at;
{"".join(f"    w.{record(*a)[0]} = at, at += {counts[a[1]]} * {record(*a)[1]};{chr(10)}" for a in arrays)}    return w;
}}
INLINE Keys keys_at(const Key* at, int powers, int states, int events) {{
    Keys keys;
    keys.states = states, keys.of_power = at, at += powers * {len(STREAMS["P"])};
    keys.of_tie = at, at += powers * states * {len(STREAMS["PS"])};
    keys.of_event = at, keys.of_parameter = at + events * {len(STREAMS["E"])};
    return keys;
}}
"""
