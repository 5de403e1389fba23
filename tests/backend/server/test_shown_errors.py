"""An error says what went wrong and where: in the log always, to clients with --show_errors."""

from __future__ import annotations

from typing import Any

import pytest

from ..conftest import Server

SCRIPT = """
    import time
    import numpy as np

    def init(): pass

    def helper(data):
        return 1 / int(data)

    def run(data):
        if data == "array":
            return {"scores": [1, np.array([1])]}
        if data == "sleep":
            time.sleep(20)
        return helper(data)
"""
SCHEMA = """
    import numpy as np
    from inference_schema.schema_decorators import input_schema
    from inference_schema.parameter_types.numpy_parameter_type import NumpyParameterType

    def init(): pass

    @input_schema("data", NumpyParameterType(np.array([[1, 2]])))
    def run(data):
        return data.tolist()
"""
PUBLISHED = "An unexpected error occurred in scoring script. Check the logs for more info."


def ask(server: Server, body: str) -> Any:
    return server.request("/score", body, {"x-request-id": "R"}).json


def line_of(source: str, text: str) -> int:
    return 1 + next(n for n, line in enumerate(source.splitlines()) if text in line)


def test_a_client_is_told_type_message_place_and_request(start_server: Any, front: str) -> None:
    server = start_server(SCRIPT, "--server", front, "--show_errors")
    assert ask(server, "0") == {
        "message": PUBLISHED,
        "error_type": "ZeroDivisionError",
        "error_message": "division by zero",
        "file": str(server.folder / "score.py"),
        "line": line_of(SCRIPT, "1 / int"),
        "request_id": "R",
    }


def test_by_default_a_client_is_told_nothing_of_the_script(start_server: Any, front: str) -> None:
    server = start_server(SCRIPT, "--server", front)
    for body in ("0", "array"):
        assert list(ask(server, body)) == ["message"]
    assert f"score.py:{line_of(SCRIPT, '1 / int')}: run() failed: ZeroDivision" in server.output
    assert "[R]" in server.output


def test_a_result_that_cannot_be_sent_is_told_with_its_place_in_the_result(
    start_server: Any,
) -> None:
    server = start_server(SCRIPT, "--show_errors")
    told = ask(server, "array")
    assert told["message"].startswith("An unexpected internal error occurred.")
    assert told["error_type"] == "TypeError"
    assert "result['scores'][1] is of type numpy.ndarray" in told["error_message"]
    assert told["line"] == line_of(SCRIPT, "def run")
    assert "result['scores'][1] is of type numpy.ndarray" in server.output
    assert "start the server with --encode_results" in server.output


def test_with_encode_results_it_is_sent_and_the_difference_told_once(start_server: Any) -> None:
    server = start_server(SCRIPT, "--encode_results")
    for _ in range(2):
        assert ask(server, "array") == {"scores": [1, [1]]}
    assert server.output.count("was encoded (--encode_results)") == 1


def test_a_timeout_is_told_with_the_line_that_took_so_long(start_server: Any) -> None:
    server = start_server(SCRIPT, "--show_errors", env={"SCORING_TIMEOUT_MS": "300"})
    told = ask(server, "sleep")
    assert told["message"] == "Scoring timeout after 300 ms"
    assert told["error_type"] == "TimeoutError"
    assert told["line"] == line_of(SCRIPT, "time.sleep(20)")


def test_an_exception_that_cannot_be_told_is_an_exception_all_the_same(start_server: Any) -> None:
    source = """
        class Mute(Exception):
            def __str__(self):
                return 1 / 0

        def init(): pass
        def run(data): raise Mute
    """
    server = start_server(source, "--show_errors")
    told = ask(server, "x")
    assert (told["message"], told["error_type"]) == (PUBLISHED, "Mute")
    assert "The server failed" not in server.output


@pytest.mark.parametrize("body", ['{"data": [[1, 2, 3]]}', '{"data": "text"}'])
def test_an_input_that_the_schema_refuses_is_told_at_run_without_frames_of_libraries(
    start_server: Any, body: str
) -> None:
    server = start_server(SCHEMA, "--show_errors")
    told = ask(server, body)
    assert told["line"] in {line_of(SCHEMA, "@input_schema"), line_of(SCHEMA, "def run")}
    assert "site-packages" not in server.output
