"""Whatever stands in an editor for a moment: nothing breaks or points outside the text."""

from __future__ import annotations

import ast
import time
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from azmlinfsrv.analysis.analyse import analyse
from azmlinfsrv.analysis.findings import Finding
from azmlinfsrv.analysis.script import Context
from azmlinfsrv.analysis.source import Source

from .rule_cases import all_cases, apply

SCRIPTS = [case.code for case in all_cases()]
SNIPPETS = (
    *('"', "'", '"""', "(", "[", "{", ")", "]", "}", ":", "\\", "#", "@", ".", ",", "=", "\t"),
    *(
        "def ",
        "try:",
        "if x:",
        "@input_schema(",
        "os.path.join(",
        "async ",
        "x = [",
        "f'{",
        "return ",
    ),
    *("lambda: ", "class A:", "\n", "\r\n", "\f", "\u2028", "é", "😀", "\ufeff", "\0", "\ud800"),
)
PATH = Path("score.py")
NAMED = Context(is_named=True)
ANSWER_LIMIT_SECONDS = 1.0


def is_python(text: str) -> bool:
    try:
        ast.parse(text)
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        return False
    return True


def check_invariants(text: str, edited_line: int | None) -> list[Finding]:
    context = Context(is_named=True, edited_line=edited_line)
    findings = list(analyse(text, PATH, context).findings)
    source = Source(text.removeprefix("\ufeff"))
    for finding in findings:
        places = [finding.range, *(edit.range for fix in finding.fixes for edit in fix.edits)]
        for start, end in [*places, *(each.range for each in finding.related)]:
            assert start <= end
            for line, column in (start, end):
                assert 0 <= line < len(source.lines)
                assert 0 <= column <= len(source.lines[line])
    return findings


@settings(
    max_examples=1_000,
    deadline=None,
    derandomize=True,
    suppress_health_check=[HealthCheck.too_slow],
)
@given(st.sampled_from(SCRIPTS), st.data())
def test_nothing_breaks_while_a_script_is_typed(script: str, data: st.DataObject) -> None:
    place = data.draw(st.integers(0, len(script)))
    kind = data.draw(st.sampled_from(["insert", "truncate", "cut the line", "delete"]))
    if kind == "insert":
        text = script[:place] + data.draw(st.sampled_from(SNIPPETS)) + script[place:]
    elif kind == "truncate":
        text = script[:place]
    elif kind == "delete":
        text = script[:place] + script[data.draw(st.integers(place, len(script))) :]
    else:
        end = script.find("\n", place)
        text = script[:place] + script[end if end >= 0 else len(script) :]
    knows_line = data.draw(st.booleans())
    findings = check_invariants(text, script.count("\n", 0, place) if knows_line else None)
    if is_python(text):
        for finding in findings:
            for fix in finding.fixes:
                assert is_python(apply(text, fix)), fix


@pytest.mark.parametrize("script", SCRIPTS[::40], ids=lambda script: f"{len(script)} characters")
def test_a_script_can_be_cut_at_every_place(script: str) -> None:
    for place in range(0, len(script), 3):
        check_invariants(script[:place], None)


@pytest.mark.parametrize("script", SCRIPTS[::25], ids=lambda script: f"{len(script)} characters")
def test_a_half_typed_line_hides_no_finding_of_another_line(script: str) -> None:
    whole = {
        (finding.code, finding.range.start.line)
        for finding in check_invariants(script, None)
        if finding.code in {"AML101", "AML102", "AML201", "AML303", "AML304"}
    }
    lines = script.splitlines()
    half = f"{script}print(os.path.join(\n"
    found = {
        (finding.code, finding.range.start.line) for finding in check_invariants(half, len(lines))
    }
    assert whole <= found


BEGINNING = "def init(): pass\ndef run(x):\n    return "
HURTFUL = {
    "brackets": "(" * 10_000,
    "lists": BEGINNING + "[" * 5_000 + "]" * 5_000,
    "attributes": f"{BEGINNING}x{'.a' * 20_000}",
    "minus": f"{BEGINNING}{'-' * 50_000}x",
    "sum": f"{BEGINNING}{'1+' * 5_000}1",
    "branches": f"def init(): pass\n{'if x:' * 3_000}",
    "indentation": "\n".join(" " * depth + "if x:" for depth in range(1_000)),
    "functions": "def init(): pass\n" + "def run(x): pass\n" * 5_000,
    "continued lines": "x = 'a' \\\n" * 20_000,
    "NUL": "\0" * 1_000,
    "surrogate": "\ud800",
    "attempts": "def init(): pass\ndef run(x):\n" + "  try:\n" * 2_000,
    "f-strings": "def init(): pass\ndef run(x):\n" + '  return f"{x!r' * 500,
    "one long name": "a" * 999_999,
    "one long comment": "#" * 999_999,
    "open brackets": "x = (\n" * 20_000,
}


@pytest.mark.parametrize("text", HURTFUL.values(), ids=HURTFUL)
def test_a_text_that_was_made_to_hurt_is_answered_within_a_second(text: str) -> None:
    # The processor's time: others may be using it meanwhile.
    started = time.process_time()
    analyse(text, PATH, NAMED)
    assert time.process_time() - started < ANSWER_LIMIT_SECONDS
