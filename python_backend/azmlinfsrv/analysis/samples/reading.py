"""What ``run()`` reads of its input: followed through the function as Python would go.

Values are those of `Shape`; what is only known to come from a request stands for itself as `Body`
or `Request`. Whatever is not understood is passed over: a sample need not be perfect.
"""

from __future__ import annotations

import ast
from dataclasses import dataclass, field
from typing import TypeAlias

from azmlinfsrv.analysis.facts.bindings import Bindings
from azmlinfsrv.analysis.facts.functions import FunctionFacts
from azmlinfsrv.analysis.facts.schemas import UNKNOWN
from azmlinfsrv.analysis.samples.shapes import Kind, Shape
from azmlinfsrv.analysis.samples.static_values import StaticValues

_MAX_CALLS = 4
_PARSERS = frozenset({"json.loads", "orjson.loads", "ujson.loads", "simplejson.loads"})
_NUMBERS = frozenset({"float", "int", "round", "abs"})
_TEXT_METHODS = frozenset(
    {"lower", "upper", "strip", "split", "replace", "startswith", "endswith", "encode", "format"}
)
_FILE_MAKERS = frozenset({"io.BytesIO", "io.StringIO", "bytes", "str", "bytearray"})
_ARRAYS = (
    *("numpy.array", "numpy.asarray", "numpy.float32", "numpy.atleast_2d", "torch.tensor"),
    *("torch.Tensor", "torch.FloatTensor", "tensorflow.constant", "tensorflow.convert_to_tensor"),
)
_FRAMES = frozenset(
    {"pandas.DataFrame", "pandas.DataFrame.from_dict", "pandas.DataFrame.from_records"}
)


@dataclass
class Body:
    """A body as text or bytes.

    Attributes:
        shape: what is expected of it as JSON.
        is_parsed: whether it is read as JSON.
        is_text: whether it is used as text.
        is_read: whether it is read at all.

    """

    shape: Shape = field(default_factory=Shape)
    is_parsed: bool = False
    is_text: bool = False
    is_read: bool = False


@dataclass
class Request:
    """The HTTP request of ``@rawhttp``.

    Attributes:
        body: its body.
        query: what is read of the query.
        files: the names of uploaded files.
        form: what is read of a form.
        methods: the methods that it is compared with.

    """

    body: Body = field(default_factory=Body)
    query: Shape = field(default_factory=Shape)
    form: Shape = field(default_factory=Shape)
    files: Shape = field(default_factory=Shape)
    methods: list[str] = field(default_factory=list)


@dataclass
class _Several:
    """A list that the script makes of values of the request."""

    values: list[_Value]


_Value: TypeAlias = "Shape | Body | Request | _Several | None"
Names: TypeAlias = "dict[str, _Value]"


class Reader:
    """Follows values of the request through the functions of a script."""

    def __init__(self, bindings: Bindings) -> None:
        self._bindings = bindings
        self._static = StaticValues(bindings)
        self._depth = 0

    def read(self, function: FunctionFacts, names: Names) -> None:
        """Follow the parameters of a function."""
        self._block(function.body, dict(names))

    def _block(self, body: list[ast.stmt], names: Names) -> _Value:
        """Follow statements in the order of the text; return what is returned last."""
        returned: _Value = None
        for statement in body:
            match statement:
                case ast.FunctionDef() | ast.AsyncFunctionDef() | ast.ClassDef():
                    continue
                case ast.Assign(targets=targets, value=value):
                    found = self._value(value, names)
                    for target in targets:
                        self._bind(target, found, names)
                case ast.AnnAssign(target=target, value=ast.expr() as value):
                    self._bind(target, self._value(value, names), names)
                case ast.For(target=target, iter=iterated):
                    self._bind(target, _item(self._value(iterated, names)), names)
                case ast.With(items=items):
                    for item in items:
                        found = self._value(item.context_expr, names)
                        if item.optional_vars is not None:
                            self._bind(item.optional_vars, found, names)
                case ast.Return(value=ast.expr() as value):
                    returned = self._value(value, names)
                case _:
                    for expression in ast.iter_child_nodes(statement):
                        if isinstance(expression, ast.expr):
                            self._value(expression, names)
            for inner in _blocks(statement):
                returned = self._block(inner, names) or returned
        return returned

    def _bind(self, target: ast.expr, value: _Value, names: Names) -> None:
        if isinstance(target, ast.Name):
            names[target.id] = value
        elif isinstance(target, (ast.Tuple, ast.List)):
            for inner in target.elts:
                self._bind(inner, None, names)
        elif isinstance(target, ast.Subscript):
            self._value(target.slice, names)

    def _value(self, node: ast.expr, names: Names) -> _Value:
        match node:
            case ast.Name(id=name):
                return names.get(name)
            case ast.Subscript(value=owner, slice=key):
                return self._subscript(self._value(owner, names), key, names)
            case ast.Attribute(value=owner, attr=name):
                return _attribute(self._value(owner, names), name)
            case ast.Call():
                return self._call(node, names)
            case ast.List(elts=elements) | ast.Tuple(elts=elements):
                values = [self._value(each, names) for each in elements]
                return _Several(values) if any(values) else None
            case ast.BinOp(left=left, right=right):
                return self._operation(left, right, names)
            case ast.Compare(left=left, comparators=others):
                self._compare(left, others, names)
                return None
            case ast.ListComp() | ast.GeneratorExp() | ast.SetComp():
                return self._comprehension(node, names)
            case ast.IfExp(test=test, body=body, orelse=other):
                self._value(test, names)
                return self._value(body, names) or self._value(other, names)
            case ast.BoolOp(values=values):
                found = [self._value(each, names) for each in values]
                return next((each for each in found if each is not None), None)
            case ast.NamedExpr(target=target, value=value):
                found_value = self._value(value, names)
                self._bind(target, found_value, names)
                return found_value
            case ast.Lambda():
                return None
        for inner in ast.iter_child_nodes(node):
            if isinstance(inner, ast.expr):
                self._value(inner, names)
        return None

    def _comprehension(
        self, node: ast.ListComp | ast.GeneratorExp | ast.SetComp, names: Names
    ) -> _Value:
        inner = dict(names)
        for generator in node.generators:
            self._bind(generator.target, _item(self._value(generator.iter, inner)), inner)
            for test in generator.ifs:
                self._value(test, inner)
        self._value(node.elt, inner)
        return None

    def _operation(self, left: ast.expr, right: ast.expr, names: Names) -> _Value:
        for one, other in ((left, right), (right, left)):
            found = self._value(one, names)
            if isinstance(found, Shape):
                literal = other.value if isinstance(other, ast.Constant) else None
                if isinstance(literal, (int, float)):
                    found.used_as(Kind.NUMBER)
                elif isinstance(literal, str) or isinstance(other, ast.JoinedStr):
                    found.used_as(Kind.TEXT)
        return None

    def _compare(self, left: ast.expr, others: list[ast.expr], names: Names) -> None:
        # Only the body's text is asked for in `"key" in body`, so that says nothing.
        if isinstance(left, ast.Attribute) and left.attr == "method":
            owner = self._value(left.value, names)
            for other in others:
                method = self._static.value(other)
                if isinstance(owner, Request):
                    found = method if isinstance(method, list) else [method]
                    owner.methods += [each for each in found if isinstance(each, str)]
            return
        for each in others:
            self._value(each, names)
        self._value(left, names)

    def _subscript(self, owner: _Value, key: ast.expr, names: Names) -> _Value:
        self._value(key, names)
        if isinstance(owner, _Several):
            return owner
        if not isinstance(owner, Shape):
            return None
        name = self._static.value(key)
        if isinstance(name, str):
            return owner.member(name)
        if isinstance(name, list) and name and all(isinstance(each, str) for each in name):
            for each in name:
                owner.member(each)
            return owner
        if isinstance(name, int) and not owner.members and owner.kind is not Kind.MATRIX:
            return owner.element()
        return owner if isinstance(key, ast.Slice) or owner.kind is Kind.MATRIX else None

    def _call(self, node: ast.Call, names: Names) -> _Value:
        path = self._bindings.path(node.func) or _plain_name(node.func)
        given = [self._value(each, names) for each in node.args]
        words = {word.arg: self._value(word.value, names) for word in node.keywords if word.arg}
        first = given[0] if given else next(iter(words.values()), None)
        if path in _PARSERS or path == "pandas.read_json":
            return _parsed(first, is_table=path == "pandas.read_json")
        if path in _FILE_MAKERS:
            if path == "str" and isinstance(first, Shape):
                first.used_as(Kind.TEXT)
            return first
        if path in _ARRAYS:
            return _array(first)
        if path in _FRAMES:
            return self._frame(node, first)
        if path in _NUMBERS:
            _note(first, Kind.NUMBER)
            return None
        if path in {"base64.b64decode", "base64.decodebytes"}:
            _note(first, Kind.BASE64)
            return None
        if path in {"enumerate", "zip", "list", "tuple", "sorted", "reversed"}:
            return first
        if isinstance(node.func, ast.Attribute):
            owner = self._value(node.func.value, names)
            if owner is not None:
                return self._method(owner, node.func.attr, node)
        if isinstance(node.func, ast.Name):
            return self._own_function(node.func.id, given, words)
        return None

    def _method(self, owner: _Value, name: str, node: ast.Call) -> _Value:
        if isinstance(owner, Request):
            return _request_method(owner, name)
        if isinstance(owner, Body):
            return _body_method(owner, name)
        if not isinstance(owner, Shape):
            return owner if name in {"reshape", "astype"} else None
        if name in {"get", "pop", "getlist"} and node.args:
            key = self._static.value(node.args[0])
            if not isinstance(key, str):
                return None
            found = owner.member(key)
            default = self._static.value(node.args[1]) if len(node.args) > 1 else None
            if default is not UNKNOWN and default is not None and not found.default:
                found.default.append(default)
            return found
        if name == "reshape":
            sizes = self._static.value(node.args[-1]) if node.args else None
            last = sizes[-1] if isinstance(sizes, list) and sizes else sizes
            owner.used_as(Kind.MATRIX)
            if isinstance(last, int) and last > 0:
                owner.width = last
            return owner
        if name in _TEXT_METHODS:
            owner.used_as(Kind.TEXT)
            return None
        return owner if name in {"astype", "copy", "to_numpy", "float", "iloc"} else None

    def _frame(self, node: ast.Call, given: _Value) -> _Value:
        columns = next((word.value for word in node.keywords if word.arg == "columns"), None)
        names = self._static.value(columns) if columns is not None else UNKNOWN
        if isinstance(given, _Several):
            # DataFrame([data]): the object is a row itself.
            return given.values[0] if given.values else None
        if not isinstance(given, Shape):
            return None
        is_row = any(word.arg == "index" for word in node.keywords)
        if is_row:
            return given
        if isinstance(names, list) and not given.is_known:
            given.used_as(Kind.MATRIX)
            given.width = len(names)
            return None
        if not given.members:
            given.used_as(Kind.ROWS).element()
        return given

    def _own_function(self, name: str, given: list[_Value], words: dict[str, _Value]) -> _Value:
        binding = self._bindings.last(name)
        node = binding.node if binding is not None else None
        if not isinstance(node, ast.FunctionDef) or self._depth >= _MAX_CALLS:
            return None
        parameters = [each.arg for each in (*node.args.posonlyargs, *node.args.args)]
        inner: Names = {**dict(zip(parameters, given, strict=False)), **words}
        if not any(inner.values()):
            return None
        self._depth += 1
        try:
            return self._block(node.body, inner)
        finally:
            self._depth -= 1


def _blocks(statement: ast.stmt) -> list[list[ast.stmt]]:
    found = [getattr(statement, name, []) for name in ("body", "orelse")]
    found += [handler.body for handler in getattr(statement, "handlers", [])]
    found += [case.body for case in getattr(statement, "cases", [])]
    return [*found, getattr(statement, "finalbody", [])]


def _plain_name(node: ast.expr) -> str:
    return node.id if isinstance(node, ast.Name) else ""


def _parsed(value: _Value, *, is_table: bool = False) -> _Value:
    if not isinstance(value, Body):
        return value if isinstance(value, Shape) else None
    value.is_parsed = value.is_read = True
    if is_table:
        value.shape.used_as(Kind.ROWS).element()
    return value.shape


def _array(value: _Value) -> _Value:
    if isinstance(value, Shape) and not value.members and value.item is None:
        return value.used_as(Kind.MATRIX)
    if isinstance(value, _Several):
        for inner in value.values:
            items = inner.values if isinstance(inner, _Several) else [inner]
            for each in items:
                _note(each, Kind.NUMBER)
    return value if isinstance(value, Shape) else None


def _note(value: _Value, kind: Kind) -> None:
    if isinstance(value, Shape) and not value.members:
        value.used_as(kind)


def _item(value: _Value) -> _Value:
    if isinstance(value, Shape) and not value.members and value.kind is not Kind.MATRIX:
        return value.element()
    return value.values[0] if isinstance(value, _Several) and value.values else None


def _attribute(owner: _Value, name: str) -> _Value:
    if isinstance(owner, Request):
        match name:
            case "data" | "stream":
                owner.body.is_read = True
                return owner.body
            case "json":
                return _parsed(owner.body)
            case "args" | "values":
                return owner.query
            case "files":
                return owner.files
            case "form":
                return owner.form
        return None
    if isinstance(owner, Shape) and name in {"values", "iloc", "loc", "T"}:
        return owner
    return None


def _request_method(owner: Request, name: str) -> _Value:
    match name:
        case "get_data":
            owner.body.is_read = True
            return owner.body
        case "get_json":
            return _parsed(owner.body)
    return None


def _body_method(owner: Body, name: str) -> _Value:
    owner.is_read = True
    if name in {"decode", "strip", "encode", "read", "getvalue"}:
        owner.is_text = owner.is_text or name in {"decode", "strip"}
        return owner
    if name in _TEXT_METHODS:
        owner.is_text = True
    return None
