"""A request that a script can answer: from its schema, else from what it reads."""

from __future__ import annotations

import ast
import json
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, Literal
from urllib.parse import urlencode

from azmlinfsrv.analysis.facts.bindings import is_main_guard
from azmlinfsrv.analysis.facts.functions import REQUEST_HEADERS, FunctionFacts, Parameter
from azmlinfsrv.analysis.facts.schemas import UNKNOWN, InputSchema
from azmlinfsrv.analysis.samples.reading import Body, Names, Reader, Request
from azmlinfsrv.analysis.samples.shapes import Shape, example
from azmlinfsrv.analysis.samples.static_values import StaticValues
from azmlinfsrv.analysis.script import Script

JSON = "application/json"
TEXT = "text/plain"
BINARY = "application/octet-stream"
FORM = "multipart/form-data"
_MAX_LINE = 88

Source = Literal["schema", "script", "empty"]


@dataclass(frozen=True)
class SampleRequest:
    """One request to ``/score``.

    Attributes:
        body: its text; None if a file should be sent.
        source: where it comes from; "empty" is the emptiest that the server takes.
        content_type: what the body is.
        method: POST, unless the script answers GET alone.
        query: without the question mark; None if there is none.
        is_raw: whether the script takes the HTTP request itself.

    """

    body: str | None
    source: Source
    content_type: str = JSON
    method: str = "POST"
    query: str | None = None
    is_raw: bool = False

    def as_json(self) -> dict[str, object]:
        """Return the members as programs read them."""
        return {
            "method": self.method,
            "contentType": self.content_type,
            "body": self.body,
            "query": self.query,
            "source": self.source,
            "isRaw": self.is_raw,
        }


def sample_request(script: Script) -> SampleRequest:
    """Return a request for a script."""
    run = script.run
    if run is None:
        return SampleRequest("{}\n", "empty")
    if run.is_raw:
        return _raw(script, run)
    if run.has_schema:
        return SampleRequest(pretty(_members(script, run)), "schema")
    return _plain(script, run)


def pretty(value: Any) -> str:
    """Return JSON for people: a row of numbers stays on its line."""
    return f"{_pretty(value, '')}\n"


def _pretty(value: Any, indent: str) -> str:
    flat = json.dumps(value, ensure_ascii=False)
    is_leaf = not isinstance(value, (list, dict)) or not value
    is_row = isinstance(value, list) and not any(isinstance(each, (list, dict)) for each in value)
    if is_leaf or is_row or (indent and len(indent) + len(flat) <= _MAX_LINE):
        return flat
    deeper = f"{indent}  "
    if isinstance(value, dict):
        lines = [
            f"{json.dumps(str(key), ensure_ascii=False)}: {_pretty(each, deeper)}"
            for key, each in value.items()
        ]
        opening, closing = "{", "}"
    else:
        lines = [_pretty(each, deeper) for each in value]
        opening, closing = "[", "]"
    inner = ",\n".join(f"{deeper}{line}" for line in lines)
    return f"{opening}\n{inner}\n{indent}{closing}"


def _members(script: Script, run: FunctionFacts) -> dict[str, Any]:
    """Return the object that a script with a schema takes: a member for each parameter."""
    values = StaticValues(script.bindings)
    found: dict[str, Any] = {}
    for parameter in run.named_parameters:
        schema = next((each for each in run.inputs if each.name == parameter.name), None)
        if schema is not None and schema.sample is not None:
            value = values.sample(schema.sample)
        elif schema is not None or parameter.is_required:
            value = UNKNOWN
        else:
            continue
        found[parameter.name] = (
            _guess(script, run, parameter, schema) if value is UNKNOWN else value
        )
    return found


def _guess(
    script: Script, run: FunctionFacts, parameter: Parameter, schema: InputSchema | None
) -> Any:
    """Return what a parameter may take whose sample is computed, or that has none."""
    shape = Shape()
    Reader(script.bindings).read(run, {parameter.name: shape})
    value = example(shape, parameter.name)
    sample = schema.sample if schema is not None else None
    if sample is None or shape.is_known:
        return value
    match sample.type:
        case "NumpyParameterType":
            return [[0.0] * 4]
        case "PandasParameterType":
            return [{}]
    return value


def _plain(script: Script, run: FunctionFacts) -> SampleRequest:
    """Return a request for a script that gets the body as text."""
    tried = next(_tried(script, run), None)
    if tried is not None:
        return SampleRequest(tried, "script")
    body = Body()
    named = run.named_parameters
    if named:
        Reader(script.bindings).read(run, {named[0].name: body})
    if body.is_parsed:
        if not body.shape.is_known:
            return SampleRequest("{}\n", "empty")
        return SampleRequest(pretty(example(body.shape)), "script")
    if body.is_text:
        return SampleRequest("text\n", "script", TEXT)
    return SampleRequest("{}\n", "empty")


def _tried(script: Script, run: FunctionFacts) -> Iterator[str]:
    """Yield the bodies with which the script itself calls run() when it is run as a program."""
    for statement in script.tree.body:
        if not isinstance(statement, ast.If) or not is_main_guard(statement.test):
            continue
        names = {
            target.id: inner.value
            for inner in ast.walk(statement)
            if isinstance(inner, ast.Assign)
            for target in inner.targets
            if isinstance(target, ast.Name)
        }
        values = StaticValues(script.bindings, names)
        for call in ast.walk(statement):
            match call:
                case ast.Call(func=ast.Name(id=name), args=[given, *_]) if name == run.name:
                    value = values.value(given)
                    if isinstance(value, str) and (text := _as_json(value)) is not None:
                        yield text


def _as_json(text: str) -> str | None:
    try:
        return pretty(json.loads(text))
    except ValueError:
        return None


def _raw(script: Script, run: FunctionFacts) -> SampleRequest:
    """Return a request for a script that takes the HTTP request itself."""
    request = Request()
    first = next((each for each in run.parameters if each.name != REQUEST_HEADERS), None)
    names: Names = {first.name: request} if first is not None else {}
    Reader(script.bindings).read(run, names)
    query = (
        urlencode({key: str(example(shape, key)) for key, shape in request.query.members.items()})
        or None
    )
    body = request.body
    reads_body = body.is_read or bool(request.files.members or request.form.members)
    if "POST" not in request.methods and query is not None and not reads_body:
        return SampleRequest(None, "script", method="GET", query=query, is_raw=True)
    if request.files.members or request.form.members:
        return SampleRequest(None, "script", FORM, query=query, is_raw=True)
    if body.is_parsed:
        known = body.shape.is_known
        text = pretty(example(body.shape)) if known else "{}\n"
        return SampleRequest(text, "script" if known else "empty", query=query, is_raw=True)
    if body.is_text:
        return SampleRequest("text\n", "script", TEXT, query=query, is_raw=True)
    if body.is_read:
        return SampleRequest(None, "script", BINARY, query=query, is_raw=True)
    return SampleRequest("{}\n", "empty", query=query, is_raw=True)
