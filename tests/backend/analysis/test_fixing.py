"""Safe fixes: what --fix and "fix all" do to a text."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from azmlinfsrv.analysis import analyse as analyse_module
from azmlinfsrv.analysis.findings import Edit, Fix, Position, Range, Severity
from azmlinfsrv.analysis.fixing import apply_safe_fixes
from azmlinfsrv.analysis.rule import Problem, Rule
from azmlinfsrv.analysis.script import Script
from azmlinfsrv.analysis.selection import Selection

SCRIPT = "def init():\n    pass\n\n\ndef run(raw_data):\n    return raw_data\n"
PATH = Path("score.py")

UseRule = Callable[[Callable[[Script], Iterator[Problem]]], None]


@pytest.fixture
def use_rule(monkeypatch: pytest.MonkeyPatch) -> UseRule:
    """Let one rule of the test's own be the only one."""

    def use(check: Callable[[Script], Iterator[Problem]]) -> None:
        rule = Rule("AML199", "test-rule", Severity.ERROR, check, "A page.")
        monkeypatch.setattr(analyse_module, "RULES", (rule,))

    return use


def problem(where: Range, text: str, *, is_safe: bool = True) -> Problem:
    return Problem(where, "told", (Fix("Mend it", (Edit(where, text),), is_safe),))


def span(line: int, start: int, end: int) -> Range:
    return Range(Position(line, start), Position(line, end))


def replacing(old: str, new: str, *, is_safe: bool = True) -> Callable[[Script], Iterator[Problem]]:
    """Make a rule that finds each occurrence of a text."""

    def check(script: Script) -> Iterator[Problem]:
        for number, line in enumerate(script.source.lines):
            start = line.find(old)
            while start >= 0:
                yield problem(span(number, start, start + len(old)), new, is_safe=is_safe)
                start = line.find(old, start + 1)

    return check


def test_a_misspelt_entry_point_is_renamed() -> None:
    fixed = apply_safe_fixes(SCRIPT.replace("run", "Run"), PATH)
    assert fixed.text == SCRIPT
    assert fixed.count == 1
    assert fixed.analysis.findings == ()


def test_line_ends_and_the_byte_order_mark_stay() -> None:
    text = "\ufeff" + SCRIPT.replace("run", "Run").replace("\n", "\r\n")
    assert apply_safe_fixes(text, PATH).text == "\ufeff" + SCRIPT.replace("\n", "\r\n")


def test_a_rule_that_is_not_wanted_mends_nothing() -> None:
    text = SCRIPT.replace("run", "Run")
    fixed = apply_safe_fixes(text, PATH, selection=Selection(ignore=("AML101",)))
    assert (fixed.text, fixed.count) == (text, 0)


def test_an_unsafe_fix_waits_for_a_person(use_rule: UseRule) -> None:
    use_rule(replacing("pass", "print()", is_safe=False))
    fixed = apply_safe_fixes(SCRIPT, PATH)
    assert (fixed.text, fixed.count) == (SCRIPT, 0)
    assert len(fixed.analysis.findings) == 1


def test_a_fix_that_makes_another_possible_is_followed_by_it(use_rule: UseRule) -> None:
    use_rule(replacing("aa", "a"))
    fixed = apply_safe_fixes(SCRIPT + "aaaa = 1\n", PATH)
    assert fixed.text == SCRIPT + "a = 1\n"


def test_overlapping_fixes_are_applied_one_after_the_other(use_rule: UseRule) -> None:
    def check(script: Script) -> Iterator[Problem]:
        line = script.source.line(0)
        if line.startswith("x = 1"):
            yield problem(span(0, 0, 5), "y = 1")
        if line.endswith("1 + 2"):
            yield problem(span(0, 4, 9), "3")

    use_rule(check)
    fixed = apply_safe_fixes("x = 1 + 2\n" + SCRIPT, PATH)
    assert fixed.text.startswith("y = 3\n")
    assert fixed.count == 2


def test_two_insertions_at_one_place_do_not_mix(use_rule: UseRule) -> None:
    def check(script: Script) -> Iterator[Problem]:
        for name in ("one", "two"):
            if f"import {name}" not in script.source.text:
                yield problem(span(0, 0, 0), f"import {name}\n")

    use_rule(check)
    fixed = apply_safe_fixes(SCRIPT, PATH)
    assert sorted(fixed.text.splitlines()[:2]) == ["import one", "import two"]
    assert fixed.count == 2


def test_fixes_that_never_come_to_an_end_are_stopped(use_rule: UseRule) -> None:
    use_rule(replacing("pass", "print(); pass"))
    assert apply_safe_fixes(SCRIPT, PATH).count == 10


def test_a_fix_that_breaks_the_script_is_left_out_and_the_others_are_not(use_rule: UseRule) -> None:
    def check(script: Script) -> Iterator[Problem]:
        yield from replacing("pass", "(")(script)
        yield from replacing("return raw_data", "return 1")(script)

    use_rule(check)
    fixed = apply_safe_fixes(SCRIPT, PATH)
    assert fixed.text == SCRIPT.replace("return raw_data", "return 1")
    assert fixed.count == 1


def test_a_script_that_does_not_parse_yet_can_still_be_mended(use_rule: UseRule) -> None:
    use_rule(replacing("pass", "print()"))
    text = SCRIPT + "x = (\n"
    assert apply_safe_fixes(text, PATH).text == text.replace("pass", "print()")
