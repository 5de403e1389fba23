"""`azmlinfsrv check`: which files are looked at, what is told of them, with which status."""

from __future__ import annotations

import io
import json
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from azmlinfsrv.analysis import analyse as analyse_module
from azmlinfsrv.analysis.findings import Position, Range, Severity
from azmlinfsrv.analysis.rule import Problem, Rule
from azmlinfsrv.analysis.script import Script
from azmlinfsrv.cli import main

from .check_scripts import GOOD, MISSPELT, WITHOUT_RUN, found, write


@pytest.fixture(autouse=True)
def _here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    for name in ("AZUREML_MODEL_DIR", "GITHUB_WORKSPACE", "NO_COLOR", "FORCE_COLOR"):
        monkeypatch.delenv(name, raising=False)


def give_input(monkeypatch: pytest.MonkeyPatch, data: bytes) -> None:
    monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(data)))


def test_a_clean_script_exits_0(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    write(tmp_path, "score.py", GOOD)
    assert main(["check", "score.py"]) == 0
    assert capsys.readouterr().out == "Found nothing in 1 entry script.\n"


def test_an_error_exits_1(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    write(tmp_path, "score.py", MISSPELT)
    assert main(["check", "score.py"]) == 1
    assert "score.py:5:5: AML101 " in capsys.readouterr().out


def test_json_has_the_members_that_programs_rely_on(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    write(tmp_path, "score.py", MISSPELT)
    (row,) = found(capsys, "score.py")
    assert row.pop("message").endswith("Rename Run() to run().")
    assert row.pop("url").endswith("/docs/rules/AML101.md")
    assert row == {
        "path": "score.py",
        "code": "AML101",
        "rule": "missing-entry-function",
        "severity": "error",
        "line": 5,
        "column": 5,
        "end_line": 5,
        "end_column": 8,
    }


def test_without_a_path_this_folder_is_checked(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    write(tmp_path, "deep/score.py", MISSPELT)
    assert [row["path"] for row in found(capsys)] == [str(Path("deep", "score.py"))]


def test_in_a_folder_only_entry_scripts_are_checked(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    write(tmp_path, "score_a.py", WITHOUT_RUN)
    write(tmp_path, "serve.py", GOOD)
    write(tmp_path, "helper.py", "def init():\n    pass\n")
    write(tmp_path, "train.py", "print(1)\n")
    write(tmp_path, ".venv/score.py", WITHOUT_RUN)
    assert [row["path"] for row in found(capsys, ".")] == ["score_a.py"]
    main(["check", "."])
    assert "in 1 of 2 entry scripts" in capsys.readouterr().out


def test_a_file_that_is_named_is_an_entry_script(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    write(tmp_path, "serve.py", WITHOUT_RUN)
    assert found(capsys, ".") == []
    assert [row["code"] for row in found(capsys, "serve.py")] == ["AML101"]


def test_a_named_file_may_say_itself_that_it_is_none(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    write(tmp_path, "serve.py", "# azmlinfsrv: not-entry-script\n" + WITHOUT_RUN)
    assert found(capsys, "serve.py") == []


def test_a_script_of_a_debug_configuration_is_found_in_its_folder(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    write(tmp_path, "serve.py", WITHOUT_RUN)
    launch = {
        "configurations": [{"type": "azmlinfsrv", "entryScript": "${workspaceFolder}/serve.py"}]
    }
    write(tmp_path, ".vscode/launch.json", json.dumps(launch))
    assert [row["code"] for row in found(capsys, ".")] == ["AML101"]


def test_a_file_that_is_named_twice_is_checked_once(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    write(tmp_path, "score.py", MISSPELT)
    assert len(found(capsys, ".", "score.py", str(tmp_path))) == 1


def test_a_path_that_is_missing_exits_2_and_the_others_are_checked(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    write(tmp_path, "score.py", MISSPELT)
    assert main(["check", "gone.py", "score.py"]) == 2
    output = capsys.readouterr()
    assert "azmlinfsrv check: gone.py does not exist." in output.err
    assert "score.py:5:5" in output.out


def test_exit_zero_is_for_findings_not_for_what_could_not_be_checked(tmp_path: Path) -> None:
    write(tmp_path, "score.py", MISSPELT)
    assert main(["check", "--exit-zero", "score.py"]) == 0
    assert main(["check", "--exit_zero", "score.py", "gone.py"]) == 2


def test_strict_lets_warnings_fail_the_pipeline(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def complain(_script: Script) -> Iterator[Problem]:
        yield Problem(Range(Position(0, 0), Position(0, 3)), "Some requests fail.")

    rule = Rule("AML199", "test-rule", Severity.WARNING, complain, "A page.")
    monkeypatch.setattr(analyse_module, "RULES", (rule,))
    write(tmp_path, "score.py", GOOD)
    assert main(["check", "score.py"]) == 0
    assert main(["check", "--strict", "score.py"]) == 1
    write(tmp_path, "pyproject.toml", "[tool.azmlinfsrv]\nstrict = true\n")
    assert main(["check", "score.py"]) == 1


@pytest.mark.parametrize(
    ("words", "codes"),
    [
        (["--select", "AML1"], ["AML101"]),
        (["--select", "aml101"], ["AML101"]),
        (["--select", "AML2,AML3"], []),
        (["--ignore", "AML101"], []),
        (["--ignore", "AML1", "--select", "AML101"], ["AML101"]),
    ],
)
def test_rules_are_chosen_by_codes_and_their_beginnings(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], words: list[str], codes: list[str]
) -> None:
    write(tmp_path, "score.py", WITHOUT_RUN)
    write(tmp_path, "pyproject.toml", "[tool.azmlinfsrv]\n")
    assert [row["code"] for row in found(capsys, *words)] == codes


@pytest.mark.parametrize("option", ["--select", "--ignore"])
def test_a_code_that_does_not_exist_exits_2_with_a_suggestion(
    capsys: pytest.CaptureFixture[str], option: str
) -> None:
    with pytest.raises(SystemExit) as ended:
        main(["check", option, "AML1O1"])
    assert ended.value.code == 2
    assert "there is no rule AML1O1. Did you mean AML101?" in capsys.readouterr().err


def test_options_win_over_pyproject_toml(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    write(tmp_path, "score.py", WITHOUT_RUN)
    write(tmp_path, "pyproject.toml", '[tool.azmlinfsrv]\nignore = ["AML101"]\n')
    assert found(capsys) == []
    assert [row["code"] for row in found(capsys, "--ignore", "AML2")] == ["AML101"]


def test_pyproject_toml_excludes_and_names_scripts(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    write(tmp_path, "old/score.py", WITHOUT_RUN)
    write(tmp_path, "serve/one.py", WITHOUT_RUN)
    table = '[tool.azmlinfsrv]\nexclude = ["old"]\nentry_scripts = ["serve/*.py"]\n'
    write(tmp_path, "pyproject.toml", table)
    assert [row["path"] for row in found(capsys)] == [str(Path("serve", "one.py"))]
    # Whoever names a file wants to hear about it.
    assert len(found(capsys, "old/score.py")) == 1


def test_a_project_within_the_folder_has_settings_of_its_own(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    for name in ("score.py", "one/src/score.py", "two/score.py"):
        write(tmp_path, name, WITHOUT_RUN)
    write(tmp_path, "pyproject.toml", '[tool.azmlinfsrv]\nignore = ["AML101"]\n')
    write(tmp_path, "one/pyproject.toml", "[tool.azmlinfsrv]\n")
    write(tmp_path, "two/pyproject.toml", '[project]\nname = "two"\n')
    assert [row["path"] for row in found(capsys)] == [str(Path("one", "src", "score.py"))]


@pytest.mark.parametrize(
    ("table", "told"),
    [
        ("selct = []", "pyproject.toml:2: selct in [tool.azmlinfsrv]: there is no such key."),
        ('select = ["AML1O1"]', "pyproject.toml: select: there is no rule AML1O1. Did you mean"),
    ],
)
def test_a_mistake_in_pyproject_toml_exits_2(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], table: str, told: str
) -> None:
    write(tmp_path, "score.py", GOOD)
    write(tmp_path, "pyproject.toml", f"[tool.azmlinfsrv]\n{table}\n")
    assert main(["check"]) == 2
    assert told in capsys.readouterr().err


@pytest.mark.parametrize(
    "words",
    [
        ["--model_dir", "gone"],
        ["-", "score.py"],
        ["--stdin_filename", "a.py", "score.py"],
        ["--request", "a.json"],
        ["--compat", "published"],
        ["--run", "-"],
        ["--run", "--diff"],
        ["--fix", "--diff"],
        ["--format", "xml"],
        ["--run", "--timeout", "0"],
        ["--run", "--timeout", "soon"],
    ],
)
def test_options_that_make_no_sense_exit_2(
    capsys: pytest.CaptureFixture[str], words: list[str]
) -> None:
    with pytest.raises(SystemExit) as ended:
        main(["check", *words])
    assert ended.value.code == 2
    assert "error: " in capsys.readouterr().err


def test_standard_input_is_checked_under_the_name_it_will_have(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    give_input(monkeypatch, MISSPELT.encode())
    (row,) = found(capsys, "-", "--stdin-filename", "src/serve.py")
    assert (row["path"], row["line"]) == (str(Path("src", "serve.py")), 5)


def test_statistics_count_by_rule(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    for number in range(12):
        write(tmp_path, f"score{number}.py", WITHOUT_RUN)
    main(["check", "--statistics"])
    assert capsys.readouterr().out.endswith("\n12  AML101  missing-entry-function  error\n")
    main(["check", "--statistics", "--format", "json"])
    output = capsys.readouterr()
    assert len(json.loads(output.out)) == 12
    assert "12  AML101" in output.err


def test_an_output_file_takes_the_findings(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    write(tmp_path, "score.py", MISSPELT)
    assert main(["check", "--format", "json", "--output-file", "found.json", "score.py"]) == 1
    assert json.loads((tmp_path / "found.json").read_text())[0]["code"] == "AML101"
    output = capsys.readouterr()
    assert output.out == ""
    assert "Found 1 error" in output.err
    assert main(["check", "--output_file", "gone/found.txt", "score.py"]) == 2
    assert "cannot be written" in capsys.readouterr().err


def test_noqa_and_ignore_comments_silence_a_line(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    for comment in ("# noqa: AML101", "# noqa", "# azmlinfsrv: ignore[AML101]"):
        write(tmp_path, "score.py", MISSPELT.replace("raw_data):", f"raw_data):  {comment}"))
        assert found(capsys, "score.py") == []


def test_nothing_of_a_script_is_executed(tmp_path: Path) -> None:
    trace = tmp_path / "was-run"
    write(tmp_path, "score.py", f"open({str(trace)!r}, 'w').close()\n{GOOD}")
    write(tmp_path, "conftest.py", f"open({str(trace)!r}, 'w').close()\n")
    main(["check", ".", "score.py"])
    assert not trace.exists()
