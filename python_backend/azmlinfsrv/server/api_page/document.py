"""The OpenAPI document of the page: the script's own, with what is needed to try it here.

``/swagger.json`` is for clients of the deployed endpoint and stays as published. The page's
document leads to this server, asks for no key, knows requests that the published one does not
tell (``GET /score``, files), and begins with a sample that works.
"""

from __future__ import annotations

import copy
from typing import Any

from azmlinfsrv.scoring import EntryScript, InputStyle
from azmlinfsrv.server.api_page.raw_reads import RawReads, raw_reads
from azmlinfsrv.server.api_page.sample import Sample, sample_beside
from azmlinfsrv.server.banner import SAMPLE_REQUEST
from azmlinfsrv.server.settings import Settings
from azmlinfsrv.server.swagger import ApiDescription

Json = dict[str, Any]

_JSON = "application/json"
_TEXT = "text/plain"
_BYTES = "application/octet-stream"
_FORM = "multipart/form-data"
_FILE: Json = {"type": "string", "format": "binary"}
_HERE = [{"url": "..", "description": "This server"}]
"""Relative to the document's own address: a proxy may have put something before it."""
_ERROR: Json = {"type": "object", "properties": {"message": {"type": "string"}}}
_CONTRACT = {
    InputStyle.SCHEMA: "`run()` gets the members of the JSON object as its arguments",
    InputStyle.TEXT: "`run()` gets the body as one string",
    InputStyle.RAW: "`run()` gets the request itself",
}


def page_document(description: ApiDescription, script: EntryScript, settings: Settings) -> Json:
    """Return the document, made anew so that a sample that was saved meanwhile is in it."""
    beside = sample_beside(script.path)
    sample = beside if isinstance(beside, Sample) else None
    own = description.own_openapi
    if isinstance(own, dict) and isinstance(own.get("paths"), dict):
        return _of_own(own, sample, settings.service_path_prefix)
    notice = beside if isinstance(beside, str) else None
    return _generated(description, script, sample, notice)


def _generated(
    description: ApiDescription, script: EntryScript, sample: Sample | None, notice: str | None
) -> Json:
    schema = description.schema
    # Where 3.0 cannot say it, 3.1 can: its schemas are those of JSON Schema.
    version = "3.0.3" if "3" in schema.versions else "3.1.0"
    if sample is None and script.style is InputStyle.SCHEMA:
        sample = Sample(schema.input.get("example"), is_json=True, source="the schema")
    content, query = _inputs(description, script, sample)
    beginning = f" The sample is from {_called(sample)}." if sample else ""
    contract = _CONTRACT[script.style]
    answers = _answers(description, script)
    return {
        "openapi": version,
        "info": {
            "title": script.path.name,
            "version": description.info["version"],
            "description": "Requests go to the server that this page is from.",
        },
        "servers": _HERE,
        "tags": [{"name": "Scoring"}, {"name": "Server"}],
        "paths": {
            "/score": {
                "post": {
                    "tags": ["Scoring"],
                    "operationId": "score",
                    "summary": "Call run() with a body",
                    "description": f"{contract}.{beginning}{f' {notice}' if notice else ''}",
                    "requestBody": {"required": True, "content": content},
                    "responses": answers,
                },
                "get": {
                    "tags": ["Scoring"],
                    "operationId": "scoreQuery",
                    "summary": "Call run() with a query",
                    "description": _QUERY_TEXTS[script.style],
                    "parameters": query,
                    "responses": answers,
                },
            },
            "/": {
                "get": {
                    "tags": ["Server"],
                    "operationId": "health",
                    "summary": "Whether the server can score",
                    "responses": {"200": _answer("It can.", _TEXT, {"type": "string"})},
                }
            },
            "/swagger.json": {
                "get": {
                    "tags": ["Server"],
                    "operationId": "description",
                    "summary": "The description of the API for clients",
                    "parameters": [
                        {
                            "name": "version",
                            "in": "query",
                            "description": "Of Swagger or OpenAPI.",
                            "schema": {"type": "string", "enum": description.versions},
                        }
                    ],
                    "responses": {"200": _answer("The description.", _JSON, {"type": "object"})},
                }
            },
        },
    }


_QUERY_TEXTS = {
    InputStyle.SCHEMA: "`run()` gets the query's values, read as JSON where they are JSON.",
    InputStyle.TEXT: "`run()` gets the query as the text of a JSON object.",
    InputStyle.RAW: "`run()` gets the request itself.",
}


def _inputs(
    description: ApiDescription, script: EntryScript, sample: Sample | None
) -> tuple[Json, list[Json]]:
    """Return the body's media types, the likeliest first, and the parameters of a query."""
    members: Json = {}
    if sample and sample.is_json and isinstance(sample.value, dict):
        members = sample.value
    if script.style is InputStyle.SCHEMA:
        body = {_JSON: _media(description.schema.input, sample)}
        return body, _schema_query(description, script, members)
    anything: Json = {"type": "object", "additionalProperties": True}
    json_body = _media(anything, sample if sample and sample.is_json else None) or {}
    json_body.setdefault("example", {})
    text_body = _media({"type": "string"}, None if sample and sample.is_json else sample)
    if script.style is InputStyle.TEXT:
        scalars = {name: value for name, value in members.items() if _is_scalar(value)}
        both = [(_JSON, json_body), (_TEXT, text_body)]
        is_text_first = sample is not None and not sample.is_json
        return dict(both[::-1] if is_text_first else both), [_free_query(scalars)]
    reads = raw_reads(script)
    return _raw_body(reads, sample, json_body, text_body), _raw_query(reads)


def _raw_body(reads: RawReads, sample: Sample | None, json_body: Json, text_body: Json) -> Json:
    names = [*((name, _FILE) for name in reads.files)] or [("file", _FILE)]
    # Without an example the field would begin with the word "string".
    names += [(name, {"type": "string", "example": ""}) for name in reads.form]
    bodies = {
        _BYTES: {"schema": _FILE},
        _JSON: json_body,
        _FORM: {"schema": {"type": "object", "properties": dict(names)}},
        _TEXT: text_body,
    }
    if sample:
        first = [_JSON if sample.is_json else _TEXT]
    else:
        likely = {_FORM: reads.reads_form, _JSON: reads.reads_json, _BYTES: reads.reads_bytes}
        first = [media_type for media_type, is_read in likely.items() if is_read]
    return {media_type: bodies[media_type] for media_type in dict.fromkeys([*first, *bodies])}


def _raw_query(reads: RawReads) -> list[Json]:
    named = [{"name": name, "in": "query", "schema": {"type": "string"}} for name in reads.args]
    return named or [_free_query({})]


def _schema_query(description: ApiDescription, script: EntryScript, members: Json) -> list[Json]:
    properties = description.schema.input.get("properties", {})
    examples = description.schema.input.get("example") or {}
    parameters = []
    for name in script.parameters:
        value = members.get(name, examples.get(name))
        content: Json = {"schema": properties.get(name, {})}
        if value is not None:
            content["example"] = value
        parameters.append(
            {
                "name": name,
                "in": "query",
                "required": name not in script.defaults,
                "content": {_JSON: content},
            }
        )
    return parameters


def _free_query(members: Json) -> Json:
    return {
        "name": "query",
        "in": "query",
        "description": "Each member becomes one name and value of the query.",
        "style": "form",
        "explode": True,
        "schema": {"type": "object", "additionalProperties": True},
        "example": members,
    }


def _answers(description: ApiDescription, script: EntryScript) -> Json:
    failure = _answer("The request was refused, or run() failed.", _JSON, _ERROR)
    if script.style is InputStyle.RAW:
        # Whatever the script answers, an image as well: nothing is said about it.
        return {"200": {"description": "What run() returned."}, "default": failure}
    output = description.schema.output if script.style is InputStyle.SCHEMA else {}
    return {"200": _answer("What run() returned.", _JSON, output), "default": failure}


def _answer(text: str, media_type: str, schema: Json) -> Json:
    return {"description": text, "content": {media_type: {"schema": schema}}}


def _media(schema: Json, sample: Sample | None) -> Json:
    media: Json = {"schema": schema}
    if sample is not None and sample.value is not None:
        media["example"] = sample.value
    return media


def _called(sample: Sample) -> str:
    return f"`{SAMPLE_REQUEST}`" if sample.source == SAMPLE_REQUEST else sample.source


def _is_scalar(value: object) -> bool:
    return isinstance(value, (str, int, float, bool))


def _of_own(own: Json, sample: Sample | None, prefix: str) -> Json:
    """Return the user's own description, led to this server."""
    document = copy.deepcopy(own)
    document["servers"] = _HERE
    document.pop("security", None)
    # The routes of the server have no prefix.
    front = f"/{prefix.strip('/')}" if prefix.strip("/") else ""
    paths = {name.removeprefix(front) or "/": item for name, item in document["paths"].items()}
    document["paths"] = paths
    for item in paths.values():
        for operation in item.values() if isinstance(item, dict) else ():
            if isinstance(operation, dict):
                operation.pop("security", None)
    with_sample = _body_without_sample(paths)
    if with_sample is not None and sample is not None and sample.is_json:
        with_sample["example"] = sample.value
    return document


def _body_without_sample(paths: Json) -> Json | None:
    found: Any = paths
    for key in ("/score", "post", "requestBody", "content", _JSON):
        found = found.get(key) if isinstance(found, dict) else None
    if isinstance(found, dict) and not {"example", "examples"} & found.keys():
        return found
    return None
