"""`azmlinfsrv package` with each way to name a deployment and its models."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import jsonschema
import pytest

from azmlinfsrv.registry import Registry
from azmlinfsrv.registry.registration import Registration

from .conftest import PUBLISHED_IMAGE, PackageCommand
from .dockerfiles import expanded, read_dockerfile

# Of the schema of devcontainer.json, which takes no others.
DEV_CONTAINER_KEYS = {
    *("name", "build", "containerEnv", "forwardPorts", "portsAttributes", "remoteUser"),
    *("customizations", "workspaceFolder", "workspaceMount", "overrideCommand", "mounts"),
}


def variables(package: Path) -> dict[str, str]:
    return {
        each.values[0]: expanded(each.values[1], {})
        for each in read_dockerfile(package / "Dockerfile")
        if each.name == "ENV"
    }


@pytest.fixture
def model(tmp_path: Path) -> Path:
    path = tmp_path / "files" / "model.pkl"
    path.parent.mkdir()
    path.write_bytes(b"pickle")
    return path


def test_a_registered_model_gets_where_the_cloud_has_it(
    project: Path, run_package: PackageCommand, model: Path
) -> None:
    for _version in range(3):
        Registry().register(Registration("digits", model))
    outcome = run_package("-m", "digits:2", "--json")
    assert outcome.status == 0, outcome.err
    assert outcome.json["models"] == ["digits:2"]
    package = project.parent / "package"
    assert (package / "azureml-models/digits/2/model.pkl").read_bytes() == b"pickle"
    folder = "/var/azureml-app/azureml-models/digits/2"
    assert variables(package)["AZUREML_MODEL_DIR"] == folder


def test_several_models_lie_side_by_side(
    project: Path, run_package: PackageCommand, model: Path
) -> None:
    Registry().register(Registration("digits", model))
    outcome = run_package("-m", "digits@latest", "-m", str(model), "--json")
    assert outcome.json["models"] == ["digits:1", "model:1"]
    package = project.parent / "package"
    assert (package / "azureml-models/model/1/model.pkl").is_file()
    assert variables(package)["AZUREML_MODEL_DIR"] == "/var/azureml-app/azureml-models"


def test_two_models_of_one_name_are_refused(run_package: PackageCommand, model: Path) -> None:
    other = model.parent.parent / "more" / "model.onnx"
    other.parent.mkdir()
    other.write_bytes(b"onnx")
    outcome = run_package("-m", str(model), "-m", str(other))
    assert (outcome.status, "would both be the model model" in outcome.err) == (1, True)


def test_editing_the_package_leaves_the_registered_model_alone(
    project: Path, run_package: PackageCommand, model: Path
) -> None:
    registered = Registry().register(Registration("digits", model))
    assert run_package("-m", "digits:1").status == 0
    (project.parent / "package/azureml-models/digits/1/model.pkl").write_bytes(b"changed")
    Registry().verify(registered)


def test_the_folder_beside_the_script_is_the_model_if_none_is_named(
    project: Path, run_package: PackageCommand
) -> None:
    (project / "model").mkdir()
    (project / "model" / "weights.bin").write_bytes(b"1")
    outcome = run_package("--json")
    assert outcome.json["models"] == ["model:1"]
    assert any("model/ beside the script" in note for note in outcome.json["notes"])
    assert any("in the image twice" in note for note in outcome.json["notes"])


def test_a_script_below_the_source_folder_keeps_its_place(
    project: Path, run_package: PackageCommand
) -> None:
    (project / "src").mkdir()
    script = project / "src" / "score.py"
    (project / "score.py").rename(script)
    outcome = run_package("--source_directory", str(project), script=script)
    assert outcome.status == 0, outcome.err
    assert variables(project.parent / "package")["AZUREML_ENTRY_SCRIPT"] == "src/score.py"


def test_files_of_the_first_version(
    project: Path, run_package: PackageCommand, model: Path
) -> None:
    (project / "conda.yml").write_text(
        "dependencies:\n- python=3.10\n- pip:\n  - itsdangerous==2.2.0\n"
    )
    config = project / "inferenceconfig.json"
    config.write_text(
        json.dumps(
            {
                "entryScript": "score.py",
                "environment": {
                    "name": "env",
                    "environmentVariables": {"THRESHOLD": "0.5", "AZUREML_MODEL_DIR": "here"},
                    "python": {"condaDependenciesFile": "conda.yml"},
                },
            }
        )
    )
    compute = project / "deploymentconfig.json"
    compute.write_text('{"computeType": "local", "port": 32267}')
    words = ("--ic", str(config), "--dc", str(compute), "-m", str(model))
    outcome = run_package(*words, "--base_image", "python:3.10-slim", "--generate-dockerfile")
    assert outcome.status == 0, outcome.err
    package = project.parent / "package"
    assert variables(package)["THRESHOLD"] == "0.5"
    assert variables(package)["AZUREML_MODEL_DIR"] == "/var/azureml-app/azureml-models/model/1"
    assert "AZUREML_MODEL_DIR has the value of the image" in outcome.out
    requirements = (package / "requirements.txt").read_text()
    assert "itsdangerous==2.2.0 \\\n    --hash=sha256:" in requirements
    assert "tomli==" in requirements, "Python 3.10 needs it"


def test_a_conda_environment_is_made_on_the_published_image_as_in_the_cloud(
    project: Path, run_package: PackageCommand
) -> None:
    conda = "channels:\n- conda-forge\ndependencies:\n- python=3.10\n- pytorch=2.5\n"
    (project / "conda.yml").write_text(conda)
    deployment = project / "deployment.yml"
    deployment.write_text(
        "name: blue\nendpoint_name: times\ninstance_type: any\ninstance_count: 1\n"
        "code_configuration:\n  code: .\n  scoring_script: score.py\n"
        "environment:\n  image: any\n  conda_file: conda.yml\n"
        "request_settings:\n  request_timeout_ms: 3000\n"
    )
    outcome = run_package("--file", str(deployment))
    assert outcome.status == 0, outcome.err
    package = project.parent / "package"
    assert (package / "conda.yml").read_text() == conda
    text = (package / "Dockerfile").read_text()
    assert "conda env create --name inf-conda-env --file conda.yml" in text
    assert variables(package)["SCORING_TIMEOUT_MS"] == "3000"
    outcome = run_package("--file", str(deployment), "--base_image", "python:3.10-slim", "--force")
    assert (outcome.status, "pytorch=2.5" in outcome.err) == (1, True)
    assert "--base-image mcr.microsoft.com/azureml/" in outcome.err


def test_every_mistake_of_a_file_is_told(project: Path, run_package: PackageCommand) -> None:
    deployment = project / "deployment.yml"
    deployment.write_text("nam: blue\nendpoint_name: times\n")
    outcome = run_package("--file", str(deployment))
    assert outcome.status == 1
    assert outcome.err.count("azmlinfsrv package: ") > 1
    assert f"{deployment}:1: " in outcome.err


@pytest.mark.parametrize(
    "words", [[], ["--file", "a", "--ic", "b", "-o", "c"], ["--entry_script", "a"], ["--what"]]
)
def test_a_call_that_makes_no_sense_is_a_usage_error(words: list[str]) -> None:
    done = subprocess.run(
        [sys.executable, "-m", "azmlinfsrv", "package", *words], capture_output=True, text=True
    )
    assert (done.returncode, done.stdout) == (2, "")
    assert done.stderr.startswith("usage: azmlinfsrv package")


def test_the_older_python_of_a_file_is_refused_with_what_to_do(
    project: Path, run_package: PackageCommand
) -> None:
    (project / "conda.yml").write_text("dependencies:\n- python=3.8\n")
    outcome = run_package("--base_image", "ghcr.io/company/base:1")
    assert (outcome.status, "names Python 3.8" in outcome.err) == (1, True)
    outcome = run_package("--base_image", "python:3.12-slim")
    assert outcome.status == 1


def test_the_readme_has_the_lines_that_build_and_run_it(
    project: Path, run_package: PackageCommand
) -> None:
    (project / "sample-request.json").write_text("{}")
    assert run_package("--name", "My Service_1").status == 0
    text = (project.parent / "package" / "README.md").read_text()
    assert "docker build --tag my-service-1 ." in text
    assert "-p 6789:5001 my-service-1" in text
    assert "@azureml-app/sample-request.json" in text


def test_vs_code_opens_the_package_in_its_container_with_f5_ready(
    project: Path, run_package: PackageCommand, model: Path
) -> None:
    outcome = run_package("--dev-container", "-m", str(model), "--base_image", PUBLISHED_IMAGE)
    assert outcome.status == 0, outcome.err
    package = project.parent / "package"
    container = json.loads((package / ".devcontainer/devcontainer.json").read_text())
    folder = package / ".devcontainer"
    assert (folder / container["build"]["dockerfile"]).resolve() == package / "Dockerfile"
    assert (folder / container["build"]["context"]).resolve() == package
    assert set(container) <= DEV_CONTAINER_KEYS
    assert container["forwardPorts"] == [5001]
    assert container["remoteUser"] == "dockeruser"
    manifest = json.loads((Path(__file__).parents[4] / "package.json").read_text())
    own = f"{manifest['publisher']}.{manifest['name']}"
    assert container["customizations"]["vscode"]["extensions"] == [own]
    here = "${containerWorkspaceFolder}"
    models = Path(container["containerEnv"]["AZUREML_MODEL_DIR"].replace(here, str(package)))
    assert (models / "model.pkl").is_file()

    launch = json.loads((package / ".vscode/launch.json").read_text())
    (configuration,) = launch["configurations"]
    (debugger,) = (
        each
        for each in manifest["contributes"]["debuggers"]
        if each["type"] == configuration["type"]
    )
    attributes = debugger["configurationAttributes"][configuration["request"]]
    known = {"type", "request", "name", *attributes["properties"]}
    assert set(configuration) <= known
    jsonschema.validate(configuration, attributes)
    script = configuration["entryScript"].replace("${workspaceFolder}", str(package))
    assert Path(script).is_file()


def test_programs_are_told_what_is_wrong_and_where(
    project: Path, run_package: PackageCommand
) -> None:
    deployment = project / "deployment.yml"
    deployment.write_text("nam: blue\nendpoint_name: times\n")
    outcome = run_package("--file", str(deployment), "--json")
    assert outcome.status == 1
    problem = outcome.json["problems"][0]
    assert (problem["file"], problem["line"]) == (str(deployment), 1)
    assert run_package().status == 0
    assert run_package("--json").json["exists"]
    outcome = run_package("-m", "nothing:1", "--json")
    assert (outcome.status, "nothing" in outcome.json["error"]) == (2, True)


def test_a_name_alone_is_the_newest_version_and_a_file_that_is_there_comes_first(
    project: Path, run_package: PackageCommand, model: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for _version in range(2):
        Registry().register(Registration("digits", model))
    outcome = run_package("-m", "digits", "--json")
    assert outcome.json["models"] == ["digits:2"], outcome.err
    monkeypatch.chdir(project.parent)
    (project.parent / "digits").write_text("a file")
    outcome = run_package("-m", "digits", "--force", "--json")
    assert outcome.json["models"] == ["digits:1"], outcome.err
    nothing = run_package("-m", "digist", "--force")
    assert nothing.status == 2
    assert "Is digits meant?" in nothing.err
    assert "Nor is there a file or folder" in nothing.err


def test_the_next_step_with_a_dev_container_is_told(run_package: PackageCommand) -> None:
    outcome = run_package("--dev_container")
    assert "debug it:  code " in outcome.out
    assert "`Dev Containers: Reopen in Container`" in outcome.out
    assert "debug it" not in run_package("--force").out
