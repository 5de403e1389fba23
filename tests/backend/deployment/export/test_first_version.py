"""From inferenceconfig.json and deploymentconfig.json to the second version."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import Any

import pytest

from azmlinfsrv.deployment.export import conversions
from azmlinfsrv.deployment.export.conversions import is_in
from azmlinfsrv.deployment.formats import deployment_config, plan_from_v2
from azmlinfsrv.deployment.formats.inference_config import INFERENCE_CONFIG
from azmlinfsrv.deployment.formats.keys import Keys

from ..formats.project import INFERENCE, Project
from .conftest import Outcome, RunExport

ENVIRONMENT = {
    "name": "diabetes",
    "environmentVariables": {"MODE": "on", "RATE": "1e3"},
    "inferencingStackVersion": "latest",
    "python": {
        "interpreterPath": "python",
        "condaDependencies": {
            "channels": ["defaults"],
            "dependencies": ["python=3.10", {"pip": ["azureml-defaults", "numpy==1.26.4"]}],
        },
    },
    "docker": {"enabled": True, "baseImage": "example.com/base:1", "sharedVolumes": False},
}


def convert(
    project: Project,
    run_export: RunExport,
    compute: Mapping[str, Any] | None = None,
    *words: str,
    inference: Mapping[str, Any] = INFERENCE,
) -> Outcome:
    files = ["--ic", str(project.write("inferenceconfig.json", inference))]
    if compute is not None:
        files += ["--dc", str(project.write("deploymentconfig.json", compute))]
    model = ("-m", str(project.folder / "model/model.pkl"))
    return run_export("azure-ml", *files, *model, "-n", "diabetes", *words)


def leaves(keys: Keys) -> Iterator[str]:
    """Yield the keys of a file that hold a value of their own."""
    paths = [path for path, _ in keys.paths()]
    return (path for path in paths if not any(other.startswith(f"{path}.") for other in paths))


@pytest.mark.parametrize(
    ("keys", "becomes", "without"),
    [
        (INFERENCE_CONFIG, conversions.INFERENCE, conversions.INFERENCE_WITHOUT),
        (deployment_config.LOCAL, conversions.LOCAL, conversions.LOCAL_WITHOUT),
        (deployment_config.ACI, conversions.ACI, conversions.ACI_WITHOUT),
        (deployment_config.AKS, conversions.AKS, conversions.AKS_WITHOUT),
    ],
    ids=["inference", "local", "aci", "aks"],
)
def test_every_key_is_converted_or_named(
    keys: Keys, becomes: dict[str, str], without: dict[str, str]
) -> None:
    for path in leaves(keys):
        assert is_in(path, becomes) != is_in(path, without), path


def test_what_a_managed_endpoint_lacks_is_a_key_of_the_first_version() -> None:
    keys = {*leaves(deployment_config.ACI), *leaves(deployment_config.AKS)}
    assert set(conversions.MANAGED_WITHOUT) <= keys


def test_script_environment_and_image_move_over(project: Project, run_export: RunExport) -> None:
    inference = {**INFERENCE, "description": "on: all", "environment": ENVIRONMENT}
    outcome = convert(project, run_export, inference=inference)
    assert outcome.status == 0, outcome.err
    deployment = outcome.yaml("deployment.yml")
    assert deployment["description"] == "on: all"
    assert deployment["environment"] == {
        "name": "diabetes",
        "image": "example.com/base:1",
        "conda_file": "conda.yml",
    }
    assert deployment["environment_variables"] == {"MODE": "on", "RATE": "1e3"}
    conda = outcome.yaml("conda.yml")
    assert conda["channels"] == ["defaults"]
    assert conda["dependencies"] == [
        *("python=3.10", "pip"),
        {"pip": ["azureml-defaults", "numpy==1.26.4"]},
    ]
    plan = plan_from_v2(outcome.folder / "deployment.yml", outcome.folder / "endpoint.yml")
    assert plan.environment == {"MODE": "on", "RATE": "1e3"}


def test_what_has_no_counterpart_is_named_with_key_and_line(
    project: Project, run_export: RunExport
) -> None:
    outcome = convert(project, run_export, inference={**INFERENCE, "environment": ENVIRONMENT})
    text = (project.folder / "inferenceconfig.json").read_text().splitlines()
    named = re.findall(r"inferenceconfig\.json:(\d+): `([\w.]+)`", outcome.out)
    assert {key for _, key in named} == {
        "environment.inferencingStackVersion",
        "environment.python.interpreterPath",
        "environment.docker.enabled",
    }
    for line, key in named:
        assert f'"{key.rpartition(".")[2]}"' in text[int(line) - 1]
    assert "`environment.docker.enabled`" in outcome.text("README.md")


def test_what_the_first_version_shipped_is_not_ignored_by_the_second(
    project: Project, run_export: RunExport
) -> None:
    project.write("src/.gitignore", "labels.txt\n")
    project.write("src/labels.txt", "a")
    outcome = convert(project, run_export)
    assert outcome.status == 0, outcome.err
    assert outcome.text("code/labels.txt") == "a"
    # In the folder that is uploaded it would have Azure leave the file out.
    assert not (outcome.folder / "code/.gitignore").exists()
    assert "asks for a key" in outcome.out
    other = run_export("azure-ml", "-n", "diabetes", "--force")
    assert "code/labels.txt  (.gitignore)" in other.out


def test_a_registered_environment_stays_a_reference(
    project: Project, run_export: RunExport
) -> None:
    inference = {**INFERENCE, "environment": {"name": "myenv", "version": "3"}}
    outcome = convert(project, run_export, inference=inference)
    assert outcome.yaml("deployment.yml")["environment"] == "azureml:myenv:3"
    assert not (outcome.folder / "conda.yml").exists()


@pytest.mark.parametrize(
    ("resources", "instance_type"),
    [
        (None, "Standard_DS1_v2"),
        ({"cpu": 1, "memoryInGB": 1.2}, "Standard_DS1_v2"),
        ({"cpu": 1, "memoryInGB": 1.3}, "Standard_F2s_v2"),
        ({"cpu": 2, "memoryInGB": 4.7}, "Standard_DS2_v2"),
        ({"cpu": 2, "memoryInGB": 13.7}, "Standard_E2s_v3"),
        ({"cpu": 3, "memoryInGB": 1}, "Standard_F4s_v2"),
        ({"cpu": 4, "memoryInGB": 16}, "Standard_E4s_v3"),
    ],
)
def test_container_instances_become_a_managed_endpoint(
    project: Project, run_export: RunExport, resources: object, instance_type: str
) -> None:
    compute = {"computeType": "ACI", "appInsightsEnabled": True, "dnsNameLabel": "mine"}
    if resources:
        compute["containerResourceRequirements"] = resources
    outcome = convert(project, run_export, compute, "--json")
    assert outcome.status == 0, outcome.err
    deployment = outcome.yaml("deployment.yml")
    assert deployment["instance_type"] == instance_type
    assert deployment["app_insights_enabled"] is True
    assert outcome.yaml("endpoint.yml")["auth_mode"] == "key"
    assert any("asked for no key" in note for note in outcome.json["notes"])
    (named,) = outcome.json["unconverted"]
    assert (named["key"], named["line"]) == ("dnsNameLabel", 4)


AKS = {
    "computeType": "aks",
    "computeTargetName": "edge",
    "tokenAuthEnabled": True,
    "authEnabled": False,
    "numReplicas": 3,
    "scoringTimeoutMs": 400_000,
    "maxConcurrentRequestsPerContainer": 2,
    "maxQueueWaitMs": 700,
    "gpuCores": 1,
    "containerResourceRequirements": {"cpu": 0.5, "memoryInGB": 2, "cpuLimit": 1},
    "livenessProbeRequirements": {"initialDelaySeconds": 20},
    "keys": {"primaryKey": "hunter2"},
    "namespace": "scoring",
}


def test_files_with_keys_beside_the_script_are_not_handed_over(
    project: Project, run_export: RunExport
) -> None:
    registry = {"address": "example.com", "username": "ada", "password": "hunter2"}
    python = {
        "condaDependencies": {
            "dependencies": ["python=3.10"],
            "variables": {"API_KEY": "hunter2", "MODE": "on"},
        }
    }
    environment = {"docker": {"baseImageRegistry": registry}, "python": python}
    inference = {"entryScript": "score.py", "environment": environment}
    files = ["--ic", str(project.write("src/inferenceconfig.json", inference))]
    files += ["--dc", str(project.write("src/deploymentconfig.json", AKS))]
    outcome = run_export("azure-ml", *files, "-n", "diabetes")
    assert outcome.status == 0, outcome.err
    written = [path.read_text() for path in outcome.folder.rglob("*") if path.is_file()]
    assert "hunter2" not in "".join([*written, outcome.out, outcome.err])
    assert outcome.yaml("conda.yml")["variables"] == {"MODE": "on"}
    assert "code/inferenceconfig.json  (the files written here take its place)" in outcome.out
    assert "`environment.docker.baseImageRegistry`" in outcome.out


def test_kubernetes_service_becomes_a_kubernetes_endpoint(
    project: Project, run_export: RunExport
) -> None:
    outcome = convert(project, run_export, AKS)
    assert outcome.status == 0, outcome.err
    endpoint, deployment = outcome.yaml("endpoint.yml"), outcome.yaml("deployment.yml")
    assert (endpoint["compute"], endpoint["auth_mode"]) == ("azureml:edge", "aml_token")
    assert deployment["type"] == "kubernetes"
    assert deployment["instance_count"] == 3
    assert deployment["request_settings"] == {
        "request_timeout_ms": 300_000,
        "max_concurrent_requests_per_instance": 2,
        "max_queue_wait_ms": 700,
    }
    assert deployment["environment_variables"] == {"WORKER_COUNT": "2"}
    assert deployment["resources"] == {
        "requests": {"cpu": "0.5", "memory": "2Gi"},
        "limits": {"cpu": "1", "nvidia.com/gpu": "1"},
    }
    assert deployment["liveness_probe"] == {
        "initial_delay": 20,
        "period": 10,
        "timeout": 2,
        "failure_threshold": 3,
        "success_threshold": 1,
    }
    assert "deploymentconfig.json:7: `scoringTimeoutMs` is 400000" in outcome.out
    assert "`namespace`" in outcome.out
    assert "`keys.primaryKey`" in outcome.out
    written = [path.read_text() for path in outcome.folder.rglob("*") if path.is_file()]
    assert "hunter2" not in "".join([*written, outcome.out, outcome.err])
    plan_from_v2(outcome.folder / "deployment.yml", outcome.folder / "endpoint.yml")


@pytest.mark.parametrize("scaler", [None, {"maxReplicas": 4}])
def test_what_scaled_by_itself_still_does(
    project: Project, run_export: RunExport, scaler: object
) -> None:
    compute = {"computeType": "aks", "computeTargetName": "edge"}
    if scaler:
        compute["autoScaler"] = scaler  # type: ignore[assignment]
    outcome = convert(project, run_export, compute)
    deployment = outcome.yaml("deployment.yml")
    assert deployment["scale_settings"] == {
        "type": "target_utilization",
        "min_instances": 1,
        "max_instances": 4 if scaler else 10,
        "polling_interval": 1,
        "target_utilization_percentage": 70,
    }
    assert "instance_count" not in deployment
    # The time limit that the first version had without one.
    assert deployment["request_settings"] == {"request_timeout_ms": 60_000}


def test_kubernetes_service_can_become_a_managed_endpoint(
    project: Project, run_export: RunExport
) -> None:
    outcome = convert(project, run_export, AKS, "--kind", "managed")
    assert outcome.status == 0, outcome.err
    deployment = outcome.yaml("deployment.yml")
    assert (deployment["instance_type"], "resources" in deployment) == ("Standard_DS2_v2", False)
    assert deployment["request_settings"]["request_timeout_ms"] == 180_000
    for key in ("computeTargetName", "gpuCores", "containerResourceRequirements.cpuLimit"):
        assert f"`{key}`" in outcome.out
    plan_from_v2(outcome.folder / "deployment.yml", outcome.folder / "endpoint.yml")


def test_mistakes_of_both_files_are_told_at_once(project: Project, run_export: RunExport) -> None:
    outcome = convert(
        project,
        run_export,
        {**AKS, "authEnabled": True, "numReplica": 1},
        inference={"entryScript": "score.py", "sourceDirektory": "src"},
    )
    assert outcome.status == 1
    assert "inferenceconfig.json:3" in outcome.err
    assert "Did you mean sourceDirectory?" in outcome.err
    assert "Did you mean numReplicas?" in outcome.err
    assert "both true" in outcome.err
    assert not outcome.folder.exists()
