"""Findings as workflow commands: GitHub Actions shows them beside the lines of a pull request."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from azmlinfsrv.analysis.findings import Finding, Severity
from azmlinfsrv.cli.report import CheckedFile, Report
from azmlinfsrv.cli.repository import path_in_repository

_COMMANDS = {
    Severity.ERROR: "error",
    Severity.WARNING: "warning",
    Severity.INFORMATION: "notice",
}


def render(report: Report) -> str:
    """Return a command a line."""
    return "".join(f"{line}\n" for line in _lines(report))


def _lines(report: Report) -> Iterator[str]:
    for file, finding in report.findings():
        yield _command(file, finding)
    for trouble in report.troubles:
        where = path_in_repository(Path(trouble.path).absolute())
        yield f"::error file={_property(where)}::{_data(f'{trouble.path} {trouble.message}')}"


def _command(file: CheckedFile, finding: Finding) -> str:
    start, end = finding.range
    properties = {
        "file": path_in_repository(file.path),
        "line": start.line + 1,
        "col": start.column + 1,
        "endLine": end.line + 1,
        "endColumn": end.column + 1,
        "title": f"{finding.code} {finding.rule}",
    }
    listed = ",".join(f"{name}={_property(str(value))}" for name, value in properties.items())
    return f"::{_COMMANDS[finding.severity]} {listed}::{_data(finding.message)}"


def _data(text: str) -> str:
    """Escape what would end a command's message."""
    return text.replace("%", "%25").replace("\r", "%0D").replace("\n", "%0A")


def _property(text: str) -> str:
    """Escape what would end a command's property."""
    return _data(text).replace(":", "%3A").replace(",", "%2C")
