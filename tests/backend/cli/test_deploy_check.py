"""`azmlinfsrv deploy --check`: what the files ask for, and what is wrong with them."""

from __future__ import annotations

import json
import sys
from pathlib import Path

import pytest

from azmlinfsrv.cli import main

DEPLOYMENT = """\
name: blue
endpoint_name: diabetes
model: {path: model.pkl}
code_configuration: {code: ., scoring_script: score.py}
environment:
  image: mcr.microsoft.com/azureml/minimal-py312-inference:latest
  conda_file:
    dependencies:
      - libgomp
      - pip:
          - flask
          - no-such-package==1
          - --extra-index-url https://ada:s3cret@index.test/simple
          - git+https://s3cret@code.test/own.git
environment_variables: {API_KEY: s3cret}
instance_type: Standard_DS3_v2
instance_count: 1
"""
INFERENCE = '{"entryScript": "score.py"}'


@pytest.fixture(autouse=True)
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    for name, text in {
        "score.py": "def init(): ...\ndef run(data): ...\n",
        "model.pkl": "a model",
        "deployment.yml": DEPLOYMENT,
        "endpoint.yml": "name: diabetes\nauth_mode: key\n",
        "inferenceconfig.json": INFERENCE,
        "deploymentconfig.json": '{"computeType": "local", "port": 6789}',
    }.items():
        (tmp_path / name).write_text(text)
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("AZMLINFSRV_HOME", str(tmp_path / "home"))
    return tmp_path


def _check(*words: str) -> int:
    return main(["deploy", "--check", *words])


def test_people_are_told_the_plan_the_notes_and_the_differences(
    folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert _check("--file", "deployment.yml", "--endpoint", "endpoint.yml") == 0
    shown = capsys.readouterr().out
    for line in (
        "service           diabetes-blue",
        f"entry script      {folder / 'score.py'}",
        f"models            {folder / 'model.pkl'}",
        "variables         API_KEY",
        "time limit        5000 ms",
        "a request brings  a key",
        "  deployment.yml:17: `instance_count`: one service answers here.",
        f"{sys.executable} differs from {folder / 'deployment.yml'}:",
        "  no-such-package is missing (wanted: ==1)",
        "  git+https://***@code.test/own.git is not compared",
        "  libgomp is missing (wanted: any version)",
        "In Azure:",
        "  az ml online-endpoint create --file endpoint.yml",
        "  az ml online-deployment create --file deployment.yml",
    ):
        assert line in shown.splitlines()
    assert "s3cret" not in shown


def test_programs_are_told_the_same(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert _check("--file", "deployment.yml", "--json", "--auth", "token", "--name", "mine") == 0
    shown = capsys.readouterr().out
    told = json.loads(shown)
    assert told["problems"] == []
    plan = told["plan"]
    assert (plan["name"], plan["auth"], plan["environment"]) == ("mine", "token", ["API_KEY"])
    assert plan["entry_script"] == str(folder / "score.py")
    assert plan["liveness"]["failure_threshold"] == 30
    assert [each["kind"] for each in told["differences"]] == ["missing", "unknown", "missing"]
    assert told["interpreter"] == sys.executable
    assert told["azure"] == ["az ml online-deployment create --file deployment.yml"]
    assert any("instance_count" in note for note in told["notes"])
    assert "s3cret" not in shown


def test_the_first_version_s_files_are_checked_too(capsys: pytest.CaptureFixture[str]) -> None:
    words = ["--ic", "inferenceconfig.json", "--dc", "deploymentconfig.json", "-n", "mine"]
    assert _check(*words, "-m", "model.pkl") == 0
    shown = capsys.readouterr().out
    assert "service           mine\n" in shown
    assert "port              6789\n" in shown
    assert "In Azure: `az ml model deploy` of the first version has ended." in shown


def test_an_environment_of_its_own_is_not_compared(capsys: pytest.CaptureFixture[str]) -> None:
    assert _check("--file", "deployment.yml", "--create-env") == 0
    shown = capsys.readouterr().out
    assert "differs from" not in shown
    assert "wants from conda: libgomp." in shown


def test_problems_go_to_standard_error_with_their_lines(
    folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (folder / "deployment.yml").write_text(DEPLOYMENT.replace("instance_count", "instance_cuont"))
    assert _check("--file", "deployment.yml") == 1
    told = capsys.readouterr()
    assert told.out == ""
    assert told.err.splitlines() == [
        "azmlinfsrv deploy: this cannot be deployed.",
        "deployment.yml:17: `instance_cuont` is no key of a managed online deployment. "
        "Did you mean instance_count?",
    ]


def test_programs_are_told_every_problem_with_its_place(
    folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (folder / "endpoint.yml").write_text("name: diabetes\nauth_mode: pass\n")
    words = ["--file", "deployment.yml", "--endpoint", "endpoint.yml", "-m", "not there", "--json"]
    assert _check(*words) == 1
    endpoint, model = json.loads(capsys.readouterr().out)["problems"]
    assert endpoint == {
        "file": "endpoint.yml",
        "line": 2,
        "column": 12,
        "key": "auth_mode",
        "message": '`auth_mode` is "pass"; it takes key, aml_token or aad_token.',
    }
    assert (model["file"], model["key"]) == (None, "--model")


def test_a_registered_model_has_to_be_there(capsys: pytest.CaptureFixture[str]) -> None:
    words = ["--ic", "inferenceconfig.json", "-n", "mine", "-m", "diabetes:1"]
    assert _check(*words) == 1
    assert "model diabetes:1: No model is registered" in capsys.readouterr().err
    assert main(["models", "register", "--name", "diabetes", "--path", "model.pkl"]) == 0
    capsys.readouterr()
    assert _check(*words) == 0
    assert "models            diabetes:1\n" in capsys.readouterr().out


@pytest.mark.parametrize(
    ("words", "message"),
    [
        ([], "name either --ic inferenceconfig.json"),
        (["--ic", "inferenceconfig.json", "--file", "deployment.yml"], "name either --ic"),
        (["--ic", "inferenceconfig.json"], "Give it a name: --name NAME."),
        (["--ic", "i", "-n", "n", "--endpoint", "endpoint.yml"], "--endpoint goes with --file"),
        (["--file", "deployment.yml", "--dc", "d"], "--dc goes with --ic"),
        (["--file", "gone.yml"], "gone.yml: There is no such deployment file."),
    ],
)
def test_what_names_no_deployment_is_refused(
    words: list[str], message: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert _check(*words) == 2
    assert message in capsys.readouterr().err


def test_an_interpreter_that_cannot_be_asked_is_told(
    folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert _check("--file", "deployment.yml", "--python", str(folder / "gone")) != 0
    assert "gone" in capsys.readouterr().err
