"""The formats of `azmlinfsrv check`."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import unicodedata
from pathlib import Path
from typing import Any

import jsonschema
import pytest

from azmlinfsrv.analysis.findings import (
    Edit,
    Finding,
    Fix,
    Position,
    Range,
    Related,
    Severity,
)
from azmlinfsrv.analysis.source import Source
from azmlinfsrv.cli import main
from azmlinfsrv.cli.formats import github, sarif, text
from azmlinfsrv.cli.report import CheckedFile, Report, Trouble
from azmlinfsrv.cli.terminal import Paint

from .check_scripts import GOOD, MISSPELT, write

SCHEMA = Path(__file__).parent / "data" / "sarif-schema-2.1.0.json"


@pytest.fixture(autouse=True)
def _here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    for name in ("AZUREML_MODEL_DIR", "GITHUB_WORKSPACE", "NO_COLOR", "FORCE_COLOR"):
        monkeypatch.delenv(name, raising=False)


def span(line: int, start: int, end: int) -> Range:
    return Range(Position(line, start), Position(line, end))


def report_of(lines: str, *findings: Finding, name: str = "score.py") -> Report:
    return Report([CheckedFile(Path.cwd() / name, Source(lines), findings)])


def finding(where: Range, message: str = "It fails.", **more: Any) -> Finding:
    values = {"code": "AML101", "rule": "missing-entry-function", "severity": Severity.ERROR}
    return Finding(**{**values, **more}, message=message, range=where)


def plain_text(report: Report) -> list[str]:
    return text.render(report, Paint(is_on=False)).splitlines()


def columns(line: str) -> int:
    return sum(2 if unicodedata.east_asian_width(each) in "WF" else 1 for each in line)


def test_text_shows_the_line_and_underlines_the_mistake() -> None:
    assert plain_text(report_of("a = 1\nbad = 22\n", finding(span(1, 6, 8)))) == [
        "score.py:2:7: AML101 It fails.",
        "2 | bad = 22",
        "  |       ^^",
        "",
        "Found 1 error in 1 entry script.",
    ]


def test_the_mark_stands_below_wide_characters_and_tabs() -> None:
    line = "\tx = '日本' + e\u0301 + bad"
    start = line.index("bad")
    _, source, mark, *_ = plain_text(report_of(line, finding(span(0, start, start + 3))))
    without_accent = source.replace("\u0301", "")
    assert columns(without_accent[: without_accent.index("bad")]) == mark.index("^")
    assert mark.count("^") == 3
    assert "\t" not in source


def test_an_escape_sequence_of_the_script_does_not_reach_the_terminal() -> None:
    shown = "\n".join(plain_text(report_of("x = '\033[2J'", finding(span(0, 0, 1), "a\033[2Jb"))))
    assert "\033" not in shown


def test_a_place_without_a_width_still_gets_a_mark() -> None:
    assert plain_text(report_of("abc", finding(span(0, 3, 3))))[2] == "  |    ^"


def test_a_place_beyond_the_text_is_no_traceback() -> None:
    lines = plain_text(report_of("", finding(span(7, 3, 9))))
    assert lines[0] == "score.py:8:4: AML101 It fails."


def test_a_mistake_over_several_lines_is_marked_in_the_first() -> None:
    where = Range(Position(0, 2), Position(2, 1))
    assert plain_text(report_of("a(b,\nc,\n)", finding(where)))[1:3] == ["1 | a(b,", "  |   ^^"]


def test_a_very_long_line_is_cut_around_the_mistake() -> None:
    line = "x" * 500 + "bad" + "y" * 500
    source, mark = plain_text(report_of(line, finding(span(0, 500, 503))))[1:3]
    assert len(source) < 120
    assert source[mark.index("^") :].startswith("bad")


def test_related_places_are_shown() -> None:
    related = (Related(span(9, 4, 7), "It is defined here."),)
    found = finding(span(0, 0, 1), related=related)
    shown = plain_text(report_of("a\n" * 9 + "def run\n", found))
    assert shown[:6] == [
        "score.py:1:1: AML101 It fails.",
        " 1 | a",
        "   | ^",
        "score.py:10:5: It is defined here.",
        "10 | def run",
        "   |     ---",
    ]


def test_the_summary_counts_in_words() -> None:
    fix = (Fix("Mend it", (Edit(span(0, 0, 1), "b"),), is_safe=True),)
    report = report_of(
        "a",
        finding(span(0, 0, 1), "1", fixes=fix),
        finding(span(0, 0, 1), "2"),
        finding(span(0, 0, 1), "3", severity=Severity.WARNING),
        finding(span(0, 0, 1), "4", severity=Severity.INFORMATION),
    )
    report.files.append(CheckedFile(Path("other.py"), Source("")))
    assert report.summary == (
        "Found 2 errors, 1 warning and 1 piece of advice in 1 of 2 entry scripts; "
        "1 can be fixed with --fix."
    )


@pytest.mark.parametrize(
    ("variables", "is_coloured"),
    [
        ({}, False),
        ({"FORCE_COLOR": "1"}, True),
        ({"FORCE_COLOR": "0"}, False),
        ({"FORCE_COLOR": "1", "NO_COLOR": "1"}, False),
        ({"NO_COLOR": ""}, False),
    ],
)
def test_colours_are_for_terminals_and_those_who_ask(
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
    variables: dict[str, str],
    is_coloured: bool,
) -> None:
    for name, value in variables.items():
        monkeypatch.setenv(name, value)
    write(tmp_path, "score.py", MISSPELT)
    main(["check", "score.py"])
    assert ("\033[" in capsys.readouterr().out) is is_coloured


@pytest.mark.skipif(sys.platform == "win32", reason="terminals of Unix")
def test_a_terminal_gets_colours(tmp_path: Path) -> None:
    import pty

    write(tmp_path, "score.py", MISSPELT)
    ours, theirs = pty.openpty()
    try:
        command = [sys.executable, "-m", "azmlinfsrv", "check", "score.py"]
        env = {**os.environ, "TERM": "xterm"}
        subprocess.run(command, cwd=tmp_path, stdout=theirs, env=env, check=False)
        assert b"\033[1;31mAML101\033[0m" in os.read(ours, 10_000)
    finally:
        os.close(ours)
        os.close(theirs)


def sarif_log(report: Report) -> Any:
    log = json.loads(sarif.render(report))
    jsonschema.Draft4Validator(json.loads(SCHEMA.read_text(encoding="utf-8"))).validate(log)
    return log


def test_sarif_keeps_to_its_schema_and_says_everything() -> None:
    fix = Fix("Mend it", (Edit(span(1, 0, 3), "good"), Edit(span(1, 5, 5), "\n")))
    found = finding(
        span(1, 0, 3), fixes=(fix,), related=(Related(span(0, 0, 1), "Because of this."),)
    )
    report = report_of("a\nbad()\n", found, name="my scripts/score.py")
    report.troubles.append(Trouble("gone.py", "does not exist."))
    (run,) = sarif_log(report)["runs"]
    (result,) = run["results"]
    assert run["columnKind"] == "unicodeCodePoints"
    assert run["invocations"][0]["executionSuccessful"] is False
    rule = run["tool"]["driver"]["rules"][result["ruleIndex"]]
    assert rule["id"] == result["ruleId"] == "AML101"
    assert rule["helpUri"].endswith("AML101.md")
    assert "## Why is this bad?" in rule["help"]["markdown"]
    location = result["locations"][0]["physicalLocation"]
    assert location["artifactLocation"] == {
        "uri": "my%20scripts/score.py",
        "uriBaseId": "%SRCROOT%",
    }
    assert location["region"] == {"startLine": 2, "startColumn": 1, "endLine": 2, "endColumn": 4}
    assert result["relatedLocations"][0]["message"]["text"] == "Because of this."
    replacements = result["fixes"][0]["artifactChanges"][0]["replacements"]
    assert [each["insertedContent"]["text"] for each in replacements] == ["good", "\n"]


def test_every_rule_has_metadata_that_sarif_allows() -> None:
    assert sarif_log(Report())["runs"][0]["results"] == []


def test_fingerprints_survive_lines_added_above_and_tell_equal_lines_apart() -> None:
    def fingerprints(lines: str, *numbers: int) -> list[str]:
        report = report_of(lines, *(finding(span(number, 0, 3)) for number in numbers))
        results = sarif_log(report)["runs"][0]["results"]
        return [value for each in results for value in each["partialFingerprints"].values()]

    before = fingerprints("bad\nbad\n", 0, 1)
    assert len(set(before)) == 2
    assert fingerprints("import os\n\nbad\n  bad\n", 2, 3) == before


def test_a_workflow_command_is_not_ended_by_what_it_says() -> None:
    report = report_of("abc\n", finding(span(0, 0, 3), "100%\r\nis: a, b"), name="a,b:c.py")
    assert github.render(report) == (
        "::error file=a%2Cb%3Ac.py,line=1,col=1,endLine=1,endColumn=4,"
        "title=AML101 missing-entry-function::100%25%0D%0Ais: a, b\n"
    )


@pytest.mark.parametrize(
    ("severity", "command"),
    [
        (Severity.ERROR, "error"),
        (Severity.WARNING, "warning"),
        (Severity.INFORMATION, "notice"),
    ],
)
def test_each_severity_has_its_workflow_command(severity: Severity, command: str) -> None:
    rendered = github.render(report_of("abc\n", finding(span(0, 0, 3), severity=severity)))
    assert rendered.startswith(f"::{command} ")


def test_files_are_named_from_the_checkout_in_a_workflow(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    write(tmp_path, "src/score.py", MISSPELT)
    monkeypatch.chdir(tmp_path / "src")
    monkeypatch.setenv("GITHUB_WORKSPACE", str(tmp_path))
    main(["check", "--format", "github"])
    assert "file=src/score.py," in capsys.readouterr().out


def test_what_could_not_be_checked_is_an_annotation_as_well(
    capsys: pytest.CaptureFixture[str],
) -> None:
    assert main(["check", "--format", "github", "gone.py"]) == 2
    assert "::error file=gone.py::gone.py does not exist." in capsys.readouterr().out


@pytest.mark.parametrize("name", ["text", "json", "sarif", "github"])
def test_each_format_has_something_to_print_when_nothing_is_found(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], name: str
) -> None:
    write(tmp_path, "score.py", GOOD)
    assert main(["check", "--format", name]) == 0
    printed = capsys.readouterr().out
    expected = {"text": "Found nothing", "json": "[]", "sarif": '"results": []', "github": ""}
    assert expected[name] in printed
