"""A model of scikit-learn is served as it is, and the ejected script gives the same answers."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from azmlinfsrv.cli import main

from ..conftest import Server
from ..test_example import EXAMPLE, LIBRARIES, PYTHON, python

OPTIONS = ["--host", "127.0.0.1", "--port", "auto"]
DIABETES = EXAMPLE / "model" / "sklearn_regression_model.pkl"
ROW = [0.0381, 0.0507, 0.0617, 0.0219, -0.0442, -0.0348, -0.0434, -0.0026, 0.0199, -0.0176]
BODIES = {
    "rows": json.dumps({"data": [ROW, ROW]}),
    "method": json.dumps({"data": [ROW], "method": "predict"}),
    "no JSON": "x",
    "no object": "[]",
    "no data": "{}",
    "no such method": json.dumps({"data": [ROW], "method": "fit"}),
    "too few values": json.dumps({"data": [ROW, ROW[1:]]}),
    "text": json.dumps({"data": [["a", *ROW[1:]]]}),
    "no rows": json.dumps({"data": 5}),
    "objects": json.dumps({"data": [{"age": 1}]}),
}
TOLD = {
    "no JSON": "The body is not JSON",
    "no object": "a JSON object",
    "no data": '"data" has to be a list of rows',
    "no such method": "\"method\" is 'fit'. This model has predict.",
    "too few values": 'Row 2 of "data" has the length 9, not 10.',
    "text": "could not convert string to float: 'a'",
    "no rows": '"data" has to be a list of rows',
    "objects": 'Each row of "data" has to be a list of values.',
}
MAKE = """
import sys, joblib
from sklearn.linear_model import LogisticRegression
model = LogisticRegression().fit([[0.0, 0], [1, 1], [0, 1], [1, 0]], ["no", "yes", "no", "yes"])
joblib.dump(model, sys.argv[1], compress=3)
joblib.dump({"weights": [1.0]}, sys.argv[2])
"""


@contextmanager
def running(folder: Path, *words: str) -> Iterator[Server]:
    # The libraries of the example are those of the same Python.
    own = {"PYTHONPATH": python(LIBRARIES), "AZMLINFSRV_HOME": str(folder / "home")}
    server = Server(folder, [*words, *OPTIONS], own)
    try:
        yield server
    finally:
        server.stop()


def answers(server: Server) -> dict[str, tuple[int, str]]:
    found = {name: server.request("/score", body) for name, body in BODIES.items()}
    return {name: (answer.status, answer.text) for name, answer in found.items()}


def kept_in(folder: Path) -> list[Path]:
    return list((folder / "home" / "no-code").glob("*/*/*"))


@pytest.fixture(scope="module")
def models(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("models")
    made = [str(folder / "clf.joblib"), str(folder / "dict.pkl")]
    subprocess.run([PYTHON, "-c", MAKE, *made], check=True)
    return folder


def test_the_ejected_script_gives_the_same_answers_to_the_byte(tmp_path: Path) -> None:
    with running(tmp_path, "serve-model", "--model", str(DIABETES)) as server:
        served = answers(server)
    assert {name: status for name, (status, _) in served.items()} == {
        name: 400 if name in TOLD else 200 for name in BODIES
    }
    for name, sentence in TOLD.items():
        assert sentence in json.loads(served[name][1])["message"]
    assert json.loads(served["rows"][1])["predict"] == pytest.approx([205.0, 205.0], abs=5)
    script = tmp_path / "score.py"
    assert main(["serve-model", "--model", str(DIABETES), "--eject", str(script)]) == 0
    assert [kept.read_bytes() for kept in kept_in(tmp_path)] == [script.read_bytes()]
    words = ["--entry_script", str(script), "--model_dir", str(DIABETES.parent)]
    with running(tmp_path, *words, "--compat", "published") as server:
        assert answers(server) == served


def test_a_classifier_gives_probabilities_unless_asked_for_something_else(
    models: Path, tmp_path: Path, front: str
) -> None:
    words = ["serve-model", "--model", str(models / "clf.joblib"), "--server", front]
    with running(tmp_path, *words) as server:
        probable = server.request("/score", '{"data": [[1, 1]]}').json
        labels = server.request("/score", '{"data": [[1, 1]], "method": "predict"}').json
        output = server.output
    assert list(probable) == ["predict_proba"]
    assert sum(probable["predict_proba"][0]) == pytest.approx(1)
    assert labels == {"predict": ["yes"]}
    assert output.index("is a pickle: loading it runs") < output.index("Server Settings")


def test_a_sample_is_the_schema_and_the_example_of_the_api(models: Path, tmp_path: Path) -> None:
    sample = tmp_path / "sample.json"
    sample.write_text('{"data": [[1, 0.5]], "method": "predict"}')
    words = ["--model", str(models / "clf.joblib"), "--sample", str(sample), "--docs"]
    with running(tmp_path, "serve-model", *words) as server:
        api = server.request("/swagger.json?version=3").json
        asked = server.request("/score", json.dumps({"data": [[1, 1]]}))
        refused = server.request("/score", json.dumps({"data": "x"}))
        missing = server.request("/score", json.dumps({"method": "predict"}))
        assert server.request("/docs").status == 200
    described = api["components"]["schemas"]["ServiceInput"]
    assert described["example"] == {"data": [[1.0, 0.5]], "method": "predict"}
    assert described["properties"]["data"]["items"]["items"]["type"] == "number"
    assert (asked.status, refused.status, missing.status) == (200, 400, 400)
    assert "has to be a list of rows" in refused.json["message"]


def test_a_pickle_without_predict_ends_the_start(models: Path, tmp_path: Path) -> None:
    with running(tmp_path, "serve-model", "--model", str(models / "dict.pkl")) as server:
        assert server.wait_for_exit() == 3
        assert "dict.pkl holds a dict, which has no predict()." in server.output


def test_a_program_is_told_where_and_reads_nothing_else(tmp_path: Path) -> None:
    words = ["-m", "azmlinfsrv", "serve-model", "--model", str(DIABETES), "--json", *OPTIONS]
    env = {**os.environ, "PYTHONPATH": python(LIBRARIES), "AZMLINFSRV_HOME": str(tmp_path / "home")}
    pipe = subprocess.PIPE
    with subprocess.Popen(
        [sys.executable, *words], cwd=tmp_path, env=env, stdout=pipe, stderr=pipe
    ) as process:
        assert process.stdout is not None
        told = json.loads(process.stdout.readline())
        # Nobody reads on: that must not end the server.
        asked = urllib.request.Request(told["scoring_uri"], BODIES["rows"].encode())
        with urllib.request.urlopen(asked, timeout=30) as answer:
            assert len(json.load(answer)["predict"]) == 2
        with urllib.request.urlopen(told["swagger_uri"], timeout=30) as answer:
            assert "paths" in json.load(answer)
        process.terminate()
        rest, log = process.communicate(timeout=30)
    assert rest == b""
    assert b"Server Settings" in log
    assert told["pid"] == process.pid
    assert (told["framework"], told["modelDir"]) == ("sklearn", str(DIABETES.parent))
    assert [str(kept) for kept in kept_in(tmp_path)] == [told["script"]]
