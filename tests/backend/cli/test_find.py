"""`azmlinfsrv find`: what the editor asks before F5."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from azmlinfsrv.cli import main

SCRIPT = "def init(): pass\ndef run(data): pass\n"


@pytest.fixture(autouse=True)
def _no_model_dir(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("AZUREML_MODEL_DIR", raising=False)


def test_a_folder_lists_its_scripts_nearest_first(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    for name in ("deep/a/score.py", "z.py"):
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).write_text(SCRIPT)
    assert main(["find", str(tmp_path)]) == 0
    assert capsys.readouterr().out.split() == [
        str(tmp_path / "z.py"),
        str(tmp_path / "deep" / "a" / "score.py"),
    ]


def test_json_tells_python_and_the_model_folder(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    script = tmp_path / "score.py"
    script.write_text(SCRIPT)
    (tmp_path / "models").mkdir()
    assert main(["find", "--json", str(script)]) == 0
    found = json.loads(capsys.readouterr().out)
    assert found["entry_scripts"] == [
        {
            "path": str(script),
            "is_entry_script": True,
            "kind": "online",
            "model_dir": str(tmp_path / "models"),
            "model_dir_source": "models/ beside the script",
        }
    ]
    assert found["python"]["version"].startswith("3.")


def test_a_file_that_is_no_entry_script_is_told_so(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    other = tmp_path / "train.py"
    other.write_text("print(1)\n")
    assert main(["find", "--json", str(other)]) == 0
    [row] = json.loads(capsys.readouterr().out)["entry_scripts"]
    assert (row["is_entry_script"], row["kind"]) == (False, None)


def test_a_batch_script_is_told_from_an_online_one(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    scripts = {
        "files.py": SCRIPT.replace("run(data)", "run(mini_batch)"),
        "online.py": SCRIPT,
        "rows.py": SCRIPT.replace("run(data)", "run(input_data, mini_batch_context)"),
    }
    for name, source in scripts.items():
        (tmp_path / name).write_text(source)
    assert main(["find", "--json", str(tmp_path)]) == 0
    rows = json.loads(capsys.readouterr().out)["entry_scripts"]
    assert [row["kind"] for row in rows] == ["batch", "online", "batch"]
    assert main(["find", "--json", str(tmp_path / "rows.py")]) == 0
    assert json.loads(capsys.readouterr().out)["entry_scripts"][0]["kind"] == "batch"


def test_a_path_that_does_not_exist_is_an_error(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["find", "--json", str(tmp_path / "gone")]) == 2
    assert "does not exist" in capsys.readouterr().err


def test_json_tells_what_deployment_files_describe_when_asked(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    script = tmp_path / "src" / "score.py"
    script.parent.mkdir()
    script.write_text(SCRIPT)
    (tmp_path / "ml").mkdir()
    deployment = tmp_path / "ml" / "deployment.yml"
    deployment.write_text("code_configuration:\n  code: ../src\n  scoring_script: score.py\n")
    assert main(["find", "--json", "--deployments", str(tmp_path)]) == 0
    assert json.loads(capsys.readouterr().out)["deployments"] == [
        {
            "file": str(deployment),
            "entry_script": str(script),
            "model_dir": None,
            "environment": {},
        }
    ]
    assert main(["find", "--json", str(tmp_path)]) == 0
    assert "deployments" not in json.loads(capsys.readouterr().out)


def test_f5_gets_the_model_folder_that_the_editor_shows_from_pyproject(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    script = tmp_path / "serve" / "score.py"
    script.parent.mkdir()
    script.write_text(SCRIPT)
    (tmp_path / "serve" / "model").mkdir()
    table = tmp_path / "pyproject.toml"

    def model_dir(*words: str) -> str:
        assert main(["find", "--json", "--root", str(tmp_path), *words, str(script)]) == 0
        found: str = json.loads(capsys.readouterr().out)["entry_scripts"][0]["model_dir"]
        return found

    table.write_text('[tool.azmlinfsrv]\nmodel_dir = "best"\n')
    assert model_dir() == str(tmp_path / "best")
    assert model_dir("--model_dir_setting", "set") == str(tmp_path / "set")
    table.write_text("[tool.azmlinfsrv]\nmodel_dir = 7\n")
    assert model_dir() == str(tmp_path / "serve" / "model")


def test_f5_takes_what_pyproject_calls_an_entry_script(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    script = tmp_path / "main.py"
    script.write_text("from parts import *\n")
    for table, expected in (
        ("", False),
        ('[tool.azmlinfsrv]\nentry_scripts = ["main.py"]\n', True),
    ):
        (tmp_path / "pyproject.toml").write_text(table)
        assert main(["find", "--json", str(script)]) == 0
        found = json.loads(capsys.readouterr().out)["entry_scripts"][0]
        assert found["is_entry_script"] is expected
