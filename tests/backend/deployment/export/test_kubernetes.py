"""What `azmlinfsrv export kubernetes` writes, and how it fits the server that it runs."""

from __future__ import annotations

import re
import urllib.request
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from azmlinfsrv.deployment.packaging.dockerfile import PORT, STOP_SECONDS, USER_ID

from ...conftest import ECHO, StartServer, free_port
from ..formats.project import MANAGED, Project
from .conftest import IMAGE, RunExport

Profile = Callable[..., Path]
PROBES = ("startupProbe", "readinessProbe", "livenessProbe")


def pod(document: Any) -> Any:
    return document["spec"]["template"]["spec"]


def test_alive_and_ready_are_asked_for_apart(run_export: RunExport) -> None:
    outcome = run_export("kubernetes", "--health_port", "6000")
    assert outcome.status == 0, outcome.err
    (container,) = pod(outcome.yaml("deployment.yaml"))["containers"]
    asked = {name: container[name]["httpGet"] for name in PROBES}
    assert asked == {
        "startupProbe": {"path": "/readyz", "port": "health"},
        "readinessProbe": {"path": "/readyz", "port": "health"},
        "livenessProbe": {"path": "/livez", "port": "health"},
    }
    ports = {each["name"]: each["containerPort"] for each in container["ports"]}
    assert ports == {"http": PORT, "health": 6000}
    assert outcome.yaml("service.yaml")["spec"]["ports"][0]["targetPort"] == "http"


def test_the_server_answers_what_the_manifest_asks(
    run_export: RunExport, start_server: StartServer
) -> None:
    port = free_port()
    outcome = run_export("kubernetes", "--health_port", str(port))
    (container,) = pod(outcome.yaml("deployment.yaml"))["containers"]
    # The container's own words, but for the port and the address of requests.
    words = container["args"]
    assert words[:3] == ["python", "-m", "azmlinfsrv"]
    assert words[words.index("--port") + 1] == str(PORT)
    variables = {each["name"]: each["value"] for each in container["env"]}
    server = start_server(ECHO, *words[words.index("--health_port") :], env=variables)
    server.wait_until_ready()
    for probe in PROBES:
        url = f"http://127.0.0.1:{port}{container[probe]['httpGet']['path']}"
        with urllib.request.urlopen(url, timeout=20) as answer:
            assert answer.status == 200


def test_a_pod_has_the_time_that_the_server_takes_to_end(run_export: RunExport) -> None:
    deployment = pod(run_export("kubernetes").yaml("deployment.yaml"))
    (container,) = deployment["containers"]
    leave = int(container["lifecycle"]["preStop"]["exec"]["command"][1])
    assert deployment["terminationGracePeriodSeconds"] == leave + STOP_SECONDS


def test_nothing_runs_as_root_or_gains_rights(run_export: RunExport) -> None:
    deployment = pod(run_export("kubernetes").yaml("deployment.yaml"))
    (container,) = deployment["containers"]
    context = container["securityContext"]
    assert (context["runAsNonRoot"], context["runAsUser"]) == (True, USER_ID)
    assert context["allowPrivilegeEscalation"] is False
    assert context["capabilities"] == {"drop": ["ALL"]}
    assert deployment["automountServiceAccountToken"] is False


def test_the_autoscaler_has_the_number_and_the_deployment_none(
    run_export: RunExport, profile: Profile
) -> None:
    outcome = run_export("kubernetes", "--profile", str(profile()), "--namespace", "scoring")
    assert outcome.status == 0, outcome.err
    deployment = outcome.yaml("deployment.yaml")
    assert "replicas" not in deployment["spec"]
    scaler = outcome.yaml("autoscaler.yaml")["spec"]
    assert scaler["scaleTargetRef"]["name"] == deployment["metadata"]["name"]
    assert (scaler["minReplicas"], scaler["maxReplicas"]) == (2, 6)
    (container,) = pod(deployment)["containers"]
    # 6 workers with half a core and a gigabyte each, as the profiler has it.
    assert container["resources"]["requests"] == {"cpu": "3000m", "memory": "7058Mi"}
    assert {"name": "WORKER_COUNT", "value": "6"} in container["env"]
    assert container["startupProbe"]["failureThreshold"] * 5 == 125
    for name in ("deployment", "service", "autoscaler", "disruption-budget"):
        assert outcome.yaml(f"{name}.yaml")["metadata"]["namespace"] == "scoring"
    assert "From profile.json" in outcome.text("deployment.yaml")


def test_every_selector_finds_the_pods(run_export: RunExport) -> None:
    outcome = run_export("kubernetes", "--name", "churn")
    deployment = outcome.yaml("deployment.yaml")
    labels = deployment["spec"]["template"]["metadata"]["labels"]
    assert deployment["spec"]["selector"]["matchLabels"] == labels
    assert outcome.yaml("service.yaml")["spec"]["selector"] == labels
    assert outcome.yaml("disruption-budget.yaml")["spec"]["selector"]["matchLabels"] == labels


def test_secrets_come_from_a_secret(project: Project, run_export: RunExport) -> None:
    variables = {"API_KEY": "hunter2", "MODE": "on", "AZUREML_MODEL_DIR": "/elsewhere"}
    file = project.write("deployment.yml", {**MANAGED, "environment_variables": variables})
    outcome = run_export("kubernetes", "--file", str(file))
    assert outcome.status == 0, outcome.err
    (container,) = pod(outcome.yaml("deployment.yaml"))["containers"]
    env = {each["name"]: each for each in container["env"]}
    assert env["MODE"]["value"] == "on"
    # That of the image counts.
    assert "AZUREML_MODEL_DIR" not in env
    name = outcome.yaml("deployment.yaml")["metadata"]["name"]
    source = {"secretKeyRef": {"name": name, "key": "API_KEY"}}
    assert env["API_KEY"]["valueFrom"] == source
    assert f'kubectl create secret generic {name} --from-literal API_KEY="$API_KEY"' in outcome.out
    written = [path.read_text() for path in outcome.folder.rglob("*") if path.is_file()]
    assert "hunter2" not in "".join([*written, outcome.out])


def test_an_inference_service_runs_the_same_container(
    run_export: RunExport, profile: Profile
) -> None:
    outcome = run_export("kubernetes", "--kserve", "--profile", str(profile()))
    assert outcome.status == 0, outcome.err
    service = outcome.yaml("inference-service.yaml")
    assert (service["apiVersion"], service["kind"]) == (
        "serving.kserve.io/v1beta1",
        "InferenceService",
    )
    predictor = service["spec"]["predictor"]
    assert (predictor["containerConcurrency"], predictor["minReplicas"]) == (6, 2)
    (container,) = predictor["containers"]
    assert (container["name"], container["image"]) == ("kserve-container", IMAGE)
    assert sorted(path.name for path in outcome.folder.glob("*.yaml")) == ["inference-service.yaml"]


def test_without_an_image_it_is_said_how_to_make_one(
    project: Project, run_export: RunExport
) -> None:
    from azmlinfsrv.cli import export

    words = ["kubernetes", "--entry_script", str(project.folder / "src/score.py")]
    assert export.main([*words, "-o", str(project.folder.parent / "out")]) == 2
    assert not (project.folder.parent / "out").exists()
    outcome = run_export("kubernetes", "--image", "")
    assert (outcome.status, "is not an image" in outcome.err) == (1, True)


@pytest.mark.parametrize(
    ("words", "status", "told"),
    [
        (["--image", "Bad Image"], 1, "is not an image"),
        (["--image", "x:1\nkind: Secret"], 1, "is not an image"),
        (["--name", "Big_Name"], 1, "big-name would be one"),
        (["--namespace", "a" * 64], 1, "up to 63 small letters"),
        (["--health_port", "80"], 2, "1024 to 65535"),
        (["--health_port", str(PORT)], 2, "choose another"),
        (["--health_port", "5000", "--kserve"], 2, "one port only"),
    ],
)
def test_what_kubernetes_would_refuse_is_refused_here(
    run_export: RunExport, words: list[str], status: int, told: str
) -> None:
    outcome = run_export("kubernetes", *words)
    assert (outcome.status, told in outcome.err) == (status, True), outcome.err
    assert not outcome.folder.exists()


@pytest.mark.parametrize("image", ["diabetes", "example.com:5000/a/b", "a:latest"])
def test_an_image_that_may_change_is_told(run_export: RunExport, image: str) -> None:
    outcome = run_export("kubernetes", "--image", image)
    assert (outcome.status, "another image at each start" in outcome.out) == (0, True)


@pytest.mark.parametrize("image", ["example.com:5000/a/b:1.0", f"a/b@sha256:{'0' * 64}"])
def test_an_image_with_a_version_needs_no_word(run_export: RunExport, image: str) -> None:
    outcome = run_export("kubernetes", "--image", image)
    assert (outcome.status, "another image" in outcome.out) == (0, False)
    assert re.search(rf'image: "?{re.escape(image)}"?$', outcome.text("deployment.yaml"), re.M)
