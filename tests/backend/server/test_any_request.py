"""Whatever is sent, a valid answer comes back, and it gives nothing of the server away."""

from __future__ import annotations

import json
import re
import string
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any, TypeVar

import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st
from hypothesis.configuration import set_hypothesis_home_dir

from ..conftest import Server
from .raw_client import converse

T = TypeVar("T")

EXAMPLES = 150
TEXT = """
    import json

    def init(): pass

    def run(data):
        found = json.loads(data)
        return {"type": type(found).__name__, "found": found}
"""
SCHEMA = """
    from inference_schema.parameter_types.numpy_parameter_type import NumpyParameterType
    from inference_schema.parameter_types.standard_py_parameter_type import (
        StandardPythonParameterType,
    )
    from inference_schema.schema_decorators import input_schema
    import numpy

    def init(): pass

    @input_schema("data", NumpyParameterType(numpy.array([[1.0, 2.0]])))
    @input_schema("label", StandardPythonParameterType("one"))
    def run(data, label):
        return {"sum": float(data.sum()), "label": label}
"""
TOKEN = string.ascii_letters + string.digits + "!#$%&'*+-.^_`|~"
IDS = ["x-request-id", "x-ms-request-id", "x-ms-client-request-id", "TraceId", "traceparent"]
KNOWN_NAMES = [*IDS, "Host", "Origin", "Expect", "Upgrade", "Content-Encoding", "Accept", "Cookie"]
KNOWN_NAMES += ["Authorization", "X-Forwarded-For", "If-None-Match", "Range"]
STATUS_LINE = re.compile(rb"HTTP/1\.[01] ([1-5]\d\d)(?: [^\r\n]*)?\Z")
HEADER_LINE = re.compile(rb"[!#$%&'*+\-.^_`|~0-9A-Za-z]+: ?[^\x00\r\n]*\Z")
# Said by the server only when it was not ready for what came.
OWN_FAULTS = (
    "server failed to answer",
    "Exception while serving",
    "Exception in callback",
    "Fatal error",
    "uncaptured python exception",
    "Booting worker",
)


@dataclass
class Sent:
    """A request: its framing is right, anything else is any."""

    method: str
    target: bytes
    version: str
    headers: list[tuple[bytes, bytes]]
    body: bytes
    is_chunked: bool

    @property
    def data(self) -> bytes:
        # First, so that it is the one that counts.
        lines = [b"Connection: close", *(name + b": " + value for name, value in self.headers)]
        body = self.body
        if self.is_chunked:
            lines.append(b"Transfer-Encoding: chunked")
            chunk = b"%x\r\n%b\r\n" % (len(body), body) if body else b""
            body = chunk + b"0\r\n\r\n"
        else:
            lines.append(b"Content-Length: %d" % len(body))
        first = b" ".join([self.method.encode(), self.target, self.version.encode()])
        return b"\r\n".join([first, *lines, b"", body])


def mostly(usual: st.SearchStrategy[T], odd: st.SearchStrategy[T]) -> st.SearchStrategy[T]:
    """Nine usual ones for an odd one: with one odd part a request may get no further than that."""
    return st.integers(0, 9).flatmap(lambda n: odd if n == 9 else usual)


def methods() -> st.SearchStrategy[str]:
    known = ["GET", "HEAD", "OPTIONS", "PUT", "DELETE", "PATCH", "TRACE", "CONNECT"]
    return mostly(
        st.sampled_from(["GET", "POST", "POST", "POST"]),
        st.sampled_from(known) | st.text(TOKEN, min_size=1),
    )


def targets() -> st.SearchStrategy[bytes]:
    printable = st.text(string.ascii_letters + string.digits + string.punctuation, max_size=60)
    any_text = st.binary(max_size=60).map(lambda b: re.sub(rb"[\r\n ]", b"", b).decode("latin-1"))
    json_value = st.sampled_from(["[[1,2]]", "NaN", "1e999", '"a"', "%ff%00", "[" * 3000])
    named = st.builds("{}={}".format, st.sampled_from(["data", "label", "version"]), json_value)
    query = mostly(st.lists(named | printable, max_size=4).map("&".join), any_text)
    path = mostly(
        st.sampled_from(["/score", "/score", "/score", "/", "/readyz", "/swagger.json"]),
        st.sampled_from(["/livez", "/score/", "//", "/%2e%2e/", "*", "http://x/score"])
        | printable.map("/{}".format),
    )
    target = path | st.builds("{}?{}".format, path, query)
    return target.map(lambda text: text.encode("latin-1"))


def headers() -> st.SearchStrategy[list[tuple[bytes, bytes]]]:
    framing = {"connection", "content-length", "transfer-encoding"}
    name = st.sampled_from(KNOWN_NAMES) | st.text(TOKEN, min_size=1, max_size=20).filter(
        lambda text: text.lower() not in framing
    )
    text = st.text(st.characters(max_codepoint=255, exclude_categories=["C"]), max_size=120)
    value = mostly(
        st.sampled_from(["100-continue", "websocket", "a" * 101, "[::1]:x", "gzip", ""]) | text,
        st.binary(max_size=9).map(lambda b: re.sub(rb"[\r\n]", b"", b).decode("latin-1")),
    )
    content_type = st.tuples(
        st.just("Content-Type"),
        mostly(
            st.just("application/json"),
            st.sampled_from(["application/geo+json; charset=latin-1", "text/plain", "multipart/x"]),
        ),
    )
    pairs = st.builds(
        lambda first, others: [first, *others],
        content_type,
        st.lists(st.tuples(name, value), max_size=5),
    )
    return pairs.map(lambda all_: [(n.encode(), v.encode("latin-1")) for n, v in all_])


def bodies() -> st.SearchStrategy[bytes]:
    scalar = st.none() | st.booleans() | st.floats() | st.integers() | st.text()
    value = st.recursive(scalar, lambda s: st.lists(s) | st.dictionaries(st.text(), s))
    row = st.lists(mostly(st.floats(), st.text(max_size=3)), min_size=2, max_size=2)
    rows = st.lists(mostly(row, st.lists(st.floats())), max_size=3)
    members = st.fixed_dictionaries({"data": mostly(rows, value), "label": value})
    as_json = (members | value).map(json.dumps)
    encodings = mostly(st.just("utf-8"), st.sampled_from(["utf-16", "utf-32", "utf-8-sig"]))
    encoded = st.builds(str.encode, as_json, encodings)
    odd = [b"[" * 100_000, b"1" * 5_000, b'{"data": [[1], [1, 2]]}', b'"\\ud800"', b"\xff\xfe"]
    return mostly(encoded, st.binary(max_size=500) | st.sampled_from(odd))


def requests() -> st.SearchStrategy[Sent]:
    versions = mostly(st.just("HTTP/1.1"), st.just("HTTP/1.0"))
    return st.builds(Sent, methods(), targets(), versions, headers(), bodies(), st.booleans())


def check_answer(sent: Sent, received: bytes) -> None:
    """Check that an answer is HTTP, says no more than it announces, and shows no stack."""
    while received.startswith(b"HTTP/1.1 100"):
        received = received.partition(b"\r\n\r\n")[2]
    head, end, body = received.partition(b"\r\n\r\n")
    first, *lines = head.split(b"\r\n")
    match = STATUS_LINE.match(first)
    assert end
    assert match, first
    assert all(HEADER_LINE.match(line) for line in lines), lines
    fields = {line.partition(b":")[0].lower(): line.partition(b":")[2].strip() for line in lines}
    status = int(match[1])
    if sent.method == "HEAD" and body:
        # Only a head that could not be read may be answered as if it were some other one.
        assert 400 <= status < 500 or status == 501
    elif sent.method != "HEAD" and status != 204:
        assert int(fields[b"content-length"]) == len(body)
    if status >= 500 and status != 501 and body:
        assert fields[b"content-type"] == b"application/json"
        assert set(json.loads(body)) == {"message"}
    assert b"Traceback" not in body
    assert b'File "' not in body


@pytest.fixture(autouse=True)
def _no_files_of_hypothesis(tmp_path: Path) -> Iterator[None]:
    # Without a database, too, it keeps what it has found out about the source.
    set_hypothesis_home_dir(tmp_path)
    yield
    set_hypothesis_home_dir(None)


@pytest.mark.parametrize("script", [TEXT, SCHEMA], ids=["text", "schema"])
def test_any_request_gets_a_valid_answer(start_server: Any, front: str, script: str) -> None:
    server: Server = start_server(script, "--server", front)
    server.wait_until_ready()
    before = [server.output.count(fault) for fault in OWN_FAULTS]

    @settings(
        max_examples=EXAMPLES,
        deadline=None,
        database=None,
        suppress_health_check=[HealthCheck.too_slow],
    )
    @given(requests())
    @example(Sent("POST", b"/score", "HTTP/1.1", [(b"Expect", b"100-continue")], b"", False))
    def check(sent: Sent) -> None:
        # It closes, or the socket's time is up and that fails.
        check_answer(sent, converse(server, sent.data))

    check()
    assert server.request("/").text == "Healthy"
    after = [server.output.count(fault) for fault in OWN_FAULTS]
    assert dict(zip(OWN_FAULTS, after, strict=True)) == dict(zip(OWN_FAULTS, before, strict=True))
