"""Answers by which the server refuses a request before ``run()`` is called."""

from __future__ import annotations

import json
import re

from azmlinfsrv.analysis.answers.exchange import Exchange, Explanation, listed, nearest
from azmlinfsrv.analysis.facts.functions import FunctionFacts
from azmlinfsrv.analysis.findings import Finding, Range
from azmlinfsrv.analysis.script import Script

_MISSING = re.compile(r"A value is not provided for the '(?P<name>.*)' parameter\.")


def bad_request(exchange: Exchange) -> Explanation:
    """Explain 400."""
    message = exchange.answer.message
    if found := _MISSING.match(message):
        return _missing_member(exchange, found["name"])
    if message.startswith("POST body is empty"):
        return Explanation(
            f"The request has no body. {_takes(exchange.script)}", schema_range(exchange.script)
        )
    if message.startswith("POST body could not be decoded"):
        return Explanation(_not_json(exchange), schema_range(exchange.script))
    if message.startswith("POST body should be a JSON dictionary"):
        return Explanation(_no_object(exchange), schema_range(exchange.script))
    if message.startswith("Input cannot be decoded as UTF-8"):
        return Explanation(
            "The body is not text in UTF-8, and run() without @rawhttp gets the body as text. Send"
            " UTF-8, or decorate run() with @rawhttp to take binary data.",
            run_range(exchange.script),
        )
    return script_answered(exchange)


def unsupported_media_type(exchange: Exchange) -> Explanation:
    """Explain 415."""
    if not exchange.answer.message.startswith("Expects Content-Type"):
        return script_answered(exchange)
    sent = exchange.request.content_type
    said = f"says Content-Type: {sent}" if sent else "says no Content-Type"
    return Explanation(
        f"The request {said}, and run() has @input_schema, which takes JSON only. Send it with"
        " Content-Type: application/json.",
        schema_range(exchange.script),
    )


def not_allowed(exchange: Exchange) -> Explanation:
    """Explain 405."""
    run = exchange.script.run
    if run is not None and run.is_raw:
        return script_answered(exchange)
    return Explanation(
        f"The server takes GET and POST at /score, not {exchange.request.method}. Only a run() with"
        " @rawhttp gets other methods.",
        run_range(exchange.script),
    )


def not_found(exchange: Exchange) -> Explanation:
    """Explain 404."""
    message = exchange.answer.message
    if message.startswith("The requested URL was not found"):
        return Explanation(
            "The server has nothing at this path. It answers at /score, /swagger.json and / (is it"
            " alive?), and tells upper and lower case and a slash at the end apart."
        )
    if "wagger" in message:
        return Explanation(
            "The samples in the script's decorators cannot be described in this version of OpenAPI:"
            f" {message}",
            schema_range(exchange.script),
        )
    return script_answered(exchange)


def large_headers(exchange: Exchange) -> Explanation:
    """Explain 431."""
    message = exchange.answer.message or "The headers of the request are too large."
    return Explanation(
        f"{message}. run() was not called. Send a shorter one."
        if exchange.answer.message
        else f"{message} run() was not called."
    )


def script_answered(exchange: Exchange) -> Explanation:
    """Explain a status that the script chose itself."""
    status = exchange.answer.status
    script = exchange.script
    place = next(
        (
            script.source.range_of(node)
            for node in (script.run.nodes if script.run is not None else [])
            if getattr(node, "value", None) == status and type(getattr(node, "value", 0)) is int
        ),
        None,
    )
    where = "here" if place is not None else "in run()"
    return Explanation(
        f"The script itself answered {status} {where}: the request reached run().",
        place or run_range(script),
    )


def run_range(script: Script) -> Range | None:
    """Return the range of the name of run()."""
    definition = script.run.definition if script.run is not None else None
    return script.source.name_range(definition) if definition is not None else None


def schema_range(script: Script) -> Range | None:
    """Return the range of the first decorator with a schema; else that of run()."""
    run = script.run
    return script.source.range_of(run.inputs[0].call) if run and run.inputs else run_range(script)


def _missing_member(exchange: Exchange, name: str) -> Explanation:
    script, run = exchange.script, exchange.script.run
    finding = _finding_on_schema(exchange, name)
    parameter = run.parameter(name) if run is not None else None
    schema = next((each for each in run.inputs if each.name == name), None) if run else None
    node = schema.name_node if schema is not None else parameter.node if parameter else None
    place = script.source.range_of(node) if node is not None else run_range(script)
    sent = exchange.sent
    keys = list(sent) if isinstance(sent, dict) else []
    said = f"The request has no member '{name}', which run() needs."
    if exchange.request.method == "GET":
        said += f" Add it to the query: ?{name}=…"
    elif close := nearest(name, keys):
        said += f" It has '{close}': rename that to '{name}'; upper and lower case count."
    elif keys:
        said += f" It has {listed(keys)}. {_takes(script)}"
    else:
        said += f" {_takes(script)}"
    if schema is None and parameter is not None and run is not None and run.inputs:
        said += " No @input_schema describes this parameter; give it a default to make it optional."
    return Explanation(said, place, finding=finding)


def _finding_on_schema(exchange: Exchange, name: str) -> Finding | None:
    """Return what the analysis says of the decorators' names, if it names the parameter."""
    codes = {"AML201", "AML202", "AML203", "AML213"}
    found = [each for each in exchange.findings if each.code in codes]
    return next((each for each in found if f"'{name}'" in each.message), None)


def _not_json(exchange: Exchange) -> str:
    detail = exchange.answer.message.partition(": ")[2]
    try:
        json.loads(exchange.request.body or "")
    except ValueError as error:
        place = getattr(error, "lineno", None)
        column = getattr(error, "colno", None)
        if place is not None:
            shown = getattr(error, "msg", detail)
            return f"The body is not JSON: {shown} in line {place}, column {column} of the request."
    return f"The body is not JSON: {detail}."


def _no_object(exchange: Exchange) -> str:
    sent, run = exchange.sent, exchange.script.run
    kinds = {list: "a list", str: "text", bool: "true or false", int: "a number", float: "a number"}
    said = f"The body is {kinds.get(type(sent), 'null')}, and run() with @input_schema takes a JSON"
    said += " object with a member for each parameter."
    names = [each.name for each in run.named_parameters] if run is not None else []
    return f'{said} Wrap it: {{"{names[0]}": …}}' if len(names) == 1 else said


def _takes(script: Script) -> str:
    names = _needed(script.run) if script.run is not None else []
    if not names:
        return "Send a JSON object."
    members = ", ".join(f'"{name}": …' for name in names)
    return f"Send {{{members}}} as application/json."


def _needed(run: FunctionFacts) -> list[str]:
    return [each.name for each in run.named_parameters if each.is_required]
