"""A server is asked for its description, whatever it answers, and the key goes nowhere else."""

from __future__ import annotations

import json
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

import pytest

from azmlinfsrv.cli import main

DOCUMENT = {
    "swagger": "2.0",
    "info": {"title": "old"},
    "paths": {
        "/score": {
            "post": {
                "parameters": [{"in": "body", "name": "x", "schema": {"example": {"data": [1]}}}],
                "responses": {},
            }
        }
    },
}
Answer = tuple[int, dict[str, str], bytes]


class Asked:
    """The requests that came: their paths, and the headers that would give access."""

    def __init__(self) -> None:
        self.paths: list[str] = []
        self.keys: list[str | None] = []


@contextmanager
def serving(answers: dict[str, Answer]) -> Iterator[tuple[str, Asked]]:
    asked = Asked()

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            asked.paths.append(self.path)
            asked.keys.append(self.headers["Authorization"])
            status, headers, body = answers.get(self.path, (404, {}, b"nothing here"))
            self.send_response(status)
            for name, value in {**headers, "Content-Length": str(len(body))}.items():
                self.send_header(name, value)
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *_: Any) -> None:
            pass

    with ThreadingHTTPServer(("127.0.0.1", 0), Handler) as server:
        thread = threading.Thread(target=server.serve_forever)
        thread.start()
        try:
            yield f"http://127.0.0.1:{server.server_port}", asked
        finally:
            server.shutdown()
            thread.join()


def client(url: str) -> int:
    return main(["client", "--language", "curl", "--url", url, "--key_env", "THE_KEY"])


V3, V2 = "/api/swagger.json?version=3", "/api/swagger.json?version=2"


def test_an_older_document_is_taken_where_there_is_no_newer_one(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("THE_KEY", "secret")
    with serving({V2: (200, {}, json.dumps(DOCUMENT).encode())}) as (url, asked):
        for address in (f"{url}/api", f"{url}/api/", f"{url}/api/score"):
            assert client(address) == 0
            told = capsys.readouterr().out
            assert f"{url}/api/score \\\n" in told
            assert '{"data": [1]}' in told
            assert "secret" not in told
    assert asked.paths == [V3, V2] * 3
    assert set(asked.keys) == {"Bearer secret"}


def test_a_key_does_not_follow_to_another_server(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("THE_KEY", "secret")
    document: dict[str, Answer] = {V3: (200, {}, json.dumps(DOCUMENT).encode())}
    with serving(document) as (other, asked):
        away: dict[str, Answer] = {V3: (302, {"Location": f"{other}{V3}"}, b"")}
        with serving(away) as (url, _):
            assert client(f"{url}/api") == 1
    assert asked.paths == []
    assert "answered 302" in capsys.readouterr().err


@pytest.mark.parametrize(
    ("answer", "told"),
    [
        ((200, {}, b"<html>"), "is not JSON"),
        ((200, {}, b"[" * 200_000), "is not JSON"),
        ((200, {}, b"{}"), "It is no OpenAPI document"),
        ((200, {}, b'{"openapi": "3.0.3", "paths": {}}'), "no operation `POST /score`"),
        ((401, {}, b"who are you"), "who are you Set THE_KEY to its key or token."),
        ((500, {}, b"broken"), "answered 500 Internal Server Error: broken"),
        ((404, {}, b"nothing here"), "answered 404 Not Found: nothing here"),
    ],
)
def test_what_is_no_description_is_told(
    answer: Answer, told: str, capsys: pytest.CaptureFixture[str]
) -> None:
    with serving({V3: answer}) as (url, _):
        assert client(f"{url}/api") == 1
    output = capsys.readouterr()
    assert told in output.err
    assert output.err.startswith("azmlinfsrv client: http://127.0.0.1:")
    assert output.out == ""
