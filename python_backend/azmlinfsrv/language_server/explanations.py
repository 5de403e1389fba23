"""Sentences about what the server does with a script, in Markdown."""

from __future__ import annotations

from pathlib import Path

from azmlinfsrv.analysis.facts.functions import (
    REQUEST_HEADERS,
    Decorator,
    DecoratorKind,
    FunctionFacts,
    Parameter,
)
from azmlinfsrv.analysis.facts.schemas import InputSchema
from azmlinfsrv.analysis.facts.script_kind import ScriptKind
from azmlinfsrv.analysis.model_files import entries
from azmlinfsrv.analysis.model_folder import MODEL_VARIABLE, ModelFolder
from azmlinfsrv.analysis.script import Script

_LISTED = 12
_CONVERTED = {
    "NumpyParameterType": "a NumPy array with the sample's type and shape",
    "PandasParameterType": "a pandas DataFrame with the sample's columns",
    "SparkParameterType": "a Spark DataFrame with the sample's columns",
    "StandardPythonParameterType": "a value of the sample's Python type",
}


def explain_model_folder(folder: ModelFolder | None) -> str:
    """Return what AZUREML_MODEL_DIR will name, why, and what is there."""
    if folder is None:
        return (
            f"**{MODEL_VARIABLE}** will not be set: no model folder is known for this script.\n\n"
            "Name one in the setting `azmlinfsrv.modelDir`, or put the model into a folder"
            " `model` beside the script."
        )
    lines = [f"**{MODEL_VARIABLE}** = `{folder.path}`", "", f"Comes from: {folder.source}.", ""]
    names = entries(Path(folder.path))
    if not names:
        is_there = Path(folder.path).is_dir()
        return "\n".join([*lines, "The folder is empty." if is_there else "It is not there."])
    lines += ["It contains:", "", *(f"- `{name}`" for name in names[:_LISTED])]
    if len(names) > _LISTED:
        lines.append(f"- and {len(names) - _LISTED} more")
    return "\n".join(lines)


def explain_function(script: Script, function: FunctionFacts) -> str:
    """Return when the server calls a function, and what it gets."""
    if script.kind is ScriptKind.BATCH:
        when = "once in each worker" if function.name == "init" else "for each mini-batch"
        return f"**{function.name}** is called {when} by a batch deployment."
    if function.name == "init":
        return (
            "**init** is called once, without arguments, in each worker and before its first"
            " request. If it fails, the server exits with status 3."
        )
    return f"**run** is called for each scoring request, one at a time.\n\n{_input_of(function)}"


def _input_of(run: FunctionFacts) -> str:
    headers = (
        f"\n\n`{REQUEST_HEADERS}` gets the request's headers as a dictionary."
        if run.parameter(REQUEST_HEADERS)
        else ""
    )
    if run.is_raw:
        return (
            "It gets the HTTP request itself, because of `@rawhttp`; what it returns is the"
            " response, an `AMLResponse` for example."
        )
    if not run.named_parameters:
        return "It has no parameter for the input, so the server does not start."
    first = run.named_parameters[0].name
    if run.has_schema:
        rows = [_row(each, run) for each in run.named_parameters]
        return (
            "\n".join(
                ["The request's body is a JSON object. Each key becomes an argument:", "", *rows]
            )
            + headers
        )
    return f"`{first}` gets the request's body as text; `json.loads({first})` reads it.{headers}"


def _row(parameter: Parameter, run: FunctionFacts) -> str:
    schema = next((each for each in run.inputs if each.name == parameter.name), None)
    need = "required" if parameter.is_required else "may be left out"
    kind = _converted(schema) if schema is not None else "the value as JSON has it"
    return f"- `{parameter.name}`: {kind}; {need}"


def _converted(schema: InputSchema) -> str:
    if schema.converts is False or schema.sample is None:
        return "the value as JSON has it"
    return _CONVERTED[schema.sample.type]


def explain_decorator(function: FunctionFacts, decorator: Decorator) -> str | None:
    """Return what one of the known decorators makes the server do."""
    if decorator.kind is DecoratorKind.RAW_HTTP:
        return (
            "**@rawhttp**: `run` gets the HTTP request itself, with any method and any body, and"
            " answers with an `AMLResponse` or a plain result. No schema can be used beside it."
        )
    if decorator.kind is DecoratorKind.OUTPUT:
        return (
            "**@output_schema** describes what `run` returns in `/swagger.json`. The result is"
            " not compared with the sample. Because of it, `run` gets the keys of the request's"
            " JSON object as arguments."
        )
    if decorator.kind is not DecoratorKind.INPUT or decorator.call is None:
        return None
    schema = next((each for each in function.inputs if each.call is decorator.call), None)
    if schema is None or not isinstance(schema.name, str):
        return "**@input_schema** describes one parameter of `run` by a sample."
    known = function.parameter(schema.name) is not None
    text = (
        f"**@input_schema** describes the parameter `{schema.name}` of `{function.name}`:"
        f" {_converted(schema)}.\n\nThe server takes the key `{schema.name}` of the request's"
        " JSON object for it and shows the sample in `/swagger.json`."
    )
    return text if known else f"{text}\n\n`{function.name}` has no parameter of that name."
