"""What is written for Azure runs on this machine as it is, and what runs here can be written."""

from __future__ import annotations

import contextlib
from collections.abc import Iterator
from pathlib import Path

import pytest

from azmlinfsrv.deployment.services import steering
from azmlinfsrv.deployment.services.folder import all_services
from azmlinfsrv.registry import Registry
from azmlinfsrv.registry.registration import Registration

from ..formats.project import Project
from ..services.command import azmlinfsrv
from .conftest import RunExport

SCRIPT = """\
import os, pathlib
def init():
    global model
    model = pathlib.Path(os.environ["AZUREML_MODEL_DIR"], "model.pkl").read_text()
def run(data):
    return {"model": model, "mode": os.environ["MODE"]}
"""


@pytest.fixture(autouse=True)
def no_service_stays() -> Iterator[None]:
    yield
    for service in all_services():
        with contextlib.suppress(Exception):
            steering.delete(service)


def test_what_the_first_version_described_answers_after_its_conversion(
    project: Project, run_export: RunExport, tmp_path: Path
) -> None:
    project.write("src/score.py", SCRIPT)
    Registry().register(Registration("digits", project.folder / "model/model.pkl"))
    inference = {
        "entryScript": "score.py",
        "sourceDirectory": "src",
        "environment": {"environmentVariables": {"MODE": "1e3"}},
    }
    compute = {"computeType": "aci", "containerResourceRequirements": {"cpu": 1}}
    files = ["--ic", str(project.write("inferenceconfig.json", inference))]
    files += ["--dc", str(project.write("deploymentconfig.json", compute))]
    written = run_export("azure-ml", *files, "-m", "digits:1", "-n", "digits")
    assert written.status == 0, written.err

    named = ["--file", "deployment.yml", "--endpoint", "endpoint.yml"]
    deployed = azmlinfsrv("deploy", *named, folder=written.folder)
    assert deployed.status == 0, deployed.err
    request = written.folder / "requests/sample-request.json"
    answer = azmlinfsrv("services", "run", "digits-blue", "--request_file", str(request))
    assert answer.json == {"model": "a model", "mode": "1e3"}

    again = run_export("azure-ml", "--service", "digits-blue", output=tmp_path / "again")
    assert again.status == 0, again.err
    assert again.yaml("endpoint.yml")["name"] == "digits-blue"
    assert again.yaml("deployment.yml")["model"] == "azureml:digits:1"
    assert again.yaml("deployment.yml")["environment_variables"] == {"MODE": "1e3"}
