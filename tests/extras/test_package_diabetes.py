"""The example, packaged with scikit-learn and its model, built and run as Docker would.

And as a cluster would: what `azmlinfsrv export kubernetes` says of its pods is carried out.
"""

from __future__ import annotations

import json
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
import yaml
from backend.deployment.packaging.containers import Container, Image, needs_namespaces

EXAMPLE = Path(__file__).parents[2] / "examples" / "diabetes"
# What the kubelet does for an httpGet; a failure of the connection counts as one, too.
PROBE = """
import http.client, sys
port, path, seconds = sys.argv[1:]
connection = http.client.HTTPConnection("127.0.0.1", int(port), timeout=float(seconds))
connection.request("GET", path)
print(connection.getresponse().status)
"""


def azmlinfsrv(*words: str) -> None:
    done = subprocess.run(
        [sys.executable, "-m", "azmlinfsrv", *words],
        capture_output=True,
        text=True,
        timeout=600,
        check=False,
    )
    assert done.returncode == 0, done.stderr


@pytest.fixture(scope="module")
def package(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("diabetes") / "package"
    azmlinfsrv("package", "--entry_script", str(EXAMPLE / "score.py"), "-o", str(folder))
    return folder


@pytest.fixture(scope="module")
def image(package: Path) -> Image:
    return Image(package, package.parent / "root")


@contextmanager
def running(image: Image, log: Path) -> Iterator[Container]:
    container = Container(image, log)
    try:
        yield container
    finally:
        container.kill()


def check_answer(container: Container) -> None:
    answer = container.post((EXAMPLE / "sample-request.json").read_text())
    assert [type(value) for value in answer] == [float, float]
    assert all(25 < value < 346 for value in answer), json.dumps(answer)


@needs_namespaces
def test_the_example_answers_from_its_own_image(
    tmp_path: Path, package: Path, image: Image
) -> None:
    assert "scikit-learn==" in (package / "requirements.txt").read_text()
    assert (package / "azureml-models/model/1/sklearn_regression_model.pkl").is_file()
    with running(image, tmp_path / "log.txt") as container:
        # Scikit-learn takes its time to be imported.
        container.wait_until_healthy(120)
        check_answer(container)
        assert container.stop() == 0


@needs_namespaces
def test_the_image_does_what_its_manifest_expects_of_it(tmp_path: Path, image: Image) -> None:
    words = ["export", "kubernetes", "--entry_script", str(EXAMPLE / "score.py")]
    words += ["--image", "registry.example.com/diabetes:1", "--health_port", "6000"]
    azmlinfsrv(*words, "-o", str(tmp_path / "out"))
    manifest = yaml.safe_load((tmp_path / "out/deployment.yaml").read_text())
    pod = manifest["spec"]["template"]["spec"]
    (spec,) = pod["containers"]
    image.configuration.environment |= {each["name"]: each["value"] for each in spec["env"]}
    image.configuration.command = spec["args"]
    image.configuration.user = str(spec["securityContext"]["runAsUser"])
    ports = {each["name"]: each["containerPort"] for each in spec["ports"]}

    with running(image, tmp_path / "log.txt") as container:
        wait_until_started(container, spec["startupProbe"], ports)
        for name in ("readinessProbe", "livenessProbe"):
            assert probe(container, spec[name], ports) == 200
        assert ports["http"] == int(image.configuration.ports[0])
        check_answer(container)

        left = container.execute(spec["lifecycle"]["preStop"]["exec"]["command"])
        assert left.returncode == 0
        started = time.monotonic()
        container.signal(signal.SIGTERM)
        assert container.wait() == 0
        # A pod without requests is gone long before it would be killed.
        assert time.monotonic() - started < pod["terminationGracePeriodSeconds"] / 2


def wait_until_started(container: Container, spec: Any, ports: dict[str, int]) -> None:
    end = time.monotonic() + spec["periodSeconds"] * spec["failureThreshold"]
    seen = set()
    while (status := probe(container, spec, ports)) != 200:
        seen.add(status)
        assert time.monotonic() < end, container.log
        time.sleep(0.1)
    # It was asked before the model was there, and said so.
    assert seen <= {None, 503}


def probe(container: Container, spec: Any, ports: dict[str, int]) -> int | None:
    """Return the status that a probe gets; None without an answer."""
    port = str(ports[spec["httpGet"]["port"]])
    words = [port, spec["httpGet"]["path"], str(spec["timeoutSeconds"])]
    done = container.execute(["python", "-c", PROBE, *words])
    return int(done.stdout) if done.returncode == 0 else None
