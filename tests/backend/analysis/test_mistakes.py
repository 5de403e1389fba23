"""Mistakes that people really make: each has to be found while the script is written."""

from __future__ import annotations

from pathlib import Path

import pytest

from azmlinfsrv.analysis.findings import Severity

from .plain_scripts import PlainScript, read_scripts
from .serving import serve

MISTAKES = read_scripts("mistakes")


@pytest.mark.parametrize("mistake", MISTAKES, ids=lambda mistake: mistake.file.stem)
def test_a_real_mistake_is_found_and_no_other_error_is_told(
    mistake: PlainScript, tmp_path: Path
) -> None:
    findings = mistake.findings(tmp_path)
    expected = mistake.option("expect")
    assert expected in {each.code for each in findings}
    others = [
        f"{each.range.start.line + 1} {each.code} {each.message}"
        for each in findings
        if each.severity is Severity.ERROR and each.code != expected
    ]
    assert others == []


def test_the_server_fails_by_these_mistakes(tmp_path: Path) -> None:
    asked = []
    mistakes = [mistake for mistake in MISTAKES if mistake.option("request")]
    for number, mistake in enumerate(mistakes):
        folder = tmp_path / str(number)
        folder.mkdir()
        asked.append((mistake.write(folder), mistake.option("request")))
    outcomes = zip(mistakes, serve(asked), strict=True)
    assert [mistake.id for mistake, outcome in outcomes if not any(outcome.values())] == []
