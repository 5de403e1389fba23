"""A deployment file fills a debug configuration with script, model and variables."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from azmlinfsrv.analysis.deployment_files import Deployment, find_deployments, read_deployment

YAML = """
name: blue
endpoint_name: diabetes
model:
  path: ../model/model.pkl
code_configuration:
  code: ../src
  scoring_script: score.py
environment_variables:
  LEVEL: debug
  RATE: 1.10
  VERBOSE: true
  EMPTY:
"""


@pytest.fixture
def project(tmp_path: Path) -> Path:
    for file in ("src/score.py", "model/model.pkl", "ml/deployment.yml"):
        (tmp_path / file).parent.mkdir(exist_ok=True)
        (tmp_path / file).write_text("")
    return tmp_path


def test_variables_stay_as_they_are_written(project: Path) -> None:
    file = project / "ml" / "deployment.yml"
    file.write_text(YAML)
    assert read_deployment(file) == Deployment(
        file,
        project / "ml" / "../src" / "score.py",
        project / "ml" / "../model",
        {"LEVEL": "debug", "RATE": "1.10", "VERBOSE": "true", "EMPTY": ""},
    )


def test_the_first_version_s_inference_configuration_is_understood(project: Path) -> None:
    file = project / "inferenceconfig.json"
    variables = {"environmentVariables": {"LEVEL": "debug"}}
    file.write_text(
        json.dumps(
            {"entryScript": "score.py", "sourceDirectory": "./src", "environment": variables}
        )
    )
    assert read_deployment(file) == Deployment(
        file, project / "src" / "score.py", environment={"LEVEL": "debug"}
    )


@pytest.mark.parametrize("model", ["azureml:diabetes:1", "{path: azureml://models/1}", "{path: 5}"])
def test_a_model_that_is_in_the_cloud_is_no_folder_here(project: Path, model: str) -> None:
    file = project / "ml" / "deployment.yml"
    file.write_text(YAML.replace("\n  path: ../model/model.pkl", f" {model}"))
    found = read_deployment(file)
    assert found is not None
    assert found.model_dir is None


@pytest.mark.parametrize(
    "text",
    [
        "",
        "- a\n",
        ": : :",
        "\x00",
        "code_configuration: src",
        YAML.replace("score.py", "gone.py"),
        YAML.replace("scoring_script: score.py", ""),
        YAML.replace("../src", "[a]"),
        "[" * 5_000,
        "a: !!python/object/apply:os.getcwd []",
    ],
)
def test_a_file_that_names_no_script_of_the_project_is_passed_over(
    project: Path, text: str
) -> None:
    file = project / "ml" / "deployment.yml"
    file.write_text(text)
    assert read_deployment(file) is None
    config = project / "inferenceconfig.json"
    config.write_text(text)
    assert read_deployment(config) is None


def test_all_of_a_project_are_found_nearest_first_and_not_those_of_libraries(
    project: Path,
) -> None:
    (project / "ml" / "deployment.yml").write_text(YAML)
    (project / "ml" / "green-deployment.yaml").write_text(YAML)
    (project / "inferenceconfig.json").write_text('{"entryScript": "src/score.py"}')
    library = project / ".venv" / "ml"
    library.mkdir(parents=True)
    (library / "deployment.yml").write_text(YAML)
    assert [found.file.name for found in find_deployments(project)] == [
        "inferenceconfig.json",
        "deployment.yml",
        "green-deployment.yaml",
    ]


def test_a_deployment_of_local_code_by_its_mark_is_understood(project: Path) -> None:
    file = project / "ml" / "deployment.yml"
    file.write_text(YAML.replace("code: ../src", "code: file:../src"))
    deployment = read_deployment(file)
    assert deployment is not None
    assert deployment.entry_script.samefile(project / "src" / "score.py")


def test_a_file_too_large_for_a_deployment_is_passed_over(project: Path) -> None:
    file = project / "ml" / "deployment.yml"
    file.write_text(YAML + "# \n" * 100_000)
    assert read_deployment(file) is None
