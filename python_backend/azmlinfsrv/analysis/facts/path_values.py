"""What an expression that makes a path stands for, told without running it."""

from __future__ import annotations

import ast
import string
from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import TypeAlias

from azmlinfsrv.analysis.facts.bindings import Bindings, Function
from azmlinfsrv.analysis.facts.path_kinds import (
    AbsoluteJoin,
    ModelPath,
    Piece,
    Registered,
    Text,
    Value,
)
from azmlinfsrv.analysis.facts.schemas import bind_arguments

MODEL_VARIABLE = "AZUREML_MODEL_DIR"

_MAX_DEPTH = 40
_MAX_CALLS = 3
_JOINS = frozenset({"os.path.join", "posixpath.join", "ntpath.join"})
_SAME_PATH = frozenset(
    {
        *("str", "os.fspath", "os.path.abspath", "os.path.realpath", "os.path.normpath"),
        *("os.path.expanduser", "os.path.expandvars"),
        *("pathlib.Path", "pathlib.PurePath", "pathlib.PosixPath", "pathlib.PurePosixPath"),
    }
)
_SAME_PATH_METHODS = frozenset(
    {"resolve", "absolute", "expanduser", "as_posix", "strip", "__str__", "__fspath__"}
)
_READERS_OF_VARIABLES = frozenset({"os.getenv", "os.environ.get", "os.environ.setdefault"})


Names: TypeAlias = Mapping[str, Value]


class Evaluator:
    """Tells what expressions stand for.

    Attributes:
        absolute_joins: joins that lose the model folder, met on the way.

    """

    def __init__(self, bindings: Bindings, helper: Callable[[str], Function | None]) -> None:
        self._bindings = bindings
        self._helper = helper
        self._calls = 0
        self.absolute_joins: dict[ast.expr, AbsoluteJoin] = {}

    def value(self, node: ast.expr, names: Names, depth: int = 0) -> Value:
        """Return what an expression stands for while names have these values."""
        if depth > _MAX_DEPTH:
            return None
        match node:
            case ast.Constant(value=str(text)):
                return Text((Piece(text, node),))
            case ast.Name(id=name):
                return names.get(name)
            case ast.BinOp(left=left, op=op, right=right):
                return self._operation(node, op, left, right, names, depth + 1)
            case ast.JoinedStr(values=values):
                return self._concatenate(
                    [self._formatted(each, names, depth + 1) for each in values]
                )
            case ast.BoolOp(op=ast.Or(), values=[first, *_]):
                # `os.getenv(…) or "model"`: with a model folder the first is taken.
                found = self.value(first, names, depth + 1)
                return found if isinstance(found, ModelPath) else None
            case ast.IfExp(test=test, body=body, orelse=orelse):
                one = self.value(body, names, depth + 1)
                other = self.value(orelse, names, depth + 1)
                chosen = self.chosen_branch(test, names)
                return other if chosen is False else one if chosen or one == other else None
            case ast.NamedExpr(value=value):
                return self.value(value, names, depth + 1)
            case ast.Subscript(value=value, slice=index):
                is_environment = self._bindings.path(value) == "os.environ"
                return self._variable(index, names) if is_environment else None
            case ast.Attribute(attr="parent", value=value):
                return _parent(self.value(value, names, depth + 1))
            case ast.Attribute() if self._bindings.path(node) in {"os.sep", "os.path.sep"}:
                return Text((Piece("/"),))
            case ast.Call():
                return self._call(node, names, depth + 1)
        return None

    def chosen_branch(self, test: ast.expr, names: Names) -> bool | None:
        """Return what a condition is when AZUREML_MODEL_DIR is set; None if it does not say."""
        match test:
            case ast.UnaryOp(op=ast.Not(), operand=operand):
                chosen = self.chosen_branch(operand, names)
                return None if chosen is None else not chosen
            case ast.Compare(left=left, ops=[op], comparators=[right]):
                if isinstance(op, (ast.In, ast.NotIn)):
                    is_variable = self.text(left, names) == MODEL_VARIABLE and (
                        self._bindings.path(right) or ""
                    ).startswith("os.environ")
                    return isinstance(op, ast.In) if is_variable else None
                is_none = isinstance(right, ast.Constant) and right.value in (None, "")
                if is_none and isinstance(self.value(left, names), ModelPath):
                    return isinstance(op, (ast.IsNot, ast.NotEq))
            case ast.Name() | ast.Call() | ast.Subscript() | ast.NamedExpr():
                found = self.value(test, names)
                return True if found == ModelPath() else None
        return None

    def text(self, node: ast.expr, names: Names) -> str | None:
        """Return the text that an expression stands for."""
        found = self.value(node, names)
        return found.value if isinstance(found, Text) else None

    def _variable(self, name: ast.expr, names: Names) -> Value:
        return ModelPath() if self.text(name, names) == MODEL_VARIABLE else None

    def _operation(
        self,
        node: ast.BinOp,
        op: ast.operator,
        left: ast.expr,
        right: ast.expr,
        names: Names,
        depth: int,
    ) -> Value:
        one = self.value(left, names, depth)
        if isinstance(op, ast.Add):
            return self._concatenate([one, self.value(right, names, depth)])
        if isinstance(op, ast.Div):
            return self._join(node, [left, right], names, depth)
        if isinstance(op, ast.Mod) and isinstance(one, Text) and one.value.count("%s") == 1:
            before, after = one.value.split("%s")
            inner = self.value(right, names, depth)
            return self._concatenate([Text((Piece(before),)), inner, Text((Piece(after),))])
        return None

    def _formatted(self, node: ast.expr, names: Names, depth: int) -> Value:
        if not isinstance(node, ast.FormattedValue):
            return self.value(node, names, depth)
        return None if node.format_spec else self.value(node.value, names, depth)

    def _concatenate(self, values: list[Value]) -> Value:
        result: Text | ModelPath = Text(())
        for value in values:
            if value is None:
                return None
            if isinstance(value, ModelPath):
                if isinstance(result, ModelPath) or result.value:
                    return None
                result = value
            else:
                result = replace(result, pieces=(*result.pieces, *value.pieces))
        return result

    def _join(self, node: ast.expr, parts: list[ast.expr], names: Names, depth: int) -> Value:
        if not parts:
            return None
        result = self.value(parts[0], names, depth)
        for part in parts[1:]:
            value = self.value(part, names, depth)
            if isinstance(value, Text) and value.value.startswith(("/", "\\")):
                if isinstance(result, ModelPath):
                    self.absolute_joins[node] = AbsoluteJoin(node, part, value.value)
                result = value
            elif isinstance(value, ModelPath):
                result = value
            elif result is not None and isinstance(value, Text):
                text = "".join(piece.text for piece in result.pieces)
                slash = () if text.endswith("/") else (Piece("/"),)
                is_start = isinstance(result, Text) and not text
                result = replace(
                    result, pieces=(*result.pieces, *(() if is_start else slash), *value.pieces)
                )
            else:
                return None
        return result

    def _call(self, node: ast.Call, names: Names, depth: int) -> Value:
        if any(isinstance(argument, ast.Starred) for argument in node.args):
            return None
        path = self._bindings.path(node.func)
        if path is None and isinstance(node.func, ast.Name):
            path = "str" if node.func.id == "str" else None
        if path in _READERS_OF_VARIABLES and node.args:
            return self._variable(node.args[0], names)
        if path in _JOINS:
            return self._join(node, node.args, names, depth)
        if path in _SAME_PATH and node.args:
            return self._join(node, node.args, names, depth)
        if path == "os.path.dirname" and node.args:
            return _parent(self.value(node.args[0], names, depth))
        if isinstance(node.func, ast.Attribute):
            return self._method(node, node.func, names, depth)
        return self._helper_call(node, names, depth)

    def _method(self, node: ast.Call, function: ast.Attribute, names: Names, depth: int) -> Value:
        if function.attr == "get_model_path":
            return self._registered(node, names)
        owner = self.value(function.value, names, depth)
        if owner is None:
            return None
        if function.attr in _SAME_PATH_METHODS:
            return owner
        if function.attr == "joinpath":
            return self._join(node, [function.value, *node.args], names, depth)
        if function.attr == "format" and isinstance(owner, Text):
            return self._format(owner, node, names, depth)
        return None

    def _registered(self, node: ast.Call, names: Names) -> Value:
        arguments = bind_arguments(node, ("model_name", "version"))
        named = arguments.get("model_name")
        name = self.text(named, names) if named is not None else None
        if name is None:
            return None
        version = arguments.get("version")
        if version is None or (isinstance(version, ast.Constant) and version.value is None):
            return ModelPath(Registered(name, None, node))
        if isinstance(version, ast.Constant) and isinstance(version.value, (int, str)):
            return ModelPath(Registered(name, str(version.value), node))
        return None

    def _format(self, template: Text, node: ast.Call, names: Names, depth: int) -> Value:
        words = {word.arg: word.value for word in node.keywords}
        values: list[Value] = []
        automatic = 0
        try:
            fields = list(string.Formatter().parse(template.value))
        except ValueError:
            return None
        for literal, name, spec, conversion in fields:
            values.append(Text((Piece(literal),)))
            if name is None:
                continue
            if spec or conversion:
                return None
            if name == "":
                name, automatic = str(automatic), automatic + 1
            if name.isdigit():
                argument = node.args[int(name)] if int(name) < len(node.args) else None
            else:
                argument = words.get(name)
            values.append(self.value(argument, names, depth) if argument is not None else None)
        return self._concatenate(values)

    def _helper_call(self, node: ast.Call, names: Names, depth: int) -> Value:
        """Return what a function of the script that is one return statement makes of these."""
        function = self._helper(node.func.id) if isinstance(node.func, ast.Name) else None
        returned = _single_return(function) if function is not None else None
        if function is None or returned is None or self._calls >= _MAX_CALLS:
            return None
        parameters = [*function.args.posonlyargs, *function.args.args]
        given = bind_arguments(node, tuple(each.arg for each in parameters))
        inner = dict(names)
        defaults = function.args.defaults
        with_default = parameters[len(parameters) - len(defaults) :]
        for parameter, default in zip(with_default, defaults, strict=True):
            inner[parameter.arg] = self.value(default, names, depth)
        for parameter in parameters:
            if parameter.arg in given:
                inner[parameter.arg] = self.value(given[parameter.arg], names, depth)
            elif parameter.arg not in inner:
                inner[parameter.arg] = None
        self._calls += 1
        try:
            return self.value(returned, inner, depth)
        finally:
            self._calls -= 1


def _single_return(function: Function) -> ast.expr | None:
    body = [each for each in function.body if not _is_docstring(each)]
    if len(body) == 1 and isinstance(body[0], ast.Return) and not function.decorator_list:
        return body[0].value
    return None


def _is_docstring(statement: ast.stmt) -> bool:
    return isinstance(statement, ast.Expr) and isinstance(statement.value, ast.Constant)


def _parent(value: Value) -> Value:
    if not isinstance(value, ModelPath) or "/" not in value.suffix.rstrip("/"):
        return None
    # The literals' places are given up: a part of one is no literal.
    return ModelPath(value.base, (Piece(value.suffix.rstrip("/").rpartition("/")[0]),))
