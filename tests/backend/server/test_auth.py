"""A server with keys or tokens: who is served, who is refused and how, and what stays secret."""

from __future__ import annotations

import json
import os
import stat
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

import pytest

from azmlinfsrv.server.auth.keys_file import (
    Keys,
    KeysFileError,
    new_keys,
    read_keys,
    regenerate,
    revoke_tokens,
    write_keys,
)
from azmlinfsrv.server.auth.tokens import issue

from ..conftest import HttpAnswer, Server, wait_until
from .raw_client import converse

COUNTING = """
calls = 0

def init():
    pass

def run(data):
    global calls
    calls += 1
    return calls
"""
RAW = """
from azureml.contrib.services.aml_request import rawhttp

def init():
    pass

@rawhttp
def run(request):
    return f"{request.method} reached run()"
"""


@pytest.fixture
def keys_file(tmp_path: Path) -> Path:
    file = tmp_path / "keys.json"
    write_keys(file, new_keys())
    return file


def start(start_server: Any, front: str, keys_file: Path, *options: str, **more: Any) -> Server:
    source = more.pop("source", COUNTING)
    mode = more.pop("mode", "key")
    words = ["--server", front, "--auth", mode, "--keys_file", str(keys_file), *options]
    server: Server = start_server(source, *words)
    return server


def bearer(text: str) -> dict[str, str]:
    return {"Authorization": f"Bearer {text}"}


def assert_refused(answer: HttpAnswer, words: str) -> None:
    headers = {name.lower(): value for name, value in answer.headers.items()}
    assert answer.status == 401
    assert headers["www-authenticate"].startswith('Bearer realm="azmlinfsrv"')
    assert headers["content-type"] == "application/json"
    assert headers["x-ms-run-function-failed"] == "False"
    assert headers["x-request-id"]
    assert list(answer.json) == ["message"]
    assert words in answer.json["message"]


def test_both_keys_are_served_and_everything_else_is_refused(
    start_server: Any, front: str, keys_file: Path
) -> None:
    server = start(start_server, front, keys_file)
    keys = read_keys(keys_file)
    assert server.request("/score", "1", bearer(keys.primary)).json == 1
    assert server.request("/score", "1", bearer(keys.secondary)).json == 2
    assert server.request("/score", "1", {"authorization": f"bearer  {keys.primary}"}).json == 3
    for wrong in (keys.primary[:-1], keys.primary + "x", f"{keys.primary},{keys.secondary}", "ü"):
        sent = wrong.encode().decode("latin-1")
        assert_refused(server.request("/score", "1", bearer(sent)), "key_auth_access_denied")
    nothing: dict[str, str]
    for nothing in ({}, {"Authorization": keys.primary}, {"Authorization": "Bearer"}):
        answer = server.request("/score", "1", nothing)
        assert_refused(answer, "key_auth_bad_header_forbidden")
    basic = {"Authorization": f"Basic {keys.primary}"}
    assert_refused(server.request("/score", "1", basic), "key_auth_bad_header_forbidden")
    assert server.request("/score", "1", bearer(keys.primary)).json == 4


def test_probes_need_no_key_and_every_other_route_does(
    start_server: Any, front: str, keys_file: Path
) -> None:
    server = start(start_server, front, keys_file, "--docs")
    key = bearer(read_keys(keys_file).primary)
    for path in ("/", "/livez", "/readyz"):
        assert server.request(path).status == 200
    for path in ("/swagger.json", "/docs", "/docs/openapi.json", "/nowhere", "/score"):
        assert server.request(path).status == 401
    for method in ("HEAD", "OPTIONS", "DELETE"):
        assert server.request("/score", method=method).status == 401
    assert server.request("/", "x", method="POST").status == 401
    assert server.request("/swagger.json", headers=key).status == 200
    assert server.request("/docs", headers=key).status == 200
    assert server.request("/nowhere", headers=key).status == 404


def test_a_raw_script_sees_no_request_without_a_key(
    start_server: Any, front: str, keys_file: Path
) -> None:
    options = ("--access_control_allow_origins", "*")
    server = start(start_server, front, keys_file, *options, source=RAW)
    preflight = {"Origin": "http://page", "Access-Control-Request-Method": "POST"}
    for method in ("GET", "POST", "HEAD", "OPTIONS"):
        assert server.request("/score", headers=preflight, method=method).status == 401
    key = bearer(read_keys(keys_file).primary)
    assert server.request("/score", "x", key).json == "POST reached run()"


def test_a_page_of_an_allowed_origin_may_ask_beforehand(
    start_server: Any, front: str, keys_file: Path
) -> None:
    options = ("--access_control_allow_origins", "http://page")
    server = start(start_server, front, keys_file, *options)
    preflight = {
        "Origin": "http://page",
        "Access-Control-Request-Method": "POST",
        "Access-Control-Request-Headers": "authorization",
    }
    asked = server.request("/score", headers=preflight, method="OPTIONS")
    assert asked.status == 200
    assert asked.headers["Access-Control-Allow-Headers"] == "authorization"
    refused = server.request("/score", "1", {"Origin": "http://page"})
    assert_refused(refused, "key_auth_bad_header_forbidden")
    assert refused.headers["Access-Control-Allow-Origin"] == "http://page"
    assert server.request("/score", headers={"Origin": "http://page"}, method="OPTIONS").status


def test_a_new_key_counts_at_once_in_every_worker_and_the_old_one_no_more(
    start_server: Any, front: str, keys_file: Path
) -> None:
    server = start(start_server, front, keys_file, "--worker_count", "2")
    old = read_keys(keys_file)
    assert server.request("/score", "1", bearer(old.primary)).status == 200
    new = regenerate(keys_file, "primary")
    assert new.secondary == old.secondary
    for _ in range(8):
        assert server.request("/score", "1", bearer(old.primary)).status == 401
        assert server.request("/score", "1", bearer(new.primary)).status == 200
        assert server.request("/score", "1", bearer(new.secondary)).status == 200


def test_a_token_is_served_until_it_expires_or_is_revoked(
    start_server: Any, front: str, keys_file: Path
) -> None:
    server = start(start_server, front, keys_file, mode="token")
    keys = read_keys(keys_file)
    token = issue(keys.token_secret, 3600)
    assert server.request("/score", "1", bearer(token.text)).json == 1
    assert abs(token.expires - time.time() - 3600) < 60
    assert time.time() < token.refresh_by < token.expires
    expired = issue(keys.token_secret, -1).text
    assert_refused(server.request("/score", "1", bearer(expired)), "has expired")
    foreign = issue(new_keys().token_secret, 3600).text
    payload, _, signature = token.text.partition(".")
    later = issue(keys.token_secret, 7200).text.partition(".")[0]
    for wrong in (foreign, f"{later}.{signature}", payload, keys.primary, f"{token.text}x"):
        assert_refused(server.request("/score", "1", bearer(wrong)), "no token of this service")
    revoke_tokens(keys_file)
    assert_refused(server.request("/score", "1", bearer(token.text)), "no token of this service")


def test_keys_that_cannot_be_read_any_more_serve_nobody_until_they_can(
    start_server: Any, front: str, keys_file: Path
) -> None:
    server = start(start_server, front, keys_file)
    keys = read_keys(keys_file)
    server.wait_until_ready()
    keys_file.unlink()
    for _ in range(3):
        answer = server.request("/score", "1", bearer(keys.primary))
        assert answer.status == 503
    assert server.output.count("No request is served") == 1
    write_keys(keys_file, keys)
    assert server.request("/score", "1", bearer(keys.primary)).json == 1


def test_a_refused_body_is_not_asked_for_and_a_connection_goes_on_after_one_that_came(
    start_server: Any, front: str, keys_file: Path
) -> None:
    server = start(start_server, front, keys_file)
    key = read_keys(keys_file).primary
    head = b"POST /score HTTP/1.1\r\nHost: x\r\n"
    waiting = converse(server, head + b"Expect: 100-continue\r\nContent-Length: 900000\r\n\r\n")
    assert waiting.startswith(b"HTTP/1.1 401 ")
    assert b"100 Continue" not in waiting
    assert b'"key_auth_bad_header_forbidden' in waiting
    allowed = b"Authorization: Bearer " + key.encode() + b"\r\n"
    refused = head + b"Content-Length: 3\r\n\r\n[1]"
    served = head + allowed + b"Connection: close\r\nContent-Length: 3\r\n\r\n[1]"
    both = converse(server, refused + served)
    assert both.startswith(b"HTTP/1.1 401 ")
    assert b"HTTP/1.1 200 OK" in both
    assert both.endswith(b"1")


def test_a_refused_request_need_not_wait_for_init(
    start_server: Any, front: str, keys_file: Path
) -> None:
    source = "import time\ndef init(): time.sleep(600)\ndef run(data): pass\n"
    server = start(start_server, front, keys_file, source=source)
    deadline = time.monotonic() + 20
    while "Invoking user's init" not in server.output and time.monotonic() < deadline:
        time.sleep(0.01)
    url = next(event["url"] for event in server.events if event["event"] == "listening")
    server.wait_until_ready = lambda *_: url  # type: ignore[method-assign]
    assert_refused(server.request("/score", "1"), "key_auth_bad_header_forbidden")


@pytest.mark.skipif(not Path("/proc/self/cmdline").exists(), reason="command lines are in /proc")
def test_no_key_is_in_a_log_a_command_line_or_an_environment(
    start_server: Any, front: str, keys_file: Path
) -> None:
    server = start(start_server, front, keys_file, "--log_format", "json", "--show_errors")
    keys = read_keys(keys_file)
    mistyped = keys.primary[:-2]
    server.request("/score", "1", bearer(keys.primary))
    server.request("/score", "1", bearer(mistyped))
    server.request("/score", "1", {"Authorization": keys.secondary})
    answers = server.request("/score", "1", bearer(mistyped)).text
    wait_until(lambda: server.output.count("POST /score 401 ") == 3)
    shown = [server.output, answers, json.dumps(server.events)]
    for pid in [server.process.pid, server.events[-1]["pid"]]:
        shown += [Path(f"/proc/{pid}/{name}").read_text() for name in ("cmdline", "environ")]
    for secret in (mistyped, keys.secondary, keys.token_secret):
        assert not any(secret in text for text in shown)
    assert keys.primary not in repr(keys)


def test_new_keys_are_made_where_there_are_none(
    start_server: Any, front: str, tmp_path: Path
) -> None:
    file = tmp_path / "made" / "keys.json"
    file.parent.mkdir()
    server = start(start_server, front, file)
    server.wait_until_ready()
    if sys.platform != "win32":
        assert stat.S_IMODE(file.stat().st_mode) == 0o600
    assert server.request("/score", "1", bearer(read_keys(file).secondary)).json == 1


@pytest.mark.skipif(sys.platform == "win32", reason="POSIX permissions")
def test_keys_that_others_can_read_are_refused_before_anything_listens(
    start_server: Any, front: str, keys_file: Path
) -> None:
    keys_file.chmod(0o644)
    server = start(start_server, front, keys_file)
    assert server.wait_for_exit() == 1
    assert "chmod 600" in server.output
    assert [event["event"] for event in server.events] == ["failed"]


@pytest.mark.parametrize(
    ("words", "message"),
    [
        (["--auth", "key"], "needs --keys_file PATH"),
        (["--keys-file", "keys.json"], "open to everybody"),
        (["--auth", "password", "--keys_file", "x"], "Allowed: key or token."),
    ],
)
def test_half_of_the_options_is_a_usage_error(
    tmp_path: Path, words: list[str], message: str
) -> None:
    done = subprocess.run(
        [sys.executable, "-m", "azmlinfsrv", "--entry_script", "score.py", *words],
        cwd=tmp_path,
        env={**os.environ, "COLUMNS": "300"},
        capture_output=True,
        text=True,
        timeout=30,
        check=False,
    )
    assert done.returncode == 1
    assert message in done.stderr


@pytest.mark.parametrize(
    "key", ["short", "with a blank", "new\nline-in-it", "x" * 513, "schlüssel"]
)
def test_a_key_that_no_header_can_carry_is_refused_and_not_repeated(key: str) -> None:
    with pytest.raises(KeysFileError) as raised:
        new_keys(primary=key)
    assert key not in str(raised.value)


def test_given_keys_are_kept_and_others_are_made(tmp_path: Path) -> None:
    keys = new_keys(primary="given-by-the-file")
    write_keys(tmp_path / "keys", keys)
    assert read_keys(tmp_path / "keys") == keys
    assert isinstance(keys, Keys)
    assert keys.primary == "given-by-the-file"
    assert len({keys.primary, keys.secondary, keys.token_secret}) == 3
    (tmp_path / "keys").write_text('{"primary": ""}')
    with pytest.raises(KeysFileError, match="holds no keys"):
        read_keys(tmp_path / "keys")
