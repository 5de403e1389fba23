"""The classes of samples in the decorators, with their imports."""

from __future__ import annotations

import ast
import re

from lsprotocol import types

from azmlinfsrv.analysis.facts.known_names import PARAMETER_TYPES, SCHEMA_PACKAGE
from azmlinfsrv.analysis.findings import Edit, Position, Range
from azmlinfsrv.analysis.script import Script
from azmlinfsrv.language_server.suggestions import Cursor, Suggestion, Suggestions

_LONGEST_DECORATOR = 500
_NAME = r"""(?:param_name\s*=\s*)?(?:"[^"\n]*"|'[^'\n]*'|\w+)"""
_BEFORE_TYPE = re.compile(
    rf"@\s*(?:\w+\.)*(?:input_schema\s*\(\s*(?:{_NAME}\s*,\s*(?:param_type\s*=\s*)?"
    rf"|param_type\s*=\s*)|output_schema\s*\(\s*(?:output_type\s*=\s*)?)\w*$"
)
_DEFINITION = re.compile(r"^def\s+run\s*\((?:[^()]*,)?\s*\w*$")
_SAMPLES = {
    "StandardPythonParameterType": "numbers, texts, lists and dictionaries",
    "NumpyParameterType": "a NumPy array",
    "PandasParameterType": "a pandas DataFrame",
    "SparkParameterType": "a Spark DataFrame",
}


def complete_parameter_type(cursor: Cursor) -> Suggestions | None:
    """Return the classes of samples, where a decorator wants one; or Power BI's parameters."""
    before = cursor.text[max(cursor.offset - _LONGEST_DECORATOR, 0) : cursor.offset]
    if _BEFORE_TYPE.search(before):
        return Suggestions(
            tuple(_class(cursor, name, number) for number, name in enumerate(PARAMETER_TYPES))
        )
    line = cursor.script.source.line(cursor.position.line)[: cursor.position.column]
    if _DEFINITION.search(line) and SCHEMA_PACKAGE in cursor.text:
        return Suggestions(
            tuple(
                Suggestion(
                    label=name,
                    kind=types.CompletionItemKind.Variable,
                    range=cursor.word,
                    text=name,
                    detail="Power BI looks for this name",
                )
                for name in ("Inputs", "GlobalParameters")
            )
        )
    return None


def _class(cursor: Cursor, name: str, number: int) -> Suggestion:
    module = PARAMETER_TYPES[name]
    script = cursor.script
    is_bound = name in script.bindings.imports or name in script.bindings.names
    return Suggestion(
        label=name,
        kind=types.CompletionItemKind.Class,
        range=cursor.word,
        text=name,
        snippet=f"{name}(${{1:sample_input}})$0",
        detail=f"for {_SAMPLES[name]}",
        documentation=f"from {module} import {name}",
        sort_text=f"{number:02}",
        other_edits=() if is_bound else (import_edit(script, module, name),),
    )


def import_edit(script: Script, module: str, name: str) -> Edit:
    """Return the edit that imports a name, behind the imports that are there."""
    line = 0
    for statement in script.tree.body:
        is_docstring = isinstance(statement, ast.Expr) and isinstance(statement.value, ast.Constant)
        if isinstance(statement, (ast.Import, ast.ImportFrom)) or (is_docstring and line == 0):
            line = statement.end_lineno or line
        elif not is_docstring:
            break
    text = f"from {module} import {name}{script.source.newline}"
    if line == 0:
        while script.source.line(line).startswith("#"):
            line += 1
    place = Position(line, 0)
    if line >= len(script.source.lines):
        place, text = script.source.end, f"{script.source.newline}{text}"
    return Edit(Range(place, place), text)
