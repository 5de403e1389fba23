"""The report on the rules says what the cases say; `UPDATE_RULE_CASES=1 pytest` writes it anew."""

from __future__ import annotations

from pathlib import Path

import pytest

from azmlinfsrv.analysis.findings import Severity
from azmlinfsrv.analysis.rules import RULES

from .rule_cases import IS_UPDATE, Case, all_cases, findings_in

REPORT = Path(__file__).parents[3] / "docs" / "rule-quality.md"
BEGIN = "<!-- written by tests/backend/analysis/test_quality.py -->\n"
END = "<!-- end -->"


def told_in(case: Case, folder: Path) -> set[str]:
    """Return the codes of what is told of a case; of a good one without mere advice."""
    folder.mkdir()
    return {
        finding.code
        for finding in findings_in(case.code, case.write(folder))
        if case.is_bad or finding.severity is not Severity.INFORMATION
    }


def table(folder: Path) -> str:
    found = [(case, told_in(case, folder / str(number))) for number, case in enumerate(all_cases())]
    lines = ["| rule | bad | found | missed | good | false alarms |", "|---|---|---|---|---|---|"]
    for rule in RULES:
        bad = [codes for case, codes in found if case.is_bad and case.rule_code == rule.code]
        good = [codes for case, codes in found if not case.is_bad and case.rule_code == rule.code]
        hits = sum(rule.code in codes for codes in bad)
        alarms = sum(rule.code in codes for case, codes in found if not case.is_bad)
        if bad:
            lines.append(
                f"| [{rule.code}](rules/{rule.code}.md) {rule.name} | {len(bad)} | {hits}"
                f" | {len(bad) - hits} | {len(good)} | {alarms} |"
            )
    return "\n".join(lines) + "\n"


def test_the_report_counts_what_the_cases_show(tmp_path: Path) -> None:
    text = REPORT.read_text(encoding="utf-8")
    before, _, rest = text.partition(BEGIN)
    _, _, after = rest.partition(END)
    current = f"{before}{BEGIN}\n{table(tmp_path)}\n{END}{after}"
    if IS_UPDATE:
        REPORT.write_text(current, encoding="utf-8")
    elif text != current:
        pytest.fail("docs/rule-quality.md is not current: UPDATE_RULE_CASES=1 pytest writes it.")
