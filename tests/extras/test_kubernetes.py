"""What `azmlinfsrv export kubernetes` writes, by the schemas of Kubernetes and KServe's models."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import kserve
import kubernetes_validate
import pytest
import yaml

EXAMPLE = Path(__file__).parents[2] / "examples" / "diabetes"
IMAGE = "registry.example.com/diabetes:1"
# The oldest that people run, and the newest whose schemas are there.
VERSIONS = ["1.27", kubernetes_validate.latest_version()]
PROFILE = {
    "state": "Succeeded",
    "recommendedCpu": 1.5,
    "recommendedMemoryInGB": 2.1,
    "latencyPercentile99InMs": 812.5,
    "azmlinfsrv": {
        "initSeconds": 30.0,
        "recommendation": {
            "workers": 2,
            "instances": 3,
            "target_rps": 30.0,
            "process_seconds": 0.12,
        },
    },
}
VARIANTS: dict[str, list[str]] = {
    "plain": [],
    "namespace and health port": ["--namespace", "scoring", "--health_port", "5000"],
    "another health port": ["--health_port", "6000"],
}


def export(tmp_path: Path, *words: str) -> dict[str, Any]:
    profile = tmp_path / "profile.json"
    profile.write_text(json.dumps(PROFILE))
    command = [sys.executable, "-m", "azmlinfsrv", "export", "kubernetes", "--image", IMAGE]
    command += ["--entry_script", str(EXAMPLE / "score.py"), "--profile", str(profile)]
    done = subprocess.run(
        [*command, "-o", str(tmp_path / "out"), *words],
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    files = sorted((tmp_path / "out").glob("*.yaml"))
    return {path.name: yaml.safe_load(path.read_text()) for path in files}


@pytest.mark.parametrize("version", VERSIONS)
@pytest.mark.parametrize("words", VARIANTS.values(), ids=VARIANTS)
def test_every_manifest_holds_to_its_schema(tmp_path: Path, words: list[str], version: str) -> None:
    documents = export(tmp_path, *words)
    kinds = {each["kind"] for each in documents.values()}
    wanted = {"Deployment", "Service", "HorizontalPodAutoscaler", "PodDisruptionBudget"}
    assert kinds == wanted
    for document in documents.values():
        kubernetes_validate.validate(document, version, strict=True)


def test_the_schemas_find_a_key_that_is_none(tmp_path: Path) -> None:
    deployment = export(tmp_path)["deployment.yaml"]
    deployment["spec"]["template"]["spec"]["terminationGraceSeconds"] = 1
    with pytest.raises(kubernetes_validate.ValidationError):
        kubernetes_validate.validate(deployment, VERSIONS[-1], strict=True)


def test_an_inference_service_has_the_keys_of_kserve(tmp_path: Path) -> None:
    (document,) = export(tmp_path, "--kserve").values()
    assert set(document) == {"apiVersion", "kind", "metadata", "spec"}
    check_keys(document["spec"], kserve.V1beta1InferenceServiceSpec)
    predictor = document["spec"]["predictor"]
    check_keys(predictor, kserve.V1beta1PredictorSpec)
    # Its container is Kubernetes' own.
    pod = {
        "apiVersion": "v1",
        "kind": "Pod",
        "metadata": document["metadata"],
        "spec": {"containers": predictor["containers"]},
    }
    for version in VERSIONS:
        kubernetes_validate.validate(pod, version, strict=True)


def check_keys(values: Mapping[str, Any], model: Any) -> None:
    """Compare keys, and the types of numbers, with what a model of KServe's library has."""
    types = {key: model.openapi_types[name] for name, key in model.attribute_map.items()}
    for key, value in values.items():
        assert key in types
        if types[key] in ("int", "str"):
            assert type(value).__name__ == types[key], key
