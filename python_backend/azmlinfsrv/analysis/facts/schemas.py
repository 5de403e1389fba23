"""What ``@input_schema`` and ``@output_schema`` say: a name, and a sample of a certain kind."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from azmlinfsrv.analysis.facts.bindings import Bindings
from azmlinfsrv.analysis.facts.known_names import PARAMETER_TYPES, is_schema_name
from azmlinfsrv.analysis.facts.node_index import walk

UNKNOWN: Any = object()
"""A value that cannot be told without running the script."""


@dataclass(frozen=True)
class Sample:
    """The call that makes a parameter type.

    Attributes:
        type: the class: "NumpyParameterType".
        call: the call.
        value: the sample that is given to it, behind its name; None if it gets none.
        given: the same expression as it stands in the call.

    """

    type: str
    call: ast.Call
    value: ast.expr | None
    given: ast.expr | None


@dataclass(frozen=True)
class InputSchema:
    """One ``@input_schema(…)``.

    Attributes:
        call: the call.
        name_node: the argument that names the parameter; None if it is missing.
        name: its value, if that can be told; not always a text.
        type_node: the argument with the parameter type, as it stands there.
        type_value: the expression behind it.
        sample: the parameter type; None if it is no known one.
        converts: whether the value is converted; None if that cannot be told.
        is_optional: the same of ``optional``.

    """

    call: ast.Call
    name_node: ast.expr | None
    name: Any
    type_node: ast.expr | None
    type_value: ast.expr | None
    sample: Sample | None
    converts: bool | None
    is_optional: bool | None


@dataclass(frozen=True)
class OutputSchema:
    """One ``@output_schema(…)``; see `InputSchema`."""

    call: ast.Call
    type_node: ast.expr | None
    type_value: ast.expr | None
    sample: Sample | None


def read_input(call: ast.Call, bindings: Bindings) -> InputSchema:
    """Return what an ``@input_schema`` says."""
    names = ("param_name", "param_type", "convert_to_provided_type", "optional")
    arguments = bind_arguments(call, names)
    name_node, type_node = arguments.get("param_name"), arguments.get("param_type")
    type_value = bindings.dereference(type_node) if type_node is not None else None
    return InputSchema(
        call,
        name_node,
        constant(name_node, bindings),
        type_node,
        type_value,
        read_sample(type_value, bindings),
        _flag(arguments.get("convert_to_provided_type"), bindings, default=True),
        _flag(arguments.get("optional"), bindings, default=False),
    )


def read_output(call: ast.Call, bindings: Bindings) -> OutputSchema:
    """Return what an ``@output_schema`` says."""
    type_node = bind_arguments(call, ("output_type",)).get("output_type")
    type_value = bindings.dereference(type_node) if type_node is not None else None
    return OutputSchema(call, type_node, type_value, read_sample(type_value, bindings))


def read_sample(node: ast.expr | None, bindings: Bindings) -> Sample | None:
    """Return the parameter type that an expression makes; None if it makes no known one."""
    if not isinstance(node, ast.Call):
        return None
    name = parameter_type(node.func, bindings)
    if name is None:
        return None
    given = node.args[0] if node.args and not isinstance(node.args[0], ast.Starred) else None
    for keyword in node.keywords:
        if keyword.arg == "sample_input":
            given = keyword.value
    value = bindings.dereference(given) if given is not None else None
    return Sample(name, node, value, given)


def parameter_type(node: ast.expr, bindings: Bindings) -> str | None:
    """Return the name of the parameter type's class that an expression names."""
    path = bindings.path(node)
    return next((name for name in PARAMETER_TYPES if is_schema_name(path, name)), None)


def nested_samples(node: ast.expr | None, bindings: Bindings) -> Iterator[Sample]:
    """Yield the parameter types in an expression, the outermost first."""
    if node is None:
        return
    for inner in walk([node]):
        if isinstance(inner, (ast.Call, ast.Name)):
            sample = read_sample(bindings.dereference(inner), bindings)
            if sample is not None:
                yield sample


def converted_to(schema: InputSchema) -> str | None:
    """Return what run() gets for a schema, for people; None if it may be text."""
    if schema.sample is None or schema.converts is not True:
        return None
    match schema.sample.type, schema.sample.value:
        case "NumpyParameterType", _:
            return "a NumPy array"
        case "PandasParameterType", _:
            return "a DataFrame"
        case _, ast.Dict():
            return "a dictionary"
        case _, ast.List() | ast.Tuple():
            return "a list"
        case _, ast.Constant(value=bool() | int() | float()):
            return "a number"
    return None


def bind_arguments(call: ast.Call, names: tuple[str, ...]) -> dict[str, ast.expr]:
    """Return the arguments of a call by the parameters' names, as far as they can be told."""
    bound: dict[str, ast.expr] = {}
    for name, argument in zip(names, call.args, strict=False):
        if isinstance(argument, ast.Starred):
            break
        bound[name] = argument
    bound.update({word.arg: word.value for word in call.keywords if word.arg in names})
    return bound


def constant(node: ast.expr | None, bindings: Bindings) -> Any:
    """Return the value of a literal or of a name that is assigned one; else `UNKNOWN`."""
    if node is None:
        return UNKNOWN
    node = bindings.dereference(node)
    try:
        return ast.literal_eval(node)
    except (ValueError, TypeError, SyntaxError, MemoryError, RecursionError):
        return UNKNOWN


def _flag(node: ast.expr | None, bindings: Bindings, *, default: bool) -> bool | None:
    if node is None:
        return default
    value = constant(node, bindings)
    return value if isinstance(value, bool) else None
