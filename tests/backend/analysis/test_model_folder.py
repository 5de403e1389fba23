"""The model folder is found in one order, the same for F5, check and the editor."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from azmlinfsrv.analysis.model_folder import ModelFolderRequest, find_model_folder

DEPLOYMENT = """
name: blue
model:
  path: {model}
code_configuration:
  code: src
  scoring_script: score.py
"""


@pytest.fixture
def project(tmp_path: Path) -> Path:
    (tmp_path / "src" / "model").mkdir(parents=True)
    (tmp_path / "src" / "score.py").write_text("")
    (tmp_path / "registered").mkdir()
    (tmp_path / "registered" / "model.pkl").write_text("")
    return tmp_path


def folder_of(project: Path, **known: str) -> tuple[str, str] | None:
    environment = {"AZUREML_MODEL_DIR": known.pop("environment")} if "environment" in known else {}
    found = find_model_folder(
        ModelFolderRequest(project / "src" / "score.py", project, environment=environment, **known)
    )
    return (found.path, found.source) if found else None


def test_every_source_wins_over_the_next(project: Path) -> None:
    def path_of(**known: str) -> str | None:
        found = folder_of(project, **known)
        return found[0] if found else None

    assert path_of() == str(project / "src" / "model")
    assert path_of(environment="/from/environment") == "/from/environment"
    (project / "config.json").write_text(json.dumps({"AZUREML_MODEL_DIR": "configured"}))
    assert path_of(environment="/from/environment") == str(project / "configured")
    (project / "deployment.yml").write_text(DEPLOYMENT.format(model="registered"))
    assert path_of() == str(project / "registered")
    assert path_of(setting="set") == str(project / "set")
    assert path_of(setting="set", option="given") == str(project / "given")


def test_a_deployment_of_another_script_is_not_ours(project: Path) -> None:
    other = DEPLOYMENT.format(model="registered").replace("score.py", "other.py")
    (project / "deployment.yml").write_text(other)
    assert folder_of(project) == (str(project / "src" / "model"), "model/ beside the script")


def test_a_deployment_of_a_single_file_names_its_folder(project: Path) -> None:
    text = DEPLOYMENT.format(model="registered/model.pkl")
    (project / "blue-deployment.yaml").write_text(text)
    assert folder_of(project) == (str(project / "registered"), "blue-deployment.yaml")


@pytest.mark.parametrize("text", ["model: azureml:name:1\n", ": : :", "- a\n- b\n", "\x00"])
def test_project_files_that_say_nothing_are_passed_over(project: Path, text: str) -> None:
    (project / "deployment.yml").write_text(text)
    (project / "config.json").write_text("[" + text)
    assert folder_of(project) == (str(project / "src" / "model"), "model/ beside the script")


def test_no_folder_is_an_answer(tmp_path: Path) -> None:
    assert (
        find_model_folder(ModelFolderRequest(tmp_path / "a.py", tmp_path, environment={})) is None
    )
