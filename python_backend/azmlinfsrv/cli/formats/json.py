"""Findings for programs: a JSON list of objects, lines and columns from 1."""

from __future__ import annotations

import json

from azmlinfsrv.analysis.findings import Finding
from azmlinfsrv.analysis.rule import DOCS_URL
from azmlinfsrv.cli.report import CheckedFile, Report


def render(report: Report) -> str:
    """Return the list."""
    return json.dumps([_row(*each) for each in report.findings()], indent=2) + "\n"


def _row(file: CheckedFile, finding: Finding) -> dict[str, object]:
    start, end = finding.range
    return {
        "path": file.shown,
        "code": finding.code,
        "rule": finding.rule,
        "severity": finding.severity.value,
        "message": finding.message,
        "line": start.line + 1,
        "column": start.column + 1,
        "end_line": end.line + 1,
        "end_column": end.column + 1,
        "url": f"{DOCS_URL}/{finding.code}.md",
    }
