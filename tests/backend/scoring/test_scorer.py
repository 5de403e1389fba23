"""One request becomes one answer: the contract of run() without any server."""

from __future__ import annotations

import json
import os
import pickle
from typing import Any

import pytest

from azmlinfsrv.scoring import (
    Answer,
    EntryScriptError,
    InputStyle,
    InvalidRequestError,
    Scorer,
    ScoringRequest,
    load_entry_script,
)

SCHEMA_SCRIPT = """
    from inference_schema.schema_decorators import input_schema
    from inference_schema.parameter_types.standard_py_parameter_type import (
        StandardPythonParameterType,
    )

    def init(): pass

    @input_schema("number", StandardPythonParameterType(1))
    def run(number, factor=2): return number * factor
"""


@pytest.fixture
def score(write_script: Any) -> Any:
    def start(source: str, request: ScoringRequest) -> Answer:
        scorer = Scorer(write_script(source))
        scorer.init()
        return scorer.score(request)

    return start


def script(body: str) -> str:
    return f"def init(): pass\n\ndef run(data):\n    {body}\n"


def as_json(body: bytes, **others: Any) -> ScoringRequest:
    return ScoringRequest(body, headers={"content-type": "application/json"}, **others)


def test_an_undecorated_run_gets_the_body_as_one_string(score: Any) -> None:
    answer = score(script("return [type(data).__name__, data]"), ScoringRequest("{é}".encode()))
    assert (answer.status, json.loads(answer.body)) == (200, ["str", "{é}"])
    assert answer.run_ms is not None


def test_a_body_that_is_no_text_is_the_clients_mistake(score: Any) -> None:
    answer = score(script("return data"), ScoringRequest(b"\xff"))
    assert answer.status == 400
    assert "cannot be decoded as UTF-8" in answer.body.decode()
    assert not answer.run_failed


def test_a_get_request_passes_its_query_as_an_object(score: Any) -> None:
    answer = score(script("return data"), ScoringRequest(method="GET", query="a=1&b=x&b=%5B2%5D"))
    assert json.loads(json.loads(answer.body)) == {"a": 1, "b": ["x", [2]]}


def test_none_is_answered_as_an_empty_object(score: Any) -> None:
    assert score(script("return None"), ScoringRequest()).body == b"{}"


def test_schema_parameters_are_passed_by_name_and_defaults_are_used(score: Any) -> None:
    assert score(SCHEMA_SCRIPT, as_json(b'{"number": 4, "other": 1}')).body == b"8"
    assert score(SCHEMA_SCRIPT, as_json(b'{"number": 4, "factor": 3}')).body == b"12"


@pytest.mark.parametrize(
    ("request_", "status", "message"),
    [
        (ScoringRequest(b"{}"), 415, "Expects Content-Type to be application/json"),
        (as_json(b""), 400, "POST body is empty. Expecting a JSON dictionary."),
        (as_json(b"{"), 400, "POST body could not be decoded as JSON: Expecting property name"),
        (as_json(b"[]"), 400, "POST body should be a JSON dictionary."),
        (as_json(b'{"Number": 1}'), 400, "A value is not provided for the 'number' parameter."),
    ],
)
def test_a_request_that_does_not_fit_the_schema_is_refused_in_the_published_words(
    score: Any, request_: ScoringRequest, status: int, message: str
) -> None:
    answer = score(SCHEMA_SCRIPT, request_)
    assert answer.status == status
    assert json.loads(answer.body)["message"].startswith(message)


def test_an_exception_in_run_is_logged_with_its_line_and_hidden_from_the_client(
    score: Any,
) -> None:
    answer = score(script("return 1 / 0"), ScoringRequest())
    assert (answer.status, answer.run_failed) == (500, True)
    assert "ZeroDivisionError" not in answer.body.decode()
    assert answer.error.location.line == 4
    assert "ZeroDivisionError" in answer.error.message


def test_a_result_that_is_not_json_names_its_type(score: Any) -> None:
    answer = score(script("return {1, 2}"), ScoringRequest())
    assert (answer.status, answer.run_failed) == (500, False)
    assert "is of type set" in answer.error.message


@pytest.mark.parametrize("failure", ["raise OSError('no model')", "import sys; sys.exit(0)"])
def test_a_failing_init_is_told_with_its_line(write_script: Any, failure: str) -> None:
    path = write_script(f"def init():\n    {failure}\n\ndef run(data): pass\n")
    with pytest.raises(EntryScriptError, match="init function failed") as failed:
        Scorer(path).init()
    assert str(failed.value.location) == f"{path}:2"


def test_a_model_folder_that_nobody_named_is_told(
    write_script: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("AZUREML_MODEL_DIR", raising=False)
    source = """
        import os
        def init(): os.path.join(os.getenv("AZUREML_MODEL_DIR"), "model.pkl")
        def run(data): pass
    """
    with pytest.raises(EntryScriptError, match="AZUREML_MODEL_DIR is not set"):
        Scorer(write_script(source)).init()


def test_the_model_folder_is_exported_verbatim(
    write_script: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("AZUREML_MODEL_DIR", "elsewhere")
    Scorer(write_script(script("return data")), "./model").load()
    assert os.environ["AZUREML_MODEL_DIR"] == "./model"


def test_headers_reach_a_run_that_asks_for_them(score: Any) -> None:
    source = "def init(): pass\ndef run(data, request_headers): return request_headers\n"
    answer = score(source, ScoringRequest(headers={"x-foo": "1"}))
    assert json.loads(answer.body) == {"X-Foo": "1"}


def test_the_core_scores_without_a_server(write_script: Any) -> None:
    scorer = Scorer(write_script(script("return len(data)")), model_dir="model")
    scorer.init()
    assert scorer.run(b'{"data": 1}') == 11
    assert scorer.run("text") == 4


def test_run_raises_what_the_server_would_answer(write_script: Any) -> None:
    scorer = Scorer(write_script(SCHEMA_SCRIPT))
    scorer.init()
    with pytest.raises(InvalidRequestError, match="A value is not provided"):
        scorer.run(b"{}")
    failing = Scorer(write_script(script("return 1 / 0"), "other.py"))
    failing.init()
    with pytest.raises(EntryScriptError) as failed:
        failing.run(b"")
    assert isinstance(failed.value.__cause__, ZeroDivisionError)


def test_a_pickled_scorer_takes_along_how_to_make_it(write_script: Any) -> None:
    scorer = Scorer(write_script(script("return data")), time_limit=2)
    scorer.init()
    copy = pickle.loads(pickle.dumps(scorer))
    copy.init()
    assert copy.run(b"x") == "x"


def test_two_scripts_live_in_one_process(write_script: Any) -> None:
    scorers = [
        Scorer(write_script(SCHEMA_SCRIPT.replace("factor=2", f"factor={n}"), f"s{n}.py"))
        for n in (3, 5)
    ]
    for scorer in scorers:
        scorer.init()
    assert [scorer.run(b'{"number": 1}') for scorer in scorers] == [3, 5]


def test_a_raw_script_is_scored_without_a_server(score: Any) -> None:
    source = """
        from azureml.contrib.services.aml_request import rawhttp
        from azureml.contrib.services.aml_response import AMLResponse

        def init(): pass

        @rawhttp
        def run(request):
            return AMLResponse(request.args["a"] + request.headers["X-B"], 202)
    """
    answer = score(source, ScoringRequest(method="GET", query="a=1", headers={"x-b": "2"}))
    assert (answer.status, answer.body) == (202, b"12")


def test_a_raw_script_does_not_make_the_next_script_raw(write_script: Any) -> None:
    raw = "from azureml.contrib.services.aml_request import rawhttp\n"
    raw += "def init(): pass\n@rawhttp\ndef run(request): return 1\n"
    first = load_entry_script(write_script(raw, "raw.py"))
    second = load_entry_script(write_script(script("return data"), "plain.py"))
    assert (first.style, second.style) == (InputStyle.RAW, InputStyle.TEXT)


def test_a_stream_is_passed_on_as_it_comes(score: Any) -> None:
    source = """
        from flask import Response
        def init(): pass
        def run(data): return Response(iter(["a", "b"]))
    """
    assert list(score(source, ScoringRequest()).body) == [b"a", b"b"]


def test_a_run_beyond_its_limit_is_a_failure_of_the_script(write_script: Any) -> None:
    path = write_script("import time\n" + script("time.sleep(5)"))
    scorer = Scorer(path, time_limit=0.1)
    scorer.init()
    answer = scorer.score(ScoringRequest())
    assert str(answer.error) == f"{path}:5: run() was interrupted after 100 ms"
    assert answer.body == b'{"message": "Scoring timeout after 100 ms"}'
    assert (answer.status, answer.run_failed) == (500, True)


def test_a_header_cannot_smuggle_another_answer_in(score: Any) -> None:
    source = """
        from flask import Response
        def init(): pass
        def run(data):
            response = Response("x")
            response.headers._list.append(("X-A\\r\\nX-B", "1"))
            return response
    """
    answer = score(source, ScoringRequest())
    assert (answer.status, answer.run_failed) == (500, False)
