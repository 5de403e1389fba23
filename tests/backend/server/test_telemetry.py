"""Telemetry reaches a collector, with the fields that are promised, and only when asked for."""

from __future__ import annotations

import gzip
import json
import logging
import threading
import time
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, HTTPServer
from typing import Any

import pytest

KEY = "11111111-2222-3333-4444-555555555555"
SCRIPT = """
    def init(): pass

    def run(data):
        print("scoring", data)
        return 1 / len(data)
"""


class Sink:
    """Receives what exporters send."""

    def __init__(self) -> None:
        self.received: list[tuple[str, bytes]] = []
        sink = self

        class Handler(BaseHTTPRequestHandler):
            def do_POST(self) -> None:
                body = self.rfile.read(int(self.headers["Content-Length"]))
                if self.headers.get("Content-Encoding") == "gzip":
                    body = gzip.decompress(body)
                sink.received.append((self.path, body))
                answer = b'{"itemsReceived": 1, "itemsAccepted": 1, "errors": []}'
                self.send_response(200)
                self.send_header("Content-Length", str(len(answer)))
                self.end_headers()
                self.wfile.write(answer)

            def log_message(self, *_arguments: object) -> None:
                pass

        self._server = HTTPServer(("127.0.0.1", 0), Handler)
        self.url = f"http://127.0.0.1:{self._server.server_port}"
        self._thread = threading.Thread(target=self._server.serve_forever)
        self._thread.start()

    def close(self) -> None:
        self._server.shutdown()
        self._thread.join()
        self._server.server_close()

    def envelopes(self, kind: str, count: int) -> list[dict[str, Any]]:
        """Return the Application Insights records of a kind, when there are so many."""
        deadline = time.monotonic() + 20
        while time.monotonic() < deadline:
            every = [each for _, body in list(self.received) for each in json.loads(body)]
            found = [each["data"]["baseData"] for each in every if each["name"].endswith(kind)]
            if len(found) >= count:
                return found
            time.sleep(0.05)
        pytest.fail(f"no {kind}: {self.received}")

    def wait_for_path(self, path: str) -> bytes:
        deadline = time.monotonic() + 20
        while time.monotonic() < deadline:
            for sent_to, body in list(self.received):
                if sent_to == path:
                    return body
            time.sleep(0.05)
        pytest.fail(f"nothing came to {path}")


@pytest.fixture
def sink() -> Iterator[Sink]:
    started = Sink()
    yield started
    started.close()


def insights(sink: Sink, **more: str) -> dict[str, str]:
    connection = f"InstrumentationKey={KEY};IngestionEndpoint={sink.url}/"
    return {
        "APPLICATIONINSIGHTS_CONNECTION_STRING": connection,
        "OTEL_BSP_SCHEDULE_DELAY": "100",
        "OTEL_BLRP_SCHEDULE_DELAY": "100",
        **more,
    }


def test_requests_exceptions_and_prints_reach_application_insights(
    start_server: Any, front: str, sink: Sink
) -> None:
    options = ["--server", front, "--appinsights_instrumentation_key", KEY]
    server = start_server(SCRIPT, *options, env=insights(sink, WORKSPACE_NAME="ws"))
    ids = {"x-request-id": "mine", "x-ms-client-request-id": "theirs"}
    server.request("/score?a=1", "abcd", ids)
    server.request("/score", b"")
    server.request("/")
    first, second = sink.envelopes("Request", 2)
    assert (first["responseCode"], second["responseCode"]) == ("200", "500")
    assert first["url"].endswith("/score?a=1")
    assert first["duration"].startswith("0.00:00:")
    properties = first["properties"]
    assert properties["Request Id"] == "mine"
    assert properties["Client Request Id"] == "theirs"
    assert properties["Response Value"] == "0.25"
    assert properties["Workspace Name"] == "ws"
    (failure,) = sink.envelopes("Exception", 1)
    assert failure["exceptions"][0]["typeName"].endswith("ZeroDivisionError")
    printed = sink.envelopes("Message", 2)[0]
    assert printed["message"] == "scoring abcd"
    assert printed["properties"]["Request Id"] == "mine"
    assert len(sink.envelopes("Request", 2)) == 2


def test_bodies_are_sent_only_as_far_as_the_settings_say(start_server: Any, sink: Sink) -> None:
    env = insights(
        sink, APP_INSIGHTS_LOG_RESPONSE_ENABLED="false", AML_MODEL_DC_STORAGE_ENABLED="true"
    )
    server = start_server(SCRIPT, "--appinsights_instrumentation_key", KEY, env=env)
    server.request("/score", "ab")
    (request,) = sink.envelopes("Request", 1)
    assert "Response Value" not in request["properties"]
    texts = [record["message"] for record in sink.envelopes("Message", 2)]
    assert json.dumps({"input": "ab", "output": "0.5"}) in texts


def test_a_failing_init_is_sent_without_a_long_wait(start_server: Any, sink: Sink) -> None:
    source = "def init(): raise OSError('no model')\ndef run(data): pass\n"
    started = time.monotonic()
    server = start_server(source, "--appinsights_instrumentation_key", KEY, env=insights(sink))
    assert server.wait_for_exit() == 3
    # The published server takes 30.9 s.
    assert time.monotonic() - started < 12
    (failure,) = sink.envelopes("Exception", 1)
    assert "no model" in failure["exceptions"][0]["message"]


def test_any_collector_is_reached_by_the_standard_variables(start_server: Any, sink: Sink) -> None:
    env = {
        "OTEL_EXPORTER_OTLP_ENDPOINT": sink.url,
        "OTEL_BSP_SCHEDULE_DELAY": "100",
        "OTEL_BLRP_SCHEDULE_DELAY": "100",
    }
    server = start_server(SCRIPT, env=env)
    server.request("/score", "ab")
    assert b"POST /score" in sink.wait_for_path("/v1/traces")
    assert b"scoring ab" in sink.wait_for_path("/v1/logs")


def test_nothing_is_imported_or_sent_unless_asked_for(start_server: Any, sink: Sink) -> None:
    source = """
        import sys
        def init(): pass
        def run(data): return sorted(name for name in sys.modules if "telemetry" in name)
    """
    server = start_server(source, env={"AML_APP_INSIGHTS_KEY": KEY})
    assert server.request("/score", "").json == ["azmlinfsrv.server.telemetry"]
    assert not sink.received


def test_a_missing_extra_is_told_with_the_command_that_installs_it(
    monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    from pathlib import Path

    from azmlinfsrv.server import telemetry
    from azmlinfsrv.server.resolve import resolve_settings

    monkeypatch.setenv("OTEL_EXPORTER_OTLP_ENDPOINT", "http://127.0.0.1:1")
    monkeypatch.setattr(telemetry, "_is_installed", lambda _module: False)
    monkeypatch.setattr(logging.getLogger("azmlinfsrv"), "propagate", True)
    settings = resolve_settings({"entry_script": "a.py"}, {}, Path())
    assert telemetry.start_telemetry(settings) is None
    assert 'pip install "azmlinfsrv[otel]"' in caplog.text
