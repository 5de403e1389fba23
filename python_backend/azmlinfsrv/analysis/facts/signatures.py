"""Whether a call fits the function that it calls, in Python's own words."""

from __future__ import annotations

import ast
from dataclasses import dataclass


@dataclass(frozen=True)
class Signature:
    """The parameters of a function of a library.

    Attributes:
        name: how Python calls it in an error.
        parameters: all names, in their order.
        required: how many of them have no default.
        use: how it is called, for people.

    """

    name: str
    parameters: tuple[str, ...]
    required: int
    use: str


def misfit(call: ast.Call, signature: Signature) -> tuple[ast.AST, str] | None:
    """Return what Python says of a call that cannot be made, and of which part of it.

    None for one that can be made, and for one that unpacks its arguments.
    """
    is_open = any(isinstance(each, ast.Starred) for each in call.args)
    if is_open or any(word.arg is None for word in call.keywords):
        return None
    name, given, takes = signature.name, len(call.args), len(signature.parameters)
    if given > takes:
        were = "was" if given == 1 else "were"
        told = f"{name}() takes {takes} positional {_arguments(takes)} but {given} {were} given."
        return call, told
    for word in call.keywords:
        if word.arg not in signature.parameters:
            return word, f"{name}() got an unexpected keyword argument '{word.arg}'."
        if word.arg in signature.parameters[:given]:
            return word, f"{name}() got multiple values for argument '{word.arg}'."
    named = {word.arg for word in call.keywords}
    missing = [
        each for each in signature.parameters[given : signature.required] if each not in named
    ]
    if missing:
        count = len(missing)
        listed = " and ".join(f"'{each}'" for each in missing)
        return call, f"{name}() missing {count} required positional {_arguments(count)}: {listed}."
    return None


def _arguments(count: int) -> str:
    return "argument" if count == 1 else "arguments"


INPUT_SIGNATURE = Signature(
    "input_schema",
    ("param_name", "param_type", "convert_to_provided_type", "optional"),
    2,
    "@input_schema('name', type)",
)
OUTPUT_SIGNATURE = Signature("output_schema", ("output_type",), 1, "@output_schema(type)")
