"""Values that JSON has no way to write, as far as they can be told from their expressions."""

from __future__ import annotations

import ast
from collections.abc import Iterator, Mapping

from azmlinfsrv.analysis.facts.bindings import Bindings, Function
from azmlinfsrv.analysis.facts.scopes import assigned_names, first_assignment

_MAX_DEPTH = 12

_ARRAY_MAKERS = frozenset(
    f"numpy.{name}"
    for name in (
        *("array", "asarray", "zeros", "ones", "empty", "full", "arange", "linspace", "eye"),
        *("concatenate", "stack", "vstack", "hstack", "column_stack", "expand_dims", "squeeze"),
        *("reshape", "zeros_like", "ones_like", "random.rand", "random.randn", "unique"),
    )
)
_MADE_BY_CALL = {
    **dict.fromkeys(_ARRAY_MAKERS, "ndarray"),
    **{
        f"numpy.{name}": name
        for name in ("float16", "float32", "int8", "int16", "int32", "int64", "uint8", "bool_")
    },
    "numpy.argmax": "int64",
    "numpy.argmin": "int64",
    "pandas.DataFrame": "DataFrame",
    "pandas.Series": "Series",
    "pandas.read_json": "DataFrame",
    "pandas.read_csv": "DataFrame",
    "pandas.concat": "DataFrame",
    "pandas.Timestamp": "Timestamp",
    "datetime.datetime.now": "datetime",
    "datetime.datetime.utcnow": "datetime",
    "datetime.datetime.today": "datetime",
    "datetime.date.today": "date",
    "decimal.Decimal": "Decimal",
    "uuid.uuid4": "UUID",
    "pathlib.Path": "PosixPath",
}
_BUILTIN_CALLS = {
    name: name
    for name in (
        *("set", "frozenset", "bytes", "bytearray", "complex", "range", "map", "filter", "zip"),
        "object",
    )
}
_OF_EACH_ELEMENT = frozenset(
    f"numpy.{name}"
    for name in (
        "sqrt",
        "exp",
        "log",
        "log1p",
        "expm1",
        "abs",
        "sin",
        "cos",
        "tanh",
        "round",
        "clip",
    )
)
# With an axis an array stays one; without it becomes a number.
_SUMMARIES = frozenset(
    {"mean", "sum", "max", "min", "std", "var", "argmax", "argmin", "any", "all"}
)
_VIEWS = {"keys": "dict_keys", "values": "dict_values", "items": "dict_items"}
_OF_ARRAYS = frozenset(
    {"astype", "reshape", "flatten", "ravel", "copy", "squeeze", "transpose", "round", "clip"}
)


class ResultTypes:
    """Tells what an expression makes, in a function by the names of that function."""

    def __init__(
        self,
        bindings: Bindings,
        function: Function | None = None,
        parameters: Mapping[str, str] | None = None,
    ) -> None:
        """Begin.

        Args:
            bindings: the names of the module.
            function: the function; None for the top level.
            parameters: the types of its parameters, as far as they are known and kept.

        """
        self._bindings = bindings
        self._function = function
        assigned = assigned_names(function) if function is not None else {}
        given = parameters or {}
        self._parameters = {name: each for name, each in given.items() if name not in assigned}

    def unserialisable(
        self, node: ast.expr | None, depth: int = 0
    ) -> Iterator[tuple[ast.expr, str]]:
        """Yield the expressions within a result that are no JSON, and the type of each."""
        if node is None or depth > _MAX_DEPTH:
            return
        match node:
            case ast.Dict(values=values):
                for value in values:
                    yield from self.unserialisable(value, depth + 1)
            case ast.List(elts=elements) | ast.Tuple(elts=elements):
                for element in elements:
                    yield from self.unserialisable(element, depth + 1)
            case ast.ListComp(elt=element) | ast.DictComp(value=element):
                yield from self.unserialisable(element, depth + 1)
            case ast.Starred():
                return
            case _:
                name = self.type_name(node, depth)
                if name is not None:
                    yield node, name
                elif isinstance(node, ast.Name):
                    behind = self._behind(node)
                    if isinstance(behind, (ast.Dict, ast.List, ast.Tuple, ast.ListComp)):
                        for _, inner in self.unserialisable(behind, depth + 1):
                            yield node, inner
                            return

    def type_name(self, node: ast.expr, depth: int = 0) -> str | None:
        """Return the type that JSON cannot write; None for any other, and for an unknown one."""
        if depth > _MAX_DEPTH:
            return None
        match node:
            case ast.Set() | ast.SetComp():
                return "set"
            case ast.GeneratorExp():
                return "generator"
            case ast.Constant(value=bytes()):
                return "bytes"
            case ast.Constant(value=complex()):
                return "complex"
            case ast.Constant() if node.value is ...:
                return "ellipsis"
            case ast.Name(id=name):
                behind = self._behind(node)
                if name in self._parameters:
                    return self._parameters[name]
                return None if behind is None else self.type_name(behind, depth + 1)
            case ast.Call():
                return self._called(node, depth)
            case ast.BinOp(left=left, right=right):
                # Whatever is added to an array, or multiplied with it, becomes one.
                kinds = {self.type_name(left, depth + 1), self.type_name(right, depth + 1)}
                return next((kind for kind in ("DataFrame", "ndarray") if kind in kinds), None)
            case ast.UnaryOp(op=ast.USub() | ast.UAdd() | ast.Invert(), operand=operand):
                kind = self.type_name(operand, depth + 1)
                return kind if kind in {"DataFrame", "ndarray"} else None
            case ast.Attribute(attr="T", value=owner):
                return "ndarray" if self.type_name(owner, depth + 1) == "ndarray" else None
        return None

    def _called(self, node: ast.Call, depth: int) -> str | None:
        path = self._bindings.path(node.func)
        if path is not None:
            made = _MADE_BY_CALL.get(path)
            if made is None and path in _OF_EACH_ELEMENT and node.args:
                kind = self.type_name(node.args[0], depth + 1)
                return kind if kind in {"DataFrame", "ndarray"} else None
            # With an axis, argmax() answers an array.
            return made if made != "int64" or len(node.args) == 1 else "ndarray"
        if isinstance(node.func, ast.Name) and node.func.id not in self._bindings.names:
            return _BUILTIN_CALLS.get(node.func.id)
        if not isinstance(node.func, ast.Attribute):
            return None
        method, owner = node.func.attr, node.func.value
        if method in _VIEWS and not node.args and isinstance(owner, ast.Name):
            behind = self._behind(owner)
            return _VIEWS[method] if isinstance(behind, (ast.Dict, ast.DictComp)) else None
        if method == "encode" and self._is_text(owner):
            return "bytes"
        if method in _SUMMARIES and not (node.args or node.keywords):
            return None
        if method in _OF_ARRAYS or method in _SUMMARIES:
            return "ndarray" if self.type_name(owner, depth + 1) == "ndarray" else None
        return None

    def _behind(self, name: ast.Name) -> ast.expr | None:
        """Return the expression of a name that the function assigns once."""
        if self._function is None:
            return None
        return first_assignment(self._function, name.id)

    def _is_text(self, node: ast.expr) -> bool:
        if isinstance(node, ast.Call):
            is_str = isinstance(node.func, ast.Name) and node.func.id == "str"
            return is_str or self._bindings.path(node.func) == "json.dumps"
        return isinstance(node, ast.JoinedStr) or (
            isinstance(node, ast.Constant) and isinstance(node.value, str)
        )
