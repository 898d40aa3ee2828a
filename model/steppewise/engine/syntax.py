"""Functions as they are written: their definition, whether it is the one that was loaded, which names are whole."""

from __future__ import annotations

import ast
import inspect
import textwrap
from functools import lru_cache
from types import CodeType, FunctionType

from steppewise.errors import SteppewiseError


class UntranslatableError(SteppewiseError):
    """Python that cannot be said for many worlds at once."""


def syntax_of(function: FunctionType) -> ast.FunctionDef:
    """The definition of a function. Raises UntranslatableError where its text is not to be had."""
    try:
        found = ast.parse(textwrap.dedent(inspect.getsource(function))).body[0]
    except (OSError, TypeError, SyntaxError) as error:
        raise UntranslatableError(f"the text of {function.__name__} cannot be read ({error})") from None
    if not isinstance(found, ast.FunctionDef):
        raise UntranslatableError(f"{function.__name__} is not written with def")
    if found.decorator_list or hasattr(function, "__wrapped__"):
        raise UntranslatableError(f"{function.__name__} is decorated")
    given = found.args
    if given.vararg or given.kwarg or given.kwonlyargs or given.defaults:
        raise UntranslatableError(f"{function.__name__} takes more than a fixed number of numbers")
    if not _is_as_loaded(function):
        raise UntranslatableError(f"the file of {function.__name__} was changed after it was loaded")
    return found


def _is_as_loaded(function: FunctionType) -> bool:
    """True where the text that a function was loaded from still stands there."""
    lines, _ = inspect.findsource(function)
    code = function.__code__
    return any(_same(code, other) for other in _codes("".join(lines)) if other.co_name == code.co_name)


def _same(one: CodeType, other: CodeType) -> bool:
    consts = ([each for each in code.co_consts if not isinstance(each, CodeType)] for code in (one, other))
    return one.co_code == other.co_code and one.co_names == other.co_names and next(consts) == next(consts)


@lru_cache(maxsize=64)
def _codes(text: str) -> tuple[CodeType, ...]:
    """The code of all functions of a file."""
    found, waiting = [], [compile(text, "", "exec", dont_inherit=True)]
    while waiting:
        inner = [one for one in waiting.pop().co_consts if isinstance(one, CodeType)]
        found += inner
        waiting += inner
    return tuple(found)


def whole_names(definition: ast.FunctionDef) -> frozenset[str]:
    """Local names that only ever stand for whole numbers that are the same in all worlds."""
    given: dict[str, list[ast.expr]] = {}
    for node in ast.walk(definition):
        match node:
            case ast.Assign([ast.Tuple(elts=targets)], ast.Tuple(elts=values)):
                pairs = list(zip(targets, values, strict=True))
            case ast.Assign([target], value):
                pairs = [(target, value)]
            case ast.AugAssign(target, _, value):
                pairs = [(target, value)]
            case _:
                continue
        for target, value in pairs:
            if isinstance(target, ast.Name):
                given.setdefault(target.id, []).append(value)
    found = set(given)
    while wrong := {name for name in found if not all(_is_whole(value, found) for value in given[name])}:
        found -= wrong
    return frozenset(found)


def _is_whole(value: ast.expr, known: set[str]) -> bool:
    match value:
        case ast.Constant(number):
            return isinstance(number, int)
        case ast.Name(name):
            return name in known
        case ast.BinOp(left, ast.Add() | ast.Sub() | ast.Mult(), right):
            return _is_whole(left, known) and _is_whole(right, known)
        case ast.UnaryOp(ast.USub(), operand):
            return _is_whole(operand, known)
        case ast.Subscript(ast.Attribute(ast.Name("plan"))):
            return True
    return False
