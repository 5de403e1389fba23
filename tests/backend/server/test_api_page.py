"""The page at ``/docs``: when it is there, what it loads, what it may do, and its document."""

from __future__ import annotations

import json
import re
import threading
import time
from typing import Any

import pytest
from openapi_spec_validator import OpenAPIV30SpecValidator, OpenAPIV31SpecValidator

SCHEMA = """
    import numpy as np
    from inference_schema.schema_decorators import input_schema, output_schema
    from inference_schema.parameter_types.numpy_parameter_type import NumpyParameterType
    from inference_schema.parameter_types.standard_py_parameter_type import (
        StandardPythonParameterType,
    )

    def init(): pass

    @input_schema("data", NumpyParameterType(np.array([[1.5, 2.0]])))
    @input_schema("factor", StandardPythonParameterType(3))
    @output_schema(StandardPythonParameterType([1.5]))
    def run(data, factor=3): return (data.sum(axis=1) * factor).tolist()
"""
TEXT = "def init(): pass\ndef run(raw_data): return raw_data\n"
RAW = """
    from azureml.contrib.services.aml_request import AMLRequest, rawhttp

    def init(): pass

    @rawhttp
    def run(request): return %s
"""
ROUTES = ["/docs", "/docs/", "/docs/openapi.json", "/docs/page.js", "/docs/swagger-ui.css"]


def document(server: Any) -> Any:
    return server.request("/docs/openapi.json").json


def body_of(server: Any) -> Any:
    return document(server)["paths"]["/score"]["post"]["requestBody"]["content"]


def validate(found: Any) -> None:
    is_3_1 = found["openapi"].startswith("3.1")
    (OpenAPIV31SpecValidator if is_3_1 else OpenAPIV30SpecValidator)(found).validate()


def test_without_the_option_docs_is_as_unknown_as_any_other_path(
    start_server: Any, front: str
) -> None:
    server = start_server(TEXT, "--server", front)
    unknown = server.request("/nowhere")
    for path in ROUTES:
        answer = server.request(path)
        assert (answer.status, answer.text) == (404, unknown.text)
        assert answer.headers.keys() == unknown.headers.keys()
    assert "/docs" not in server.output.partition("ready for serving traffic")[0]


def test_the_page_and_all_that_it_loads_come_from_the_server_alone(
    start_server: Any, front: str
) -> None:
    server = start_server(TEXT, "--docs", "--server", front)
    page = server.request("/docs")
    assert (page.status, page.headers["Content-Type"]) == (200, "text/html; charset=utf-8")
    loaded = re.findall(r'(?:src|href)="([^"]+)"', page.text)
    own = [address for address in loaded if address != "data:,"]
    assert [address.partition("?")[0] for address in own] == [
        "docs/swagger-ui.css",
        "docs/page.css",
        "docs/swagger-ui-bundle.js",
        "docs/page.js",
    ]
    for address in own:
        answer = server.request(f"/{address}")
        assert answer.status == 200
        assert "immutable" in answer.headers["Cache-Control"]
    assert not re.findall(r"<script(?![^>]*\ssrc=)|\son\w+=|\sstyle=", page.text)
    assert server.request("/docs/index.html").status == 404
    assert server.request("/docs/..%2Fpage.html").status == 404


def test_every_answer_of_the_page_forbids_what_it_does_not_need(start_server: Any) -> None:
    server = start_server(TEXT, "--docs")
    for path in [*ROUTES, "/docs/nothing"]:
        headers = server.request(path).headers
        policy = dict(
            directive.strip().split(" ", 1)
            for directive in headers["Content-Security-Policy"].split(";")
        )
        assert policy["default-src"] == "'none'"
        assert policy["script-src"] == policy["style-src"] == policy["connect-src"] == "'self'"
        assert "unsafe" not in headers["Content-Security-Policy"]
        # VS Code's Simple Browser shows the page in a frame; a page of the web may not.
        assert {"'self'", "vscode-webview:"} <= set(policy["frame-ancestors"].split())
        assert not {"*", "http:", "https:"} & set(policy["frame-ancestors"].split())
        assert headers["X-Content-Type-Options"] == "nosniff"
        assert headers["Referrer-Policy"] == "no-referrer"


def test_the_routes_of_the_endpoint_stay_as_they_are_beside_the_page(start_server: Any) -> None:
    without, with_page = start_server(SCHEMA), start_server(SCHEMA, "--docs")
    for path in ["/swagger.json", "/swagger.json?version=3.1", "/", "/nowhere"]:
        plain, beside = without.request(path), with_page.request(path)
        assert (plain.status, plain.text) == (beside.status, beside.text)
        assert plain.headers.keys() == beside.headers.keys()


def test_the_banner_names_the_page_when_it_is_there(start_server: Any) -> None:
    server = start_server(TEXT, "--docs")
    url = server.wait_until_ready()
    assert f"API Page:       GET   {url}/docs\n" in server.output


def test_a_schema_script_begins_with_the_samples_of_its_schema(start_server: Any) -> None:
    server = start_server(SCHEMA, "--docs")
    found = document(server)
    validate(found)
    assert body_of(server)["application/json"]["example"] == {"data": [[1.5, 2.0]], "factor": 3}
    query = {
        parameter["name"]: (parameter["required"], parameter["content"]["application/json"])
        for parameter in found["paths"]["/score"]["get"]["parameters"]
    }
    assert query["data"][0]
    assert not query["factor"][0]
    assert query["data"][1]["example"] == [[1.5, 2.0]]
    assert server.request("/score?data=[[1.5,2.0]]&factor=3").json == [10.5]


def test_the_sample_beside_the_script_comes_before_all_else_as_it_is_now(
    start_server: Any, tmp_path: Any
) -> None:
    sample = tmp_path / "sample-request.json"
    sample.write_text('{"data": [1]}')
    server = start_server(TEXT, "--docs")
    assert body_of(server)["application/json"]["example"] == {"data": [1]}
    sample.write_text('{"data": [2], "n": 5}')
    found = document(server)
    validate(found)
    assert body_of(server)["application/json"]["example"] == {"data": [2], "n": 5}
    assert found["paths"]["/score"]["get"]["parameters"][0]["example"] == {"n": 5}


@pytest.mark.parametrize(
    ("content", "notice"),
    [(b"\xff\xfe\x00", "not text in UTF-8"), (b"[" + b" " * 300_000 + b"]", "too large")],
)
def test_a_sample_that_cannot_be_shown_is_told_and_the_page_still_works(
    start_server: Any, tmp_path: Any, content: bytes, notice: str
) -> None:
    (tmp_path / "sample-request.json").write_bytes(content)
    server = start_server(TEXT, "--docs")
    found = document(server)
    validate(found)
    assert notice in found["paths"]["/score"]["post"]["description"]


def test_a_sample_that_is_no_json_is_sent_as_the_text_it_is(
    start_server: Any, tmp_path: Any
) -> None:
    (tmp_path / "sample-request.json").write_text("1,2\n3,4\n")
    content = body_of(start_server(TEXT, "--docs"))
    assert next(iter(content.items())) == (
        "text/plain",
        {"schema": {"type": "string"}, "example": "1,2\n3,4\n"},
    )


@pytest.mark.parametrize(
    ("reads", "first"),
    [
        ("str(len(request.get_data()))", "application/octet-stream"),
        ("request.get_json()", "application/json"),
        ('request.files["picture"].filename', "multipart/form-data"),
        ("str(request)", "application/octet-stream"),
    ],
)
def test_a_raw_script_is_offered_first_what_it_reads(
    start_server: Any, reads: str, first: str
) -> None:
    server = start_server(RAW % reads, "--docs")
    validate(document(server))
    content = body_of(server)
    assert next(iter(content)) == first
    file = {"type": "string", "format": "binary"}
    assert content["application/octet-stream"] == {"schema": file}
    name = "picture" if "picture" in reads else "file"
    assert content["multipart/form-data"]["schema"]["properties"] == {name: file}


def test_a_raw_script_s_fields_and_query_have_the_names_it_reads(start_server: Any) -> None:
    reads = 'request.form.get("label") if "size" in request.args else request.args["top"]'
    server = start_server(RAW % reads, "--docs")
    found = document(server)
    validate(found)
    names = [each["name"] for each in found["paths"]["/score"]["get"]["parameters"]]
    assert sorted(names) == ["size", "top"]
    form = body_of(server)["multipart/form-data"]["schema"]["properties"]
    assert "label" in form


def test_a_description_of_the_user_s_own_is_shown_and_led_to_this_server(
    start_server: Any, tmp_path: Any
) -> None:
    own = {
        "openapi": "3.0.3",
        "info": {"title": "Mine", "version": "7"},
        "servers": [{"url": "https://example.com"}],
        "security": [{"key": []}],
        "paths": {
            "/api/score": {
                "post": {
                    "security": [{"key": []}],
                    "requestBody": {"content": {"application/json": {"schema": {}}}},
                    "responses": {"200": {"description": "OK"}},
                }
            }
        },
    }
    (tmp_path / "swagger3.json").write_text(json.dumps(own))
    (tmp_path / "sample-request.json").write_text('{"a": 1}')
    server = start_server(TEXT, "--docs", env={"SERVICE_PATH_PREFIX": "api"})
    found = document(server)
    validate(found)
    assert found["info"]["title"] == "Mine"
    assert found["servers"][0]["url"] == ".."
    assert "security" not in json.dumps(found)
    assert body_of(server)["application/json"]["example"] == {"a": 1}
    assert server.request("/swagger.json?version=3").json == own


def test_the_page_comes_at_once_while_run_is_busy(start_server: Any, front: str) -> None:
    source = """
        import pathlib, time

        def init(): pass

        def run(raw_data):
            pathlib.Path("busy").touch()
            while pathlib.Path("busy").exists():
                time.sleep(0.01)
            return "done"
    """
    server = start_server(source, "--docs", "--server", front)
    server.request("/docs")
    answers: list[Any] = []
    scoring = threading.Thread(target=lambda: answers.append(server.request("/score", "{}")))
    scoring.start()
    busy = server.folder / "busy"
    deadline = time.monotonic() + 20
    while not busy.exists() and time.monotonic() < deadline:
        time.sleep(0.01)
    assert [server.request(path).status for path in ("/docs", "/docs/openapi.json")] == [200, 200]
    assert not answers
    busy.unlink()
    scoring.join(20)
    assert answers[0].json == "done"


def test_what_the_page_loads_is_not_in_the_request_log_and_what_it_sends_is(
    start_server: Any,
) -> None:
    server = start_server(TEXT, "--docs")
    server.request("/docs")
    server.request("/docs/openapi.json")
    server.request("/score", "{}")
    server.stop()
    log = server.output.partition("ready for serving traffic")[2]
    assert "POST /score" in log
    assert "/docs" not in log
