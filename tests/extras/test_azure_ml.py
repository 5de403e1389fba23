"""The vendor's own library loads what `azmlinfsrv export azure-ml` writes."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from azure.ai.ml import load_online_deployment, load_online_endpoint
from azure.ai.ml.entities import (
    KubernetesOnlineDeployment,
    KubernetesOnlineEndpoint,
    ManagedOnlineDeployment,
    ManagedOnlineEndpoint,
    TargetUtilizationScaleSettings,
)

EXAMPLE = Path(__file__).parents[2] / "examples" / "diabetes"
# Each is a text, and a number, a date or a truth to one reader of YAML or another.
TRICKY = {
    "ON": "on",
    "NUMBER": "1e3",
    "OCTAL": "010",
    "TIME": "12:30:45",
    "DATE": "2024-01-01",
    "COLON": "a: b",
    "HASH": "a #b",
    "EMPTY": "",
    "NULL": "~",
    "UNICODE": "zürich 東京 😀",
    "QUOTES": "\"'\\",
    "LINES": "a\nb",
    "STAR": "*x",
    "PERCENT": "%TAG",
    "SPACE": " a ",
}


def export(folder: Path, *words: str) -> Path:
    output = folder / "out"
    command = [sys.executable, "-m", "azmlinfsrv", "export", "azure-ml", "-o", str(output), *words]
    done = subprocess.run(command, capture_output=True, text=True, timeout=120, check=False)
    assert done.returncode == 0, done.stderr
    return output


@pytest.fixture
def project(tmp_path: Path) -> Path:
    folder = tmp_path / "project"
    folder.mkdir()
    (folder / "score.py").write_text("def init(): ...\ndef run(data): return data\n")
    (folder / "model.pkl").write_text("a model")
    (folder / "requirements.txt").write_text("numpy==1.26.4\n")
    return folder


def write(file: Path, content: object) -> str:
    file.write_text(json.dumps(content, ensure_ascii=False), encoding="utf-8")
    return str(file)


def loaded(output: Path) -> tuple[Any, Any]:
    return (
        load_online_endpoint(output / "endpoint.yml"),
        load_online_deployment(output / "deployment.yml"),
    )


PROFILE = {
    "state": "Succeeded",
    "recommendedCpu": 1.5,
    "recommendedMemoryInGB": 2.1,
    "latencyPercentile99InMs": 812.5,
    "azmlinfsrv": {
        "initSeconds": 7.2,
        "recommendation": {
            "workers": 2,
            "instances": 3,
            "target_rps": 30.0,
            "process_seconds": 0.12,
        },
    },
}


def test_the_example_with_a_profile(tmp_path: Path) -> None:
    words = ("--entry_script", str(EXAMPLE / "score.py"), "-n", "diabetes")
    output = export(tmp_path, *words, "--profile", write(tmp_path / "profile.json", PROFILE))
    endpoint, deployment = loaded(output)
    assert isinstance(endpoint, ManagedOnlineEndpoint)
    assert (endpoint.name, endpoint.auth_mode) == ("diabetes", "key")
    assert isinstance(deployment, ManagedOnlineDeployment)
    assert (deployment.instance_type, deployment.instance_count) == ("Standard_DS2_v2", 3)
    assert deployment.request_settings.request_timeout_ms == 8500
    assert deployment.request_settings.max_concurrent_requests_per_instance == 2
    assert deployment.environment_variables == {"WORKER_COUNT": "2"}
    assert deployment.liveness_probe.initial_delay == 15
    assert deployment.readiness_probe.timeout == 2
    packages = deployment.environment.conda_file["dependencies"][-1]["pip"]
    assert "azureml-inference-server-http" in packages
    assert Path(deployment.base_path, deployment.code_configuration.code, "score.py").is_file()


def test_texts_stay_texts(tmp_path: Path, project: Path) -> None:
    file = write(
        project / "deployment.yml",
        {
            "name": "blue",
            "endpoint_name": "diabetes",
            "model": {"path": "model.pkl"},
            "code_configuration": {"code": ".", "scoring_script": "score.py"},
            "environment": {"image": "example.com/image:1"},
            "environment_variables": TRICKY,
            "tags": TRICKY,
            "instance_type": "Standard_DS3_v2",
            "instance_count": 1,
        },
    )
    _, deployment = loaded(export(tmp_path, "--file", file))
    assert deployment.environment_variables == TRICKY
    assert deployment.tags == TRICKY


def test_container_instances_of_the_first_version(tmp_path: Path, project: Path) -> None:
    inference = {
        "entryScript": "score.py",
        "environment": {
            "name": "diabetes",
            "environmentVariables": {"MODE": "on"},
            "docker": {"baseImage": "example.com/base:1"},
        },
    }
    compute = {
        "computeType": "aci",
        "containerResourceRequirements": {"cpu": 2, "memoryInGB": 4},
        "authEnabled": True,
    }
    files = ("--ic", write(project / "inferenceconfig.json", inference))
    more = ("--dc", write(project / "deploymentconfig.json", compute))
    model = ("-m", str(project / "model.pkl"), "-n", "diabetes")
    endpoint, deployment = loaded(export(tmp_path, *files, *more, *model))
    assert isinstance(endpoint, ManagedOnlineEndpoint)
    assert deployment.instance_type == "Standard_DS2_v2"
    assert deployment.environment.image == "example.com/base:1"
    assert deployment.environment_variables == {"MODE": "on"}


def test_kubernetes_service_of_the_first_version(tmp_path: Path, project: Path) -> None:
    compute = {
        "computeType": "aks",
        "computeTargetName": "edge",
        "tokenAuthEnabled": True,
        "authEnabled": False,
        "autoScaler": {"minReplicas": 2, "maxReplicas": 5, "targetUtilization": 60},
        "containerResourceRequirements": {"cpu": 0.5, "memoryInGB": 2, "cpuLimit": 1},
        "gpuCores": 1,
        "scoringTimeoutMs": 9000,
        "maxQueueWaitMs": 700,
        "livenessProbeRequirements": {"initialDelaySeconds": 20},
    }
    files = ("--ic", write(project / "inferenceconfig.json", {"entryScript": "score.py"}))
    more = ("--dc", write(project / "deploymentconfig.json", compute))
    model = ("-m", str(project / "model.pkl"), "-n", "diabetes")
    endpoint, deployment = loaded(export(tmp_path, *files, *more, *model))
    assert isinstance(endpoint, KubernetesOnlineEndpoint)
    assert endpoint.auth_mode == "aml_token"
    assert endpoint.compute == "edge"
    assert isinstance(deployment, KubernetesOnlineDeployment)
    scale = deployment.scale_settings
    assert isinstance(scale, TargetUtilizationScaleSettings)
    assert (scale.min_instances, scale.max_instances) == (2, 5)
    assert scale.target_utilization_percentage == 60
    assert deployment.resources.requests.cpu == "0.5"
    assert deployment.resources.limits.gpu == "1"
    assert deployment.request_settings.request_timeout_ms == 9000
    assert deployment.liveness_probe.initial_delay == 20
