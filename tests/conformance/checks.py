"""Compare what was seen with what was promised; every function returns the complaints."""

from __future__ import annotations

import json
import re
import time
from collections.abc import Iterator
from typing import Any

from .case_file import UNSET, Expectation, HeaderValue, Text
from .http_client import Answer
from .server import Running

_LOG_PATIENCE_S = 2.0
_EXIT_PATIENCE_S = 8.0


def check_answer(answer: Answer, expect: Expectation) -> list[str]:
    """Compare an answer with the HTTP part of an expectation."""
    if expect.no_answer:
        return [] if answer.status is None else ["an answer came although none was expected"]
    if answer.status is None:
        return [str(answer)]
    complaints = [*_status(answer, expect), *_body(answer, expect), *_headers(answer, expect)]
    if expect.min_ms is not None and answer.milliseconds < expect.min_ms:
        complaints.append(f"answered after {answer.milliseconds:.0f} ms, too early")
    if expect.max_ms is not None and answer.milliseconds > expect.max_ms:
        complaints.append(f"answered after {answer.milliseconds:.0f} ms, too late")
    return complaints


def _status(answer: Answer, expect: Expectation) -> Iterator[str]:
    if expect.status is not None and answer.status != expect.status:
        yield f"status {answer.status}, not {expect.status}"
    if answer.truncated != expect.truncated:
        yield "the body is cut" if answer.truncated else "the body is whole"


def _body(answer: Answer, expect: Expectation) -> Iterator[str]:
    if expect.body is not None and not _same_body(answer.body, expect.body):
        yield f"body {answer.body[:300]!r}, not {expect.body!r}"
    if expect.chunks is not None:
        chunks = [chunk.decode() for chunk in answer.chunks]
        if chunks != list(expect.chunks):
            yield f"chunks {chunks}, not {expect.chunks}"
    if expect.json is UNSET and expect.json_has is UNSET:
        return
    try:
        seen = json.loads(answer.body)
    except ValueError:
        yield f"body {answer.body[:300]!r} is not JSON"
        return
    if expect.json is not UNSET and seen != expect.json:
        yield f"JSON {seen!r}, not {expect.json!r}"
    if expect.json_has is not UNSET:
        yield from _lacks(seen, expect.json_has, "$")


def _same_body(body: bytes, expected: str | bytes | re.Pattern[str]) -> bool:
    if isinstance(expected, re.Pattern):
        return expected.fullmatch(body.decode("utf-8", "replace")) is not None
    return body == (expected.encode() if isinstance(expected, str) else expected)


def _lacks(seen: Any, expected: Any, where: str) -> Iterator[str]:
    if isinstance(expected, re.Pattern):
        if not isinstance(seen, str) or not expected.fullmatch(seen):
            yield f"{where} is {seen!r}, not {expected.pattern}"
    elif not isinstance(expected, dict) or not isinstance(seen, dict):
        if seen != expected:
            yield f"{where} is {seen!r}, not {expected!r}"
    else:
        for key, value in expected.items():
            yield from _lacks(seen.get(str(key), "(missing)"), value, f"{where}.{key}")


def _headers(answer: Answer, expect: Expectation) -> Iterator[str]:
    for name, expected in expect.headers.items():
        seen = answer.values(name)
        if not _same_header(seen, expected):
            yield f"header {name} is {seen}, not {expected!r}"
    spelled = {name for name, _ in answer.headers}
    for name in expect.header_names:
        if name not in spelled:
            yield f"no header is spelled {name}: {sorted(spelled)}"
    for names in expect.same:
        if len({tuple(answer.values(name)) for name in names}) != 1:
            yield f"headers {names} differ"


def _same_header(seen: list[str], expected: HeaderValue) -> bool:
    if expected is None:
        return not seen
    if isinstance(expected, re.Pattern):
        return len(seen) == 1 and expected.fullmatch(seen[0]) is not None
    return seen == (expected if isinstance(expected, list) else [expected])


def check_process(running: Running, expect: Expectation, start: tuple[int, int]) -> list[str]:
    """Compare exit status and output, from a mark on, with an expectation."""
    complaints = []
    if expect.exit is not None:
        status = running.wait_for_exit(expect.within_s or _EXIT_PATIENCE_S)
        if status != expect.exit:
            ended = "still runs" if status is None else f"exited with {status}"
            complaints.append(f"the server {ended}; expected exit status {expect.exit}")
    if expect.hangs and (running.ready or running.process.poll() is not None):
        complaints.append("the server did start, or end")
    deadline = time.monotonic() + _LOG_PATIENCE_S
    while missing := list(_output(running, expect, start)):
        if time.monotonic() > deadline:
            break
        time.sleep(0.02)
    return complaints + missing


def _output(running: Running, expect: Expectation, start: tuple[int, int]) -> Iterator[str]:
    both = running.output(None, start)
    wanted = [(None, expect.log), ("stdout", expect.stdout), ("stderr", expect.stderr)]
    for stream, texts in wanted:
        output = running.output(stream, start)
        for text in texts:
            if _find(output, running.fill_pattern(text)) is None:
                yield f"{stream or 'the output'} lacks {text!r}"
    for text in expect.absent:
        if _find(both, running.fill_pattern(text)) is not None:
            yield f"the output has {text!r}"
    for said, times in expect.counts.items():
        if both.count(running.fill(said)) != times:
            yield f"the output has {said!r} {both.count(running.fill(said))} times, not {times}"
    position = 0
    for text in expect.log_in_order:
        found = _find(both, running.fill_pattern(text), position)
        if found is None:
            yield f"the output lacks {text!r}, or has it too early"
            return
        position = found


def _find(output: str, text: Text, position: int = 0) -> int | None:
    """Return where the text ends."""
    if isinstance(text, str):
        index = output.find(text, position)
        return None if index < 0 else index + len(text)
    match = text.search(output, position)
    return match.end() if match else None
