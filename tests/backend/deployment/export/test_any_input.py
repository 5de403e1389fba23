"""Whatever our readers take is written so that they take it again, and means the same."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest
import yaml
from hypothesis import HealthCheck, assume, given, settings
from hypothesis import strategies as st

from azmlinfsrv.deployment.export.azure_documents import Choices
from azmlinfsrv.deployment.export.azure_ml import export_azure_ml
from azmlinfsrv.deployment.export.described import Described, from_v2
from azmlinfsrv.deployment.export.figures import read_figures
from azmlinfsrv.deployment.export.first_version import from_v1
from azmlinfsrv.deployment.export.request import ExportRequest
from azmlinfsrv.deployment.formats import DeploymentFileError, plan_from_v2
from azmlinfsrv.deployment.plan import DeploymentPlan

from ..formats.project import INFERENCE, MANAGED, Project
from .test_yaml_text import TEXTS

NAMES = st.from_regex(r"[A-Za-z_][A-Za-z0-9_]{0,12}", fullmatch=True)
COUNTS = st.integers(1, 10**6)
AMOUNTS = st.floats(1e-6, 1e4, allow_nan=False)


def some(**values: st.SearchStrategy[Any]) -> st.SearchStrategy[dict[str, Any]]:
    return st.fixed_dictionaries({}, optional=values)


RESOURCES = some(
    cpu=AMOUNTS,
    memoryInGB=AMOUNTS,
    cpuLimit=AMOUNTS,
    memoryInGBLimit=AMOUNTS,
    gpu=st.integers(0, 16),
)
ACI = some(
    containerResourceRequirements=RESOURCES,
    authEnabled=st.booleans(),
    appInsightsEnabled=st.booleans(),
    location=TEXTS,
    dnsNameLabel=TEXTS,
)
AKS = some(
    containerResourceRequirements=RESOURCES,
    authEnabled=st.booleans(),
    tokenAuthEnabled=st.booleans(),
    numReplicas=st.integers(0, 50),
    autoScaler=some(
        autoscaleEnabled=st.booleans(),
        minReplicas=COUNTS,
        maxReplicas=COUNTS,
        refreshPeriodInSeconds=COUNTS,
        targetUtilization=st.integers(1, 100),
    ),
    scoringTimeoutMs=COUNTS,
    maxConcurrentRequestsPerContainer=COUNTS,
    maxQueueWaitMs=COUNTS,
    gpuCores=st.integers(0, 16),
    livenessProbeRequirements=some(
        periodSeconds=COUNTS,
        initialDelaySeconds=COUNTS,
        timeoutSeconds=COUNTS,
        successThreshold=COUNTS,
        failureThreshold=COUNTS,
    ),
)
on_one_folder = settings(
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.filter_too_much],
    deadline=None,
    max_examples=40,
)


@pytest.fixture
def project(tmp_path: Path) -> Project:
    made = Project(tmp_path / "diabetes")
    made.write("src/requirements.txt", "numpy==1.26.4\n")
    return made


def written(described: Described, project: Project, **more: Any) -> DeploymentPlan:
    """Write an export; returns what our own reader makes of it."""
    output = project.folder.parent / "out"
    choices = Choices(compute="edge" if described.kind == "kubernetes" else None)
    export_azure_ml(ExportRequest(described, output, choices=choices, force=True, **more))
    return plan_from_v2(output / "deployment.yml", output / "endpoint.yml")


@on_one_folder
@given(
    compute=st.tuples(st.just("aci"), ACI) | st.tuples(st.just("aks"), AKS),
    kind=st.sampled_from([None, "managed", "kubernetes"]),
    variables=st.dictionaries(NAMES, TEXTS.filter(lambda text: "\0" not in text), max_size=3),
)
def test_every_service_of_the_first_version_becomes_one_of_the_second(
    project: Project,
    compute: tuple[str, Mapping[str, Any]],
    kind: Any,
    variables: Mapping[str, str],
) -> None:
    inference = {**INFERENCE, "environment": {"environmentVariables": variables}}
    ic = project.write("inferenceconfig.json", inference)
    dc = project.write("deploymentconfig.json", {"computeType": compute[0], **compute[1]})
    try:
        described = from_v1(ic, dc, [], ("diabetes", None), kind)
    except DeploymentFileError:
        # Contradictions, and variables that the server could not start with.
        assume(False)
    plan = written(described, project)
    kept = {name: value for name, value in plan.environment.items() if name != "WORKER_COUNT"}
    assert kept.items() <= variables.items()


@on_one_folder
@given(
    variables=st.dictionaries(NAMES, TEXTS.filter(lambda text: "\0" not in text), max_size=3),
    tags=st.dictionaries(TEXTS.filter(lambda text: text != "<<"), TEXTS, max_size=3),
    timeout=st.integers(1, 180_000),
)
def test_every_deployment_file_means_the_same_afterwards(
    project: Project, variables: Mapping[str, str], tags: Mapping[str, str], timeout: int
) -> None:
    content = {
        **MANAGED,
        "environment_variables": variables,
        "tags": tags,
        "request_settings": {"request_timeout_ms": timeout},
    }
    file = project.folder / "deployment.yml"
    file.write_text(yaml.safe_dump(content), encoding="utf-8")
    try:
        before = plan_from_v2(file)
    except DeploymentFileError:
        assume(False)
    described = from_v2(before, file, None)
    after = written(described, project)
    assert after.scoring_timeout_ms == before.scoring_timeout_ms
    assert after.environment.items() <= before.environment.items()
    text = (project.folder.parent / "out/deployment.yml").read_text(encoding="utf-8")
    assert yaml.safe_load(text)["tags"] == tags


@on_one_folder
@given(
    figures=some(
        recommendedMemoryInGB=AMOUNTS,
        latencyPercentile99InMs=st.floats(1e-6, 1e9),
        azmlinfsrv=some(
            initSeconds=st.floats(0, 1e6),
            recommendation=some(
                workers=st.integers(1, 64),
                instances=st.integers(1, 500),
                process_seconds=st.floats(1e-6, 1e4),
                target_rps=st.floats(1e-6, 1e6),
            ),
        ),
    ),
    cpu=AMOUNTS,
    is_kubernetes=st.booleans(),
)
def test_whatever_was_measured_makes_a_deployment(
    project: Project, figures: Mapping[str, Any], cpu: float, is_kubernetes: bool
) -> None:
    profile = project.write("profile.json", {**figures, "recommendedCpu": cpu})
    content = dict(MANAGED)
    if is_kubernetes:
        content |= {"type": "kubernetes"}
        del content["instance_type"]
    file = project.write("deployment.yml", content)
    described = from_v2(plan_from_v2(file), file, None)
    plan = written(described, project, figures=read_figures(profile))
    recommended = figures.get("azmlinfsrv", {}).get("recommendation", {})
    assert plan.worker_count == recommended.get("workers", 1)
