"""``azmlinfsrv --gateway``: each code that a client meets, from a server that runs."""

from __future__ import annotations

import json
import socket
import textwrap
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor, as_completed
from pathlib import Path
from typing import Any

import pytest

from azmlinfsrv.server.auth.keys_file import new_keys, read_keys, write_keys

from ..conftest import HttpAnswer, Server, wait_until
from ..server.raw_client import port_of

SCRIPT = """
    import json, os, time
    from azureml.contrib.services.aml_request import rawhttp
    from azureml.contrib.services.aml_response import AMLResponse

    def init(): pass

    @rawhttp
    def run(request):
        asked = json.loads(request.get_data() or b"{}")
        if "begun" in asked:
            open(asked["begun"], "a").close()
        if "until" in asked:
            end = time.monotonic() + 20
            while not os.path.exists(asked["until"]) and time.monotonic() < end:
                time.sleep(0.01)
        time.sleep(asked.get("sleep", 0))
        if asked.get("raise"):
            raise ValueError("no")
        if asked.get("exit"):
            os._exit(7)
        body = asked.get("text", "") * asked.get("times", 1)
        answer = AMLResponse(body or "fine", asked.get("status", 200))
        answer.headers["X-Script"] = "kept"
        if asked.get("echo"):
            answer.set_data(json.dumps(dict(request.headers)))
        return answer
"""


def start(start_server: Any, front: str, kind: str, *options: str, **more: Any) -> Server:
    words = ("--server", front, "--gateway", kind, *options)
    server: Server = start_server(SCRIPT, *words, **more)
    server.wait_until_ready()
    return server


@pytest.fixture(scope="module")
def shared(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Callable[[str, str], Server]]:
    """Servers with a gateway of default limits, each started once."""
    started: dict[tuple[str, str], Server] = {}

    def get(front: str, kind: str) -> Server:
        if (front, kind) not in started:
            folder = tmp_path_factory.mktemp("shared")
            (folder / "score.py").write_text(textwrap.dedent(SCRIPT))
            words = ["--entry_script", "score.py", "--host", "127.0.0.1", "--port", "auto"]
            words += ["--server", front, "--gateway", kind]
            started[front, kind] = Server(folder, words, {})
        return started[front, kind]

    yield get
    for server in started.values():
        server.stop()


def ask(server: Server, headers: dict[str, str] | None = None, **asked: Any) -> HttpAnswer:
    answer = server.request("/score", json.dumps(asked), headers)
    answer.headers = {name.lower(): value for name, value in answer.headers.items()}
    return answer


Shared = Callable[[str, str], Server]
SEEN = {
    "managed": {200: 200, 201: 424, 204: 424, 302: 424, 400: 424, 404: 424, 500: 424, 503: 424},
    "kubernetes": {200: 200, 201: 201, 204: 204, 400: 400, 404: 404, 500: 502, 503: 503},
}


@pytest.mark.parametrize("kind", SEEN)
def test_the_containers_status_is_seen_as_the_endpoint_tells_it(
    shared: Shared, front: str, kind: str
) -> None:
    server = shared(front, kind)
    for status, seen in SEEN[kind].items():
        answer = ask(server, status=status, text="why")
        assert answer.status == seen, status
        if status != 204:
            assert answer.text == "why"
        model_status = str(status) if seen == 424 else None
        assert answer.headers.get("ms-azureml-model-error-statuscode") == model_status
        reason = "model_error" if seen == 424 else None
        assert answer.headers.get("ms-azureml-model-error-reason") == reason


def test_an_answer_names_the_deployment_and_keeps_the_scripts_headers(
    shared: Shared, front: str
) -> None:
    server = shared(front, "managed")
    answer = ask(server, {"x-request-id": "mine", "x-ms-client-request-id": "a b"}, echo=True)
    assert answer.status == 200
    assert answer.headers["azureml-model-deployment"] == "default"
    assert answer.headers["server"] == "azureml-frontdoor"
    assert answer.headers["x-script"] == "kept"
    seen = {name.lower(): value for name, value in answer.json.items()}
    assert seen["x-ms-client-request-id"] == answer.headers["x-ms-client-request-id"] == "ab"
    assert len(seen["x-request-id"]) == 36


@pytest.mark.parametrize(("kind", "status"), [("managed", 408), ("kubernetes", 504)])
def test_a_request_that_takes_too_long_is_told_at_the_limit(
    start_server: Any, front: str, kind: str, status: int, tmp_path: Path
) -> None:
    server = start(start_server, front, kind, "--request_timeout_ms", "300")
    release = tmp_path / "release"
    started = time.monotonic()
    answer = ask(server, until=str(release))
    release.touch()
    assert answer.status == status
    assert 0.3 <= time.monotonic() - started < 5
    assert "300 ms" in answer.json["message"]
    wait_until(lambda: ask(server).status == 200)


@pytest.mark.parametrize(
    ("kind", "at_once", "places", "status"),
    [("managed", 1, 2, 429), ("managed", 3, 6, 429), ("kubernetes", 2, 2, 503)],
)
def test_one_request_too_many_is_refused(
    start_server: Any, kind: str, at_once: int, places: int, status: int, tmp_path: Path
) -> None:
    server = start(start_server, "gunicorn", kind, "--max_concurrent_requests", str(at_once))
    release = tmp_path / "release"
    with ThreadPoolExecutor(places + 1) as pool:
        sent = [pool.submit(ask, server, until=str(release)) for _ in range(places + 1)]
        refused = next(as_completed(sent)).result()
        assert refused.status == status
        assert "max_concurrent_requests_per_instance" in refused.json["message"]
        # A probe has no place, and needs none.
        assert server.request("/livez").status == 200
        release.touch()
        assert sorted(each.result().status for each in sent) == [200] * places + [status]
    assert ask(server).status == 200


def test_a_request_to_kubernetes_waits_a_moment_for_a_place(shared: Shared) -> None:
    server = shared("gunicorn", "kubernetes")
    with ThreadPoolExecutor(3) as pool:
        statuses = list(pool.map(lambda _: ask(server, sleep=0.05).status, range(6)))
    assert statuses == [200] * 6


def test_more_requests_than_the_quota_of_a_second_are_refused(start_server: Any) -> None:
    server = start(start_server, "gunicorn", "managed", "--requests_per_second", "3")
    statuses = [ask(server).status for _ in range(12)]
    assert statuses[0] == 200
    assert 429 in statuses
    wait_until(lambda: ask(server).status == 200)


def test_only_get_and_post_are_passed_on(shared: Shared) -> None:
    server = shared("gunicorn", "managed")
    for method in ("PUT", "DELETE", "OPTIONS", "HEAD", "PATCH"):
        answer = server.request("/score", method=method)
        assert answer.status == 405
        assert answer.headers["allow"] == "GET, POST"


def test_a_body_over_the_limit_is_refused_in_both_directions(start_server: Any, front: str) -> None:
    server = start(start_server, front, "managed", "--max_payload_mb", "1")
    most = 1 << 20
    assert server.request("/score", b"x" * (most + 1)).status == 413
    assert ask(server, text="a", times=most).status == 200
    answer = ask(server, text="a", times=most + 1)
    assert (answer.status, "1048576 bytes" in answer.json["message"]) == (424, True)
    assert ask(server).status == 200


@pytest.mark.parametrize(("kind", "status"), [("managed", 424), ("kubernetes", 502)])
def test_a_container_that_dies_within_a_request_is_told(
    start_server: Any, kind: str, status: int
) -> None:
    server = start(start_server, "gunicorn", kind)
    # Over a connection that is in use already, which is no reason to ask twice.
    assert ask(server).status == 200
    answer = ask(server, exit=True)
    assert answer.status == status
    if kind == "managed":
        assert answer.headers["ms-azureml-model-error-statuscode"] == "502"
    assert server.output.count("exited with code 7") <= 1
    wait_until(lambda: ask(server).status == 200)


def test_a_key_is_asked_for_before_anything_else(
    start_server: Any, front: str, tmp_path: Path
) -> None:
    file = tmp_path / "keys.json"
    write_keys(file, new_keys())
    server = start(start_server, front, "managed", "--auth", "key", "--keys_file", str(file))
    refused = ask(server)
    assert refused.status == 401
    assert refused.headers["www-authenticate"].startswith("Bearer")
    key = read_keys(file).secondary
    assert ask(server, {"Authorization": f"Bearer {key}"}).status == 200
    assert ask(server, {"Authorization": f"Bearer {key}x"}).status == 401
    assert server.request("/").text == "Healthy"
    assert key not in server.output


def test_a_health_check_and_the_description_pass(shared: Shared) -> None:
    server = shared("gunicorn", "managed")
    assert server.request("/").text == "Healthy"
    assert server.request("/swagger.json?version=3").status == 200


def test_nothing_is_left_when_the_server_ends(start_server: Any, front: str) -> None:
    server = start(start_server, front, "managed")
    port = port_of(server)
    assert ask(server).status == 200
    assert server.stop() == 0
    wait_until(lambda: not is_open(port), 10)


def test_a_killed_server_takes_its_gateway_along(start_server: Any, front: str) -> None:
    server = start(start_server, front, "managed")
    port = port_of(server)
    server.process.kill()
    server.process.wait()
    wait_until(lambda: not is_open(port), 15)


def is_open(port: int) -> bool:
    try:
        socket.create_connection(("127.0.0.1", port), 1).close()
    except OSError:
        return False
    return True


@pytest.mark.parametrize(
    ("options", "message"),
    [
        (("--gateway", "azure"), "Allowed: managed"),
        (("--gateway", "managed", "--request_timeout_ms", "180001"), "up to 180000"),
        (("--gateway", "kubernetes", "--request_timeout_ms", "300001"), "up to 300000"),
        (("--gateway", "managed", "--max_concurrent_requests", "0"), "from 1 up"),
        (("--gateway", "managed", "--requests_per_second", "-1"), "from 0 up"),
    ],
)
def test_options_that_no_endpoint_could_have_are_refused(
    start_server: Any, options: tuple[str, ...], message: str
) -> None:
    server: Server = start_server(SCRIPT, *options)
    assert server.wait_for_exit() == 1
    assert message in server.output


def test_limits_without_a_gateway_are_told_to_have_no_effect(start_server: Any) -> None:
    server: Server = start_server(SCRIPT, "--request_timeout_ms", "300", "--max_payload_mb", "1")
    server.wait_until_ready()
    assert "--request_timeout_ms has no effect without --gateway." in server.output
    assert "--max_payload_mb has no effect without --gateway." in server.output
