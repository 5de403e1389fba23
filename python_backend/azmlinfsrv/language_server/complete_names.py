"""Names that one part of a script has to repeat exactly: parameters, and Power BI's three words."""

from __future__ import annotations

import ast
from collections.abc import Iterable
from pathlib import Path

from lsprotocol import types

from azmlinfsrv.analysis.facts.schemas import bind_arguments
from azmlinfsrv.analysis.registered_models import registered_names
from azmlinfsrv.analysis.script import Script
from azmlinfsrv.compat.model import model_names
from azmlinfsrv.language_server.half_typed import MARK, OpenString
from azmlinfsrv.language_server.suggestions import Cursor, Suggestion, Suggestions

_POWER_BI_INPUTS = ("Inputs", "GlobalParameters")
_POWER_BI_RESULT = "Results"
_POWER_BI = "Power BI looks for this name"


def complete_schema_name(
    cursor: Cursor, string: OpenString, finished: Script
) -> Suggestions | None:
    """Return the parameters that an ``@input_schema`` at the cursor can describe."""
    for function in finished.functions:
        for schema in function.inputs:
            if not isinstance(schema.name, str) or MARK not in schema.name:
                continue
            described = {each.name for each in function.inputs}
            parameters = [each.name for each in function.named_parameters]
            missing = [each for each in parameters if each not in described]
            ranked = [*missing, *(each for each in parameters if each in described)]
            rows = [(each, f"parameter of {function.name}()") for each in ranked]
            rows += [(each, _POWER_BI) for each in _POWER_BI_INPUTS if each not in parameters]
            return _names(cursor, string, rows)
    return None


def complete_key(cursor: Cursor, string: OpenString, finished: Script) -> Suggestions | None:
    """Return what Power BI wants as the key of a result, or of its sample."""
    run = finished.run
    if run is None:
        return None
    described = [each.type_value for each in run.outputs if each.type_value is not None]
    returned = [
        node.value
        for statement in run.body
        for node in ast.walk(statement)
        if isinstance(node, ast.Return) and node.value is not None
    ]
    if any(_has_marked_key(node) for node in [*described, *returned]):
        return _names(cursor, string, [(_POWER_BI_RESULT, _POWER_BI)])
    return None


def complete_registered_model(
    cursor: Cursor, string: OpenString, finished: Script
) -> Suggestions | None:
    """Return the models that a ``Model.get_model_path`` at the cursor can find."""
    for call in finished.nodes.of(ast.Call):
        function = call.func
        if not isinstance(function, ast.Attribute) or function.attr != "get_model_path":
            continue
        named = bind_arguments(call, ("model_name", "version")).get("model_name")
        if named is None or not _is_marked(named):
            continue
        folder = finished.context.model_folder
        rows = dict.fromkeys(model_names(Path(folder.path)) if folder else (), "model folder")
        for name, version in registered_names().items():
            rows.setdefault(name, f"registered, newest version {version}")
        return _names(cursor, string, sorted(rows.items()))
    return None


def _has_marked_key(node: ast.expr) -> bool:
    """Return whether the cursor is in a key of a dictionary, or in what may become one."""
    for inner in ast.walk(node):
        if isinstance(inner, ast.Dict):
            keys: Iterable[ast.expr | None] = inner.keys
        elif isinstance(inner, ast.Set):
            keys = inner.elts
        else:
            continue
        if any(_is_marked(key) for key in keys):
            return True
    return False


def _is_marked(node: ast.expr | None) -> bool:
    return isinstance(node, ast.Constant) and isinstance(node.value, str) and MARK in node.value


def _names(cursor: Cursor, string: OpenString, rows: Iterable[tuple[str, str]]) -> Suggestions:
    range_ = cursor.back(cursor.offset - string.start)
    rest = string.end - cursor.offset if string.end is not None else 0
    return Suggestions(
        tuple(
            Suggestion(
                label=name,
                kind=types.CompletionItemKind.Variable,
                range=range_,
                text=name,
                replaced=cursor.ahead(range_, rest),
                detail=detail,
                sort_text=f"{number:02}",
            )
            for number, (name, detail) in enumerate(rows)
        )
    )
