"""Answers with status 500: ``run()`` raised, took too long or returned what cannot be sent."""

from __future__ import annotations

import re
from dataclasses import replace
from pathlib import Path

from azmlinfsrv.analysis.answers.exchange import Exchange, Explanation, listed, nearest
from azmlinfsrv.analysis.answers.refused_requests import run_range, schema_range, script_answered
from azmlinfsrv.analysis.findings import Finding, Position, Range, Severity
from azmlinfsrv.analysis.samples.read_keys import read_keys

_RUN_FAILED = "An unexpected error occurred in scoring script"
_INTERNAL = "An unexpected internal error occurred"
_TIMEOUT = re.compile(r"Scoring timeout after (\d+) ms")
_CONVERSIONS = (
    *("Invalid input array", "Invalid input data frame", "Invalid input format"),
    *("Invalid input data type to parse", "Error, unable to convert input"),
)
# Of inference-schema, on each request, when a decorator names what run() does not have.
_UNKNOWN_NAME = "is not in the decorated function"
_RESULT_CODES = frozenset({"AML107", "AML106", "AML404"})
_SHOW = "Start the server with --show_errors to see the exception here; the log has it."


def server_error(exchange: Exchange) -> Explanation:
    """Explain 500."""
    answer = exchange.answer
    if found := _TIMEOUT.match(answer.message):
        return _timeout(exchange, int(found[1]))
    if answer.message.startswith(_INTERNAL):
        return _unsent_result(exchange)
    if answer.members.get("error_type"):
        return _with_details(exchange)
    if answer.message.startswith(_RUN_FAILED):
        finding = _likely(exchange)
        cause = f" Probably this: {finding.message}" if finding else ""
        return Explanation(
            f"run() raised an exception.{cause} {_SHOW}",
            finding.range if finding else run_range(exchange.script),
            finding=finding,
        )
    if answer.headers.get("x-ms-run-function-failed") is not None and not answer.message:
        return script_answered(exchange)
    return Explanation(
        "The server could not answer: run() ended in a way that no answer is made of, as"
        " sys.exit() does. The log has the reason.",
        run_range(exchange.script),
    )


def _timeout(exchange: Exchange, milliseconds: int) -> Explanation:
    place = _place(exchange)
    return replace(
        place,
        message=f"run() was interrupted after {milliseconds} ms, the limit that SCORING_TIMEOUT_MS"
        " sets, or it raised a TimeoutError of its own. Make it faster, or raise the limit.",
    )


def _unsent_result(exchange: Exchange) -> Explanation:
    told = exchange.answer.members.get("error_message")
    finding = next((each for each in exchange.findings if each.code in _RESULT_CODES), None)
    said = "run() returned a value that JSON cannot hold"
    said += f": {told}" if isinstance(told, str) else ". Convert arrays with .tolist()."
    place = finding.range if finding else _returns(exchange) or run_range(exchange.script)
    return Explanation(said, place, finding=finding)


def _with_details(exchange: Exchange) -> Explanation:
    members = exchange.answer.members
    kind, told = str(members["error_type"]), str(members.get("error_message") or "")
    if told.startswith(_CONVERSIONS):
        return Explanation(
            f"The request does not fit the sample of @input_schema: {told}. run() was not called.",
            schema_range(exchange.script),
            finding=_finding_of(exchange, ("AML2",)),
        )
    if _UNKNOWN_NAME in told and (finding := _finding_of(exchange, ("AML201",))):
        return Explanation(f"{finding.message} run() was not called.", finding.range, None, finding)
    place = _place(exchange)
    said = f"run() raised {kind}: {told}" if told else f"run() raised {kind}"
    if kind == "KeyError":
        said = _missing_key(exchange, told) or said
    elif kind == "NameError" and (finding := _finding_of(exchange, ("AML109", "AML9"))):
        return Explanation(said, place.range or finding.range, place.elsewhere, finding)
    return replace(place, message=said)


def _missing_key(exchange: Exchange, told: str) -> str | None:
    """Return what to say of a key that the script reads and the request does not have."""
    key = told.strip("'\"")
    keys = sorted(_keys(exchange.sent))
    if not key or key in keys or exchange.sent is None:
        return None
    if key not in read_keys(exchange.script):
        # It may be looked up in anything: a table of the script's own, the environment.
        return None
    said = f"run() raised KeyError: it reads '{key}', and the request has no such member."
    if close := nearest(key, keys):
        return f"{said} It has '{close}': rename that to '{key}'; upper and lower case count."
    return f"{said} It has {listed(keys)}." if keys else f"{said} It is empty."


def _keys(value: object) -> set[str]:
    """Return the keys of objects that are not far from the top."""
    found: set[str] = set()
    layer = [value]
    for _ in range(4):
        following: list[object] = []
        for each in layer:
            if isinstance(each, dict):
                found.update(map(str, each))
                following += each.values()
            elif isinstance(each, list):
                following += each[:3]
        layer = following
    return found


def _place(exchange: Exchange) -> Explanation:
    """Return where the server says that it happened, and what the analysis says of that line."""
    members, script = exchange.answer.members, exchange.script
    file, line = members.get("file"), members.get("line")
    if not isinstance(file, str) or not isinstance(line, int) or line < 1:
        finding = _likely(exchange)
        place = finding.range if finding else run_range(script)
        return Explanation("", place, finding=finding)
    if not _is_same(Path(file), script.path):
        return Explanation("", elsewhere=(Path(file), line - 1))
    text = script.source.line(line - 1) if line <= len(script.source.lines) else ""
    start = len(text) - len(text.lstrip())
    range_ = Range(Position(line - 1, start), Position(line - 1, len(text.rstrip())))
    on_line = [
        each
        for each in exchange.findings
        if each.range.start.line <= line - 1 <= each.range.end.line
    ]
    finding = next(iter(sorted(on_line, key=_weight)), None)
    name = run_range(script)
    if finding is None and name is not None and name.start.line == line - 1:
        # The line of the definition stands for all that happened outside the function's own lines.
        finding = _likely(exchange)
        range_ = finding.range if finding is not None else name
    return Explanation("", range_, finding=finding)


def _is_same(one: Path, other: Path) -> bool:
    try:
        return one == other or one.samefile(other)
    except OSError:
        return False


def _likely(exchange: Exchange) -> Finding | None:
    """Return the finding that is most likely the reason why run() fails."""
    run = exchange.script.run
    if run is None:
        return None
    whole = exchange.script.source.range_of(run.node)
    first = min([whole.start.line, *(_line(each.node) for each in run.decorators)])
    within = [
        each
        for each in exchange.findings
        if first <= each.range.start.line <= whole.end.line
        and each.severity is not Severity.INFORMATION
    ]
    return next(iter(sorted(within, key=_weight)), None)


def _line(node: object) -> int:
    return int(getattr(node, "lineno", 1)) - 1


def _weight(finding: Finding) -> int:
    return list(Severity).index(finding.severity)


def _finding_of(exchange: Exchange, codes: tuple[str, ...]) -> Finding | None:
    return next((each for each in exchange.findings if each.code.startswith(codes)), None)


def _returns(exchange: Exchange) -> Range | None:
    """Return the range of the only return of run()."""
    run = exchange.script.run
    found = run.returns if run is not None else []
    return exchange.script.source.range_of(found[0]) if len(found) == 1 else None
