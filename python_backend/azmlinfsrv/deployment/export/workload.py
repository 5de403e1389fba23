"""What runs in a cluster, with the reason for each number."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from azmlinfsrv.deployment.export import limits
from azmlinfsrv.deployment.export.figures import Figures
from azmlinfsrv.deployment.packaging.dockerfile import PORT
from azmlinfsrv.deployment.plan import DeploymentPlan

DEFAULT_HEALTH_PORT = 5000
_NOT_MEASURED = (
    "Assumed. `azmlinfsrv profile … --json profile.json`, and --profile profile.json here, derive "
    "it from a measurement."
)
_ASSUMED_MEMORY_MI = 1024
_START_FACTOR, _LEAST_START_SECONDS = 10, 120
_MEBI = 1 << 20
_SCALES_TO = 3
# The image has the folders, whatever they are elsewhere; the workers have a reason of their own.
_OF_THE_IMAGE = (
    *("AML_APP_ROOT", "AZUREML_ENTRY_SCRIPT", "AZUREML_MODEL_DIR"),
    *("AZUREML_INFERENCE_PYTHON_PATH", "WORKER_COUNT", "SEPERATE_HEALTH_ENDPOINT"),
)


@dataclass(frozen=True)
class Amount:
    """A figure of a workload, and how it comes about."""

    value: str
    reason: str


@dataclass(frozen=True)
class Workload:
    """What runs in a cluster.

    Attributes:
        name: what everything is called.
        namespace: where it belongs; None for where kubectl is.
        image: the image.
        variables: what the containers get beside the image's own.
        workers: processes of a container.
        secrets: variables that come from the Secret of the same name.
        cpu: cores of a container, such as 500m.
        memory: of a container, such as 512Mi.
        least: how many containers there are at the least.
        most: how many there are at the most.
        start_seconds: how long a container may take until it is ready.
        timeout_seconds: how long a request may take.
        health_port: where probes are answered; None for the port of requests.

    """

    name: str
    namespace: str | None
    image: str
    variables: Mapping[str, str]
    workers: Amount
    secrets: Sequence[str]
    cpu: Amount
    memory: Amount
    least: Amount
    most: Amount
    start_seconds: Amount
    timeout_seconds: int
    health_port: int | None

    @property
    def probe_port(self) -> int:
        """The port on which probes are answered."""
        return self.health_port or PORT


def workload_of(
    plan: DeploymentPlan,
    name: str,
    namespace: str | None,
    image: str,
    variables: Mapping[str, str],
    secrets: Sequence[str],
    figures: Figures | None,
    health_port: int | None,
) -> Workload:
    """Return the workload of a plan, by what was measured where there is such."""
    workers = Amount(str(plan.worker_count), "As the deployment says.")
    derived = limits.workers(figures) if figures else None
    if derived is not None:
        workers = Amount(str(derived.value), derived.reason)
    own = {key: value for key, value in variables.items() if key not in _OF_THE_IMAGE}
    timeout = plan.scoring_timeout_ms
    longest = limits.timeout_ms(figures, "kubernetes") if figures else None
    if longest is not None:
        timeout = longest.value
    if timeout is not None:
        own["SCORING_TIMEOUT_MS"] = str(timeout)
    return Workload(
        name,
        namespace,
        image,
        own,
        workers,
        secrets,
        _cpu(int(workers.value), figures),
        _memory(int(workers.value), figures),
        *_replicas(figures),
        _start(figures),
        math.ceil((timeout or 60_000) / 1000),
        health_port,
    )


def _cpu(workers: int, figures: Figures | None) -> Amount:
    if figures is None:
        return Amount(f"{workers * 1000}m", f"One core for each worker. {_NOT_MEASURED}")
    milli = math.ceil(round(figures.cpu * 1000, 6))
    return Amount(f"{milli}m", f"From {figures.file}: the cores that its workers keep busy.")


def _memory(workers: int, figures: Figures | None) -> Amount:
    if figures is None or figures.memory_gb is None:
        each = f"{_ASSUMED_MEMORY_MI} Mi for each worker"
        return Amount(f"{workers * _ASSUMED_MEMORY_MI}Mi", f"{each}. {_NOT_MEASURED}")
    mebibytes = math.ceil(round(figures.memory_gb * 1e9 / _MEBI, 6))
    return Amount(
        f"{mebibytes}Mi",
        f"From {figures.file}: {figures.memory_gb:g} GB, 1.2 times what its processes took at "
        "their peak.",
    )


def _replicas(figures: Figures | None) -> tuple[Amount, Amount]:
    derived = limits.instances(figures) if figures else None
    least = Amount("2", "Two, so that one can be replaced while the other answers.")
    if derived is not None and derived.value > 1:
        least = Amount(str(derived.value), derived.reason)
    elif derived is not None:
        least = Amount("2", f"{derived.reason} {least.reason}")
    most = int(least.value) * _SCALES_TO
    return least, Amount(str(most), f"{_SCALES_TO} times as many as usual; what you can pay for.")


def _start(figures: Figures | None) -> Amount:
    seconds = figures.init_seconds if figures else None
    if seconds is None:
        return Amount(str(_LEAST_START_SECONDS), f"Seconds. {_NOT_MEASURED}")
    value = max(_LEAST_START_SECONDS, math.ceil(round(seconds * _START_FACTOR, 6)))
    name = figures.file if figures else ""
    return Amount(
        str(value),
        f"From {name}: {_START_FACTOR} times the {seconds:.3g} s that init() took, at least "
        f"{_LEAST_START_SECONDS}.",
    )
