"""``azmlinfsrv gateway``: an endpoint of two services that run."""

from __future__ import annotations

import contextlib
import json
import os
import subprocess
import sys
import threading
import time
import urllib.error
import urllib.request
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from azmlinfsrv.deployment.services import steering
from azmlinfsrv.deployment.services.folder import all_services, find_service

from ..conftest import HttpAnswer, free_port, wait_until
from ..deployment.services.command import azmlinfsrv

SCRIPT = """
    import json, os, time

    def init():
        global who
        who = os.environ["WHO"]

    def run(raw):
        asked = json.loads(raw)
        with open(f"{who}.log", "a") as log:
            log.write(f"{asked.get('id')}\\n")
        time.sleep(asked.get("sleep", 0))
        return {"who": who, "id": asked.get("id")}
"""


class Endpoint:
    """The files of an endpoint, and its gateway."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.port = free_port()
        self.process: subprocess.Popen[str] | None = None
        self.key: str | None = None
        self.log_file = folder / "gateway.log"

    def write(self, auth: str = "key", **keys: Any) -> None:
        """Write the file anew, as a whole."""
        document = {"name": "my-endpoint", "auth_mode": auth, **keys}
        new = self.folder / "endpoint.new"
        new.write_text(json.dumps(document, indent=1))
        new.replace(self.folder / "endpoint.yml")

    def write_deployment(self, name: str, **keys: Any) -> None:
        document = {
            "name": name,
            "endpoint_name": "my-endpoint",
            "code_configuration": {"code": ".", "scoring_script": "score.py"},
            "environment": "azureml:env@latest",
            "environment_variables": {"WHO": name},
            "instance_type": "Standard_DS3_v2",
            "instance_count": 1,
            "request_settings": {"max_concurrent_requests_per_instance": 50},
            "liveness_probe": {"period": 1},
            **keys,
        }
        (self.folder / f"{name}.yml").write_text(json.dumps(document, indent=1))

    def deploy(self, name: str) -> None:
        words = ("deploy", "--file", f"{name}.yml", "--endpoint", "endpoint.yml")
        done = azmlinfsrv(*words, folder=self.folder)
        assert done.status == 0, done.err

    def start(self, *options: str) -> dict[str, Any]:
        """Start the gateway; returns what it tells programs."""
        words = ["gateway", "--endpoint", "endpoint.yml", "--port", str(self.port), "--json"]
        with self.log_file.open("w") as log:
            self.process = subprocess.Popen(
                [sys.executable, "-m", "azmlinfsrv", *words, *options],
                cwd=self.folder,
                stdout=subprocess.PIPE,
                stderr=log,
                text=True,
            )
        assert self.process.stdout
        line = self.process.stdout.readline()
        assert line, self.log_file.read_text()
        told: dict[str, Any] = json.loads(line)
        if told["auth_mode"] == "key":
            done = azmlinfsrv(
                *("gateway", "--endpoint", "endpoint.yml", "--credentials", "--json"),
                folder=self.folder,
            )
            self.key = done.json["primaryKey"]
        return told

    def stop(self) -> int:
        assert self.process
        assert self.process.stdout
        self.process.terminate()
        self.process.stdout.close()
        return self.process.wait(15)

    def ask(self, deployment: str | None = None, **asked: Any) -> HttpAnswer:
        headers = {"Content-Type": "application/json"}
        if self.key:
            headers["Authorization"] = f"Bearer {self.key}"
        if deployment:
            headers["azureml-model-deployment"] = deployment
        url = f"http://127.0.0.1:{self.port}/score"
        request = urllib.request.Request(url, json.dumps(asked).encode(), headers)
        try:
            with urllib.request.urlopen(request, timeout=20) as answer:
                return HttpAnswer(answer.status, dict(answer.headers), answer.read().decode())
        except urllib.error.HTTPError as error:
            with error:
                return HttpAnswer(error.code, dict(error.headers), error.read().decode())

    def dealt(self, count: int) -> Counter[str]:
        """Return who answered so many requests."""
        answers = [self.ask() for _ in range(count)]
        assert {answer.status for answer in answers} == {200}
        for answer in answers:
            assert answer.headers["azureml-model-deployment"] == answer.json["who"]
        return Counter(answer.json["who"] for answer in answers)

    def seen_by(self, name: str) -> list[str]:
        """Return the ids of the requests that have reached a deployment."""
        file = self.folder / f"{name}.log"
        return file.read_text().split() if file.exists() else []


@pytest.fixture(scope="module")
def project(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Endpoint]:
    """Two deployments of one endpoint, deployed once."""
    import textwrap

    folder = tmp_path_factory.mktemp("endpoint")
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("AZMLINFSRV_HOME", str(folder / "home"))
        (folder / "score.py").write_text(textwrap.dedent(SCRIPT))
        endpoint = Endpoint(folder)
        endpoint.write()
        for name in ("blue", "green"):
            endpoint.write_deployment(name)
            endpoint.deploy(name)
        yield endpoint
        for service in all_services():
            with contextlib.suppress(Exception):
                steering.delete(service)


@pytest.fixture
def endpoint(project: Endpoint) -> Iterator[Endpoint]:
    """The endpoint; its gateway, if the test starts it, is ended."""
    project.port = free_port()
    project.key = None
    project.process = None
    for name in ("blue", "green"):
        (project.folder / f"{name}.log").unlink(missing_ok=True)
    yield project
    if project.process and project.process.poll() is None:
        assert project.stop() == 0, project.log_file.read_text()


def test_requests_are_shared_out_exactly(endpoint: Endpoint) -> None:
    endpoint.write(traffic={"blue": 70, "green": 30})
    told = endpoint.start()
    assert told["traffic"] == {"blue": 70, "green": 30}
    assert [each["name"] for each in told["deployments"]] == ["blue", "green"]
    assert endpoint.dealt(100) == {"blue": 70, "green": 30}


def test_a_header_asks_for_one_deployment(endpoint: Endpoint) -> None:
    endpoint.write(traffic={"blue": 100, "green": 0})
    endpoint.start()
    assert endpoint.ask("green").json["who"] == "green"
    assert endpoint.ask("blue").json["who"] == "blue"
    unknown = endpoint.ask("red")
    assert unknown.status == 404
    assert "blue, green" in unknown.json["message"]


def test_without_weights_nobody_answers_and_that_is_explained(endpoint: Endpoint) -> None:
    endpoint.write()
    endpoint.start()
    answer = endpoint.ask()
    assert answer.status == 404
    assert "--traffic blue=100" in answer.json["message"]
    assert endpoint.ask("blue").status == 200


def test_copies_go_to_the_mirror_and_delay_nobody(endpoint: Endpoint) -> None:
    endpoint.write(traffic={"blue": 100}, mirror_traffic={"green": 50})
    told = endpoint.start()
    assert told["mirror_traffic"] == {"green": 50}
    assert endpoint.dealt(20) == {"blue": 20}
    wait_until(lambda: len(endpoint.seen_by("green")) == 10)
    # Who names a deployment is not mirrored.
    endpoint.ask("blue", id="named")
    endpoint.ask("green", id="direct")
    assert endpoint.seen_by("green")[10:] == ["direct"]
    # Of two that take a second each one is mirrored, and both are answered by blue alone.
    started = time.monotonic()
    assert endpoint.ask(id="slow", sleep=0.3).json["who"] == "blue"
    assert endpoint.ask(id="slow", sleep=0.3).json["who"] == "blue"
    assert time.monotonic() - started < 5
    wait_until(lambda: endpoint.seen_by("green").count("slow") == 1)


def test_a_change_of_the_file_counts_at_once(endpoint: Endpoint) -> None:
    endpoint.write(traffic={"blue": 100})
    endpoint.start()
    assert endpoint.dealt(5) == {"blue": 5}
    endpoint.write(traffic={"green": 100})
    wait_until(lambda: endpoint.ask().json["who"] == "green")
    endpoint.write(traffic={"blue": 20, "green": 20})
    wait_until(lambda: "sum up to 40" in endpoint.log_file.read_text())
    assert "endpoint.yml:4:" in endpoint.log_file.read_text()
    assert endpoint.dealt(5) == {"green": 5}


def test_options_count_before_the_file(endpoint: Endpoint) -> None:
    endpoint.write(traffic={"blue": 100})
    endpoint.start("--traffic", "blue=0", "green=100", "--mirror_traffic", "blue=50")
    assert endpoint.dealt(10) == {"green": 10}
    wait_until(lambda: len(endpoint.seen_by("blue")) == 5)


def test_keys_are_those_of_the_endpoint(endpoint: Endpoint) -> None:
    endpoint.write(traffic={"blue": 50, "green": 50})
    endpoint.start()
    assert endpoint.dealt(4) == {"blue": 2, "green": 2}
    endpoint.key = "wrong"
    assert endpoint.ask().status == 401
    endpoint.key = None
    assert endpoint.ask().status == 401


@pytest.mark.parametrize("mode", ["aml_token", "key"])
def test_what_a_request_needs_follows_the_file(endpoint: Endpoint, mode: str) -> None:
    endpoint.write(mode, traffic={"blue": 100})
    endpoint.start()
    words = ("gateway", "--endpoint", "endpoint.yml", "--credentials", "--json")
    told = azmlinfsrv(*words, folder=endpoint.folder).json
    endpoint.key = told["accessToken" if mode == "aml_token" else "secondaryKey"]
    assert endpoint.ask().status == 200


def test_no_request_is_lost_while_a_deployment_is_restarted(endpoint: Endpoint) -> None:
    endpoint.write(traffic={"blue": 50, "green": 50})
    endpoint.start("--requests_per_second", "0")
    statuses: Counter[int] = Counter()
    done = threading.Event()

    def ask_on() -> None:
        while not done.is_set():
            statuses[endpoint.ask().status] += 1

    askers = [threading.Thread(target=ask_on) for _ in range(2)]
    for asker in askers:
        asker.start()
    service = find_service("my-endpoint-green")
    for _ in range(2):
        steering.reload(service, 60)
    definition = service.definition()
    assert definition
    steering.update(service, definition, 60)
    done.set()
    for asker in askers:
        asker.join()
    assert set(statuses) == {200}
    assert endpoint.dealt(2) == {"blue": 1, "green": 1}


def test_a_deployment_that_is_not_there_is_told(endpoint: Endpoint) -> None:
    endpoint.write(traffic={"red": 100})
    told = endpoint.start()
    assert "azmlinfsrv deploy" in told["deployments"][-1]["message"]
    answer = endpoint.ask()
    assert answer.status == 503
    assert "red" in answer.json["message"]


def test_the_limits_are_those_of_each_deployment(endpoint: Endpoint) -> None:
    settings = {"request_timeout_ms": 400, "max_concurrent_requests_per_instance": 50}
    endpoint.write(traffic={"slow": 100})
    endpoint.write_deployment("slow", request_settings=settings)
    endpoint.start()
    assert endpoint.ask().status == 503
    endpoint.deploy("slow")
    try:
        # Without another start: the gateway finds the new service.
        wait_until(lambda: endpoint.ask().status == 200)
        assert endpoint.ask(sleep=5).status == 408
        assert endpoint.ask("blue", sleep=0.6).status == 200
    finally:
        service = find_service("my-endpoint-slow")
        supervisor = service.status().supervisor
        assert supervisor
        # Killed, as nobody should: nothing listens, and nobody writes that down.
        os.kill(supervisor.pid, 9)
        wait_until(lambda: endpoint.ask().status in {424, 503})
        steering.delete(service)
    wait_until(lambda: endpoint.ask().status == 503)


def test_kubernetes_rules_can_be_asked_for(endpoint: Endpoint) -> None:
    endpoint.write(traffic={"blue": 100})
    told = endpoint.start("--gateway", "kubernetes")
    assert told["gateway"] == "kubernetes"
    answer = endpoint.ask(id=1, sleep="no number")
    assert answer.status == 502


@pytest.mark.parametrize(
    ("keys", "options", "message"),
    [
        ({"traffic": {"blue": 60}}, (), "endpoint.yml:4: The shares of `traffic` sum up to 60"),
        ({"mirror_traffic": {"green": 60}}, (), "endpoint.yml:5"),
        ({"mirror_traffic": {"a": 1, "b": 1}}, (), "it takes one"),
        ({"traffic": {"blue": 100}, "mirror_traffic": {"blue": 10}}, (), "has a share"),
        ({"compute": "azureml:k8s", "mirror_traffic": {"green": 10}}, (), "Kubernetes"),
        ({}, ("--traffic", "blue=90"), "--traffic: The shares of `traffic` sum up to 90"),
        ({"traffic": {"a\r\nb: c": 100}}, (), "no deployment can be called"),
        ({}, ("--traffic", "x=100"), "no deployment can be called"),
        ({"trafic": {"blue": 100}}, (), "traffic"),
    ],
)
def test_mistakes_are_told_with_their_place(
    tmp_path: Path, keys: dict[str, Any], options: tuple[str, ...], message: str
) -> None:
    endpoint = Endpoint(tmp_path)
    endpoint.write(**keys)
    done = azmlinfsrv("gateway", "--endpoint", "endpoint.yml", *options, folder=tmp_path)
    assert done.status == 1
    assert message in done.err
    assert "azmlinfsrv gateway: " in done.err
    assert "deploy" not in done.err.replace("deployment", "")
    assert done.out == ""


@pytest.mark.parametrize(
    ("options", "message"),
    [
        (("--traffic", "blue"), '--traffic: "blue" is no share'),
        (("--mirror_traffic", "green=51"), "from 0 to 50"),
    ],
)
def test_options_that_are_no_shares_are_wrong_usage(
    tmp_path: Path, options: tuple[str, ...], message: str
) -> None:
    Endpoint(tmp_path).write()
    words = ("gateway", "--endpoint", "endpoint.yml", *options, "--json")
    done = azmlinfsrv(*words, folder=tmp_path)
    assert done.status == 2
    assert message in done.err
    assert message in done.json["error"]


def test_the_file_of_a_deployment_in_place_of_the_endpoint_s_names_its_command(
    tmp_path: Path,
) -> None:
    (tmp_path / "blue.yml").write_text("name: blue\nendpoint_name: words\n")
    done = azmlinfsrv("gateway", "--endpoint", "blue.yml", folder=tmp_path)
    assert done.status == 1
    assert "It goes with `azmlinfsrv deploy --file`." in done.err


def test_a_file_that_is_not_there_and_wrong_options(
    tmp_path: Path,
) -> None:
    done = azmlinfsrv("gateway", "--endpoint", "no.yml", "--json", folder=tmp_path)
    assert done.status == 2
    assert done.json["problems"][0]["file"] == "no.yml"
    assert azmlinfsrv("gateway", folder=tmp_path).status == 2
    port = azmlinfsrv("gateway", "--endpoint", "no.yml", "--port", "99999", folder=tmp_path)
    assert (port.status, port.out) == (2, "")
    assert "argument --port: it cannot be '99999'. Allowed: a whole number from 1" in port.err
    told = azmlinfsrv("gateway", "--help", folder=tmp_path)
    assert told.status == 0
    assert "azmlinfsrv gateway --endpoint endpoint.yml" in told.out
