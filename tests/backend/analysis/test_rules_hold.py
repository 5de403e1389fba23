"""What the rules say the server would do is what it does."""

from __future__ import annotations

from pathlib import Path

import pytest

from azmlinfsrv.analysis.findings import Finding, Severity

from .rule_cases import FOLDER, Case, findings_in, read_cases
from .serving import serve

EXITS = "The server exits 3"
EVERY = "Every request fails"


@pytest.mark.parametrize("file", sorted(FOLDER.glob("AML*.md")), ids=lambda file: file.stem)
def test_the_server_does_what_the_rule_says(file: Path, tmp_path: Path) -> None:
    cases = [case for case in read_cases(file) if "Not run" not in case.options]
    scripts = []
    for number, case in enumerate(cases):
        folder = tmp_path / str(number)
        folder.mkdir()
        scripts.append(case.write(folder))
    requests = [case.options.get("Request") for case in cases]
    outcomes = serve(list(zip(scripts, requests, strict=True)))
    for case, script, outcome in zip(cases, scripts, outcomes, strict=True):
        _compare(case, findings_in(case.code, script), outcome)


def _compare(case: Case, findings: list[Finding], outcome: dict[str, str | None]) -> None:
    where = f"{case.rule_code}, {case.title}: {outcome}"
    messages = [each.message for each in findings]
    errors = [each for each in findings if each.severity is Severity.ERROR]
    exits = outcome["start"] is not None
    assert exits or not any(message.startswith(EXITS) for message in messages), where
    assert errors or not exits, where
    if "Request" in case.options and not exits:
        fails = any(message.startswith(EVERY) for message in messages)
        assert fails == (outcome["request"] is not None), where
