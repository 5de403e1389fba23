"""What the real server answers is explained: the cause, the line of the script, the fix."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from azmlinfsrv.analysis.analyse import analyse
from azmlinfsrv.analysis.answers.exchange import Exchange, Explanation, GivenAnswer, SentRequest
from azmlinfsrv.analysis.answers.explain import explain

from ...conftest import Server, StartServer

SCHEMA = """
    import sys
    import numpy as np
    from inference_schema.parameter_types.numpy_parameter_type import NumpyParameterType
    from inference_schema.schema_decorators import input_schema

    def init():
        pass

    @input_schema("data", NumpyParameterType(np.array([[1, 2]])))
    def run(data):
        if data[0, 0] == 7:
            sys.exit(1)
        return data.tolist()
"""
TEXT = """
    import json
    import time
    import numpy as np

    def init():
        pass

    def run(raw_data):
        body = json.loads(raw_data)
        if body.get("sleep"):
            time.sleep(20)
        if body.get("array"):
            return np.array([1])
        if body.get("text"):
            return raw_data["text"]
        return body["values"]
"""
LOOKUP = """
    import json
    import os

    TABLE = {"A": 1}

    def init():
        pass

    def run(raw_data):
        body = json.loads(raw_data)
        if body["from"] == "table":
            return TABLE[body["key"]]
        return os.environ["AZMLINFSRV_NO_SUCH_NAME"]
"""
MISSPELT = """
    from inference_schema.parameter_types.standard_py_parameter_type import (
        StandardPythonParameterType,
    )
    from inference_schema.schema_decorators import input_schema

    def init():
        pass

    @input_schema("Inputs", StandardPythonParameterType([1.0]))
    @input_schema("GlobalParameter", StandardPythonParameterType(1.0))
    def run(Inputs, GlobalParameters):
        return [each * GlobalParameters for each in Inputs]
"""
RAW = """
    from azureml.contrib.services.aml_request import rawhttp
    from azureml.contrib.services.aml_response import AMLResponse

    def init():
        pass

    @rawhttp
    def run(request):
        if request.method == "GET":
            return AMLResponse("no such thing", 404)
        return AMLResponse("too many", 429)
"""
JSON = "application/json"


class Talk:
    """Requests to a server, and what is said of the answers."""

    def __init__(self, server: Server) -> None:
        self.server = server
        self.path = server.folder / "score.py"
        self.text = self.path.read_text()

    def explained(
        self,
        body: str | bytes | None,
        content_type: str = JSON,
        *,
        method: str = "POST",
        path: str = "/score",
        headers: dict[str, str] | None = None,
    ) -> Explanation:
        sent = {"Content-Type": content_type, **(headers or {})}
        answer = self.server.request(path, body, sent, method)
        text = body if isinstance(body, str) else None
        found = explained(
            self.path,
            self.text,
            SentRequest(method, content_type, text),
            GivenAnswer(answer.status, answer.text, _lower(answer.headers)),
        )
        assert found is not None, answer
        return found

    def underlined(self, found: Explanation) -> str:
        assert found.range is not None
        (first, start), (_, end) = found.range
        return self.text.splitlines()[first][start:end]


def explained(
    path: Path, text: str, request: SentRequest, answer: GivenAnswer
) -> Explanation | None:
    analysis = analyse(text, path)
    assert analysis.script is not None
    return explain(Exchange(analysis.script, analysis.findings, request, answer))


def _lower(headers: dict[str, str]) -> dict[str, str]:
    return {name.lower(): value for name, value in headers.items()}


def test_requests_that_do_not_fit_a_schema_are_explained(start_server: StartServer) -> None:
    talk = Talk(start_server(SCHEMA, "--show_errors"))

    found = talk.explained('{"Data": [[1, 2]]}')
    assert "no member 'data'" in found.message
    assert "It has 'Data': rename that to 'data'" in found.message
    assert talk.underlined(found) == '"data"'

    found = talk.explained('{"x": 1, "y": 2}')
    assert "It has 'x', 'y'." in found.message
    assert 'Send {"data": …}' in found.message

    assert "has no body" in talk.explained("").message
    assert "line 2, column 9 of the request" in talk.explained('{\n "data" [1]}').message
    assert 'Wrap it: {"data": …}' in talk.explained("[[1, 2]]").message
    assert "?data=…" in talk.explained(None, method="GET").message

    found = talk.explained('{"data": [[1, 2]]}', "text/plain")
    assert "says Content-Type: text/plain" in found.message
    assert talk.underlined(found).startswith("input_schema(")

    found = talk.explained('{"data": [[1, 2, 3]]}')
    assert "does not fit the sample of @input_schema" in found.message
    assert "size 3 on dimension #1" in found.message
    assert talk.underlined(found).startswith("input_schema(")

    assert "takes GET and POST" in talk.explained("{}", method="PUT").message
    assert "/swagger.json" in talk.explained("{}", path="/Score").message
    long = {"x-ms-client-request-id": "x" * 101}
    assert "must not exceed 100" in talk.explained("{}", headers=long).message
    assert "run() raised SystemExit" in talk.explained('{"data": [[7, 2]]}').message


def test_a_key_that_is_not_looked_up_in_the_request_is_not_said_to_be_missing_there(
    start_server: StartServer,
) -> None:
    talk = Talk(start_server(LOOKUP, "--show_errors"))

    found = talk.explained('{"from": "table", "key": "B"}')
    assert found.message == "run() raised KeyError: 'B'"
    assert talk.underlined(found) == 'return TABLE[body["key"]]'

    found = talk.explained('{"from": "environment", "key": 1}')
    assert found.message == "run() raised KeyError: 'AZMLINFSRV_NO_SUCH_NAME'"

    found = talk.explained('{"from": "table", "Key": "A"}')
    assert "It has 'Key': rename that to 'key'" in found.message


def test_a_decorator_with_a_misspelt_name_is_explained_and_can_be_mended(
    start_server: StartServer,
) -> None:
    talk = Talk(start_server(MISSPELT, "--show_errors"))

    found = talk.explained('{"Inputs": [1.0], "GlobalParameters": 2.0}')
    assert "run() has no parameter 'GlobalParameter'" in found.message
    assert "run() was not called" in found.message
    assert talk.underlined(found) == '"GlobalParameter"'
    assert found.finding is not None
    assert found.finding.fixes


def test_failures_of_run_are_explained_with_their_line(start_server: StartServer) -> None:
    limit = {"SCORING_TIMEOUT_MS": "300"}
    talk = Talk(start_server(TEXT, "--show_errors", env=limit))

    found = talk.explained('{"value": [1]}')
    assert "it reads 'values', and the request has no such member" in found.message
    assert "It has 'value': rename that to 'values'" in found.message
    assert talk.underlined(found) == 'return body["values"]'

    found = talk.explained("[1")
    assert "run() raised JSONDecodeError" in found.message
    assert talk.underlined(found) == "body = json.loads(raw_data)"

    found = talk.explained('{"array": 1}')
    assert "returned a value that JSON cannot hold" in found.message
    assert "numpy.ndarray" in found.message
    assert found.finding is not None
    assert found.finding.code == "AML107"
    assert found.finding.fixes[0].title

    found = talk.explained('{"text": 1}')
    assert "TypeError" in found.message
    assert talk.underlined(found) == 'return raw_data["text"]'

    found = talk.explained('{"sleep": 1}')
    assert "after 300 ms" in found.message
    assert talk.underlined(found) == "time.sleep(20)"

    found = talk.explained(b"\xff")
    assert "@rawhttp" in found.message


def test_without_show_errors_the_analysis_names_the_likely_cause(start_server: StartServer) -> None:
    source = """
        import json

        def init():
            pass

        def run(raw_data):
            return raw_data["values"]
    """
    talk = Talk(start_server(source))
    found = talk.explained('{"values": 1}')
    assert found.finding is not None
    assert found.finding.code == "AML108"
    assert found.message.startswith("run() raised an exception. Probably this:")
    assert "--show_errors" in found.message
    assert talk.underlined(found) == 'raw_data["values"]'


def test_a_status_that_the_script_chose_is_its_own(start_server: StartServer) -> None:
    talk = Talk(start_server(RAW, "--show_errors"))
    found = talk.explained("x")
    assert "The script itself answered 429 here" in found.message
    assert talk.underlined(found) == "429"
    assert "The script itself answered 404" in talk.explained(None, method="GET").message


def test_a_failure_in_a_module_beside_the_script_leads_there(
    start_server: StartServer, tmp_path: Path
) -> None:
    (tmp_path / "helper.py").write_text("def work(data):\n    return 1 / 0\n")
    source = """
        import helper

        def init():
            pass

        def run(raw_data):
            return helper.work(raw_data)
    """
    talk = Talk(start_server(source, "--show_errors"))
    found = talk.explained("{}")
    assert found.message == "run() raised ZeroDivisionError: division by zero"
    assert found.elsewhere == (tmp_path / "helper.py", 1)


@pytest.mark.parametrize(
    ("status", "body", "words"),
    [
        (502, "", "worker that was to answer has ended"),
        (503, "init() failed", "does not answer requests just now: init() failed"),
        (503, "", "init() has not returned yet"),
        (504, "", "proxy"),
        (413, "", "larger than the server takes"),
        (299, "", None),
        (200, "{}", None),
        (999, "", "The script itself answered 999"),
        (500, '{"message": 1}', "sys.exit()"),
        (500, "[" * 100_000, "sys.exit()"),
    ],
)
def test_every_status_has_something_to_say(
    status: int, body: str, words: str | None, tmp_path: Path
) -> None:
    text = "def init(): pass\ndef run(data): return data\n"
    found = explained(tmp_path / "score.py", text, SentRequest(), GivenAnswer(status, body))
    assert (found is None) is (words is None)
    if found is not None and words is not None:
        assert words in found.message


def test_a_name_that_no_request_can_have_is_mended_in_the_decorator(
    start_server: StartServer,
) -> None:
    wrong = SCHEMA.replace('@input_schema("data"', '@input_schema("Data"')
    talk = Talk(start_server(wrong, "--show_errors"))
    found: Any = talk.explained('{"Data": [[1, 2]]}')
    assert found.finding is not None
    assert found.finding.code == "AML201"
    assert "Rename to 'data'" in found.finding.fixes[0].title
