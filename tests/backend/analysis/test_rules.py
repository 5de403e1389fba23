"""The rules on the scripts of rules/*.md: what is underlined, what is told, what a fix does."""

from __future__ import annotations

import ast
from pathlib import Path

import pytest

from azmlinfsrv.analysis.rules import RULES

from .rule_cases import (
    FOLDER,
    IS_UPDATE,
    Case,
    all_cases,
    apply,
    expected_marks,
    findings_in,
    told,
    update,
)

CASES = all_cases()
# Cannot be shown in a script of a few lines.
WITHOUT_CASES = {"AML503"}


def _id(case: Case) -> str:
    return f"{case.rule_code}-{case.title}"


@pytest.mark.parametrize("case", CASES, ids=_id)
def test_a_user_sees_what_is_wrong_and_nothing_else(case: Case, tmp_path: Path) -> None:
    script = case.write(tmp_path)
    findings = findings_in(case.code, script)
    text = told(findings, case.rule_code, tmp_path)
    assert expected_marks(findings, case.rule_code) == case.marks, text
    assert case.is_bad == any(code == case.rule_code for _, code in case.marks)
    if case.is_bad and IS_UPDATE:
        update(case, text)
    elif case.is_bad:
        assert text == case.told


@pytest.mark.parametrize("case", [each for each in CASES if each.is_bad], ids=_id)
def test_a_fix_mends_what_it_is_offered_for(case: Case, tmp_path: Path) -> None:
    script = case.write(tmp_path)
    findings = findings_in(case.code, script)
    for finding in findings:
        for fix in finding.fixes:
            mended = apply(case.code, fix)
            left = findings_in(mended, script)
            count = sum(each.code == finding.code for each in findings)
            assert sum(each.code == finding.code for each in left) < count, mended
            if finding.code != "AML100" and not any(each.code == "AML100" for each in findings):
                ast.parse(mended)


@pytest.mark.parametrize("case", [each for each in CASES if each.is_bad], ids=_id)
def test_safe_fixes_come_to_an_end(case: Case, tmp_path: Path) -> None:
    script = case.write(tmp_path)
    text = case.code
    for _ in range(10):
        safe = [
            finding.fixes[0]
            for finding in findings_in(text, script)
            if finding.fixes and finding.fixes[0].is_safe
        ]
        if not safe:
            return
        text = apply(text, safe[0])
    pytest.fail(text)


def test_each_rule_is_shown_with_three_bad_and_three_good_scripts() -> None:
    for rule in RULES:
        if rule.code not in WITHOUT_CASES:
            bad = [case.is_bad for case in CASES if case.rule_code == rule.code]
            assert bad.count(True) >= 3, rule.code
            assert bad.count(False) >= 3, rule.code
            heading = (FOLDER / f"{rule.code}.md").read_text(encoding="utf-8").splitlines()[0]
            assert heading == f"# {rule.code} {rule.name}"


def test_codes_and_names_are_unique_and_every_page_explains() -> None:
    assert len({rule.code for rule in RULES}) == len({rule.name for rule in RULES}) == len(RULES)
    for rule in RULES:
        assert "\n## Why is this bad?\n" in rule.page, rule.code
        assert rule.page.splitlines()[0].endswith("."), rule.code
