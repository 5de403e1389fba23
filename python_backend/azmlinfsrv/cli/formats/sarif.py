"""Findings as SARIF 2.1.0, which code scanning services take."""

from __future__ import annotations

import hashlib
import json
import os
from collections import Counter
from pathlib import Path
from typing import Any
from urllib.parse import quote

import azmlinfsrv
from azmlinfsrv.analysis.findings import Finding, Fix, Range, Severity
from azmlinfsrv.analysis.rule import DOCS_URL, Rule
from azmlinfsrv.cli.catalogue import all_rules
from azmlinfsrv.cli.pages import full_page, summary_of
from azmlinfsrv.cli.report import CheckedFile, Report, Trouble
from azmlinfsrv.cli.repository import path_in_repository

SCHEMA = (
    "https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/schemas/sarif-schema-2.1.0.json"
)
_ROOT = "%SRCROOT%"
# Our own name: services that compute one of their own compare it with theirs.
_FINGERPRINT = "azmlinfsrvLine/v1"
_LEVELS = {Severity.ERROR: "error", Severity.WARNING: "warning", Severity.INFORMATION: "note"}
_PROBLEM_SEVERITIES = {
    Severity.ERROR: "error",
    Severity.WARNING: "warning",
    Severity.INFORMATION: "recommendation",
}


def render(report: Report) -> str:
    """Return the log as JSON."""
    rules = all_rules()
    numbers = {rule.code: number for number, rule in enumerate(rules)}
    seen: Counter[str] = Counter()
    run = {
        "tool": {
            "driver": {
                "name": "azmlinfsrv",
                "version": azmlinfsrv.__version__,
                "informationUri": DOCS_URL.partition("/blob/")[0],
                "rules": [_rule(rule) for rule in rules],
            }
        },
        "originalUriBaseIds": {
            _ROOT: {"description": {"text": "The checkout, or where the check was started."}}
        },
        "columnKind": "unicodeCodePoints",
        "invocations": [
            {
                "executionSuccessful": not report.troubles,
                "toolExecutionNotifications": [_notification(each) for each in report.troubles],
            }
        ],
        "results": [_result(*each, numbers, seen) for each in report.findings()],
    }
    return json.dumps({"$schema": SCHEMA, "version": "2.1.0", "runs": [run]}, indent=2) + "\n"


def _rule(rule: Rule) -> dict[str, Any]:
    return {
        "id": rule.code,
        "name": rule.name,
        "shortDescription": {"text": summary_of(rule)},
        "fullDescription": {"text": summary_of(rule)},
        "help": {"text": rule.page, "markdown": full_page(rule)},
        "helpUri": rule.url,
        "defaultConfiguration": {"level": _LEVELS[rule.severity]},
        "properties": {
            "problem.severity": _PROBLEM_SEVERITIES[rule.severity],
            "tags": ["azure-machine-learning", "entry-script"],
        },
    }


def _result(
    file: CheckedFile, finding: Finding, numbers: dict[str, int], seen: Counter[str]
) -> dict[str, Any]:
    result: dict[str, Any] = {
        "ruleId": finding.code,
        "ruleIndex": numbers.get(finding.code, -1),
        "level": _LEVELS[finding.severity],
        "message": {"text": finding.message},
        "locations": [{"physicalLocation": _location(file, finding.range)}],
        "partialFingerprints": {_FINGERPRINT: _fingerprint(file, finding, seen)},
    }
    if finding.related:
        result["relatedLocations"] = [
            {
                "id": number,
                "message": {"text": related.message},
                "physicalLocation": _location(file, related.range),
            }
            for number, related in enumerate(finding.related)
        ]
    if finding.fixes:
        result["fixes"] = [_fix(file, fix) for fix in finding.fixes if fix.edits]
    return result


def _location(file: CheckedFile, where: Range) -> dict[str, Any]:
    return {"artifactLocation": _artifact(file), "region": _region(where)}


def _artifact(file: CheckedFile) -> dict[str, str]:
    path = path_in_repository(file.path)
    if Path(path).is_absolute():
        return {"uri": Path(path).as_uri()}
    # As bytes: a file name need not be text.
    return {"uri": quote(os.fsencode(path)), "uriBaseId": _ROOT}


def _region(where: Range) -> dict[str, int]:
    return {
        "startLine": where.start.line + 1,
        "startColumn": where.start.column + 1,
        "endLine": where.end.line + 1,
        "endColumn": where.end.column + 1,
    }


def _fix(file: CheckedFile, fix: Fix) -> dict[str, Any]:
    replacements = [
        {"deletedRegion": _region(edit.range), "insertedContent": {"text": edit.text}}
        for edit in fix.edits
    ]
    change = {"artifactLocation": _artifact(file), "replacements": replacements}
    return {"description": {"text": fix.title}, "artifactChanges": [change]}


def _fingerprint(file: CheckedFile, finding: Finding, seen: Counter[str]) -> str:
    """Return what stays the same when lines are added elsewhere: rule, file, the line's text."""
    line = file.source.line(finding.range.start.line).strip()
    key = "\0".join((finding.code, path_in_repository(file.path), line))
    seen[key] += 1
    digest = hashlib.sha256(key.encode("utf-8", "surrogatepass")).hexdigest()[:32]
    return f"{digest}:{seen[key]}"


def _notification(trouble: Trouble) -> dict[str, Any]:
    return {"level": "error", "message": {"text": f"{trouble.path} {trouble.message}"}}
