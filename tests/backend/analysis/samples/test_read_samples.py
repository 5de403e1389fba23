"""Without a schema, a sample has what run() reads."""

from __future__ import annotations

import json
import textwrap
from pathlib import Path
from typing import Any

import pytest

from azmlinfsrv.analysis.samples.sample_request import sample_request
from azmlinfsrv.analysis.script import Context, Script

HEAD = """
import base64, io, json
import numpy as np
import pandas as pd
from PIL import Image
from azureml.contrib.services.aml_request import rawhttp

def init():
    pass

def prepare(body):
    return np.array(body["rows"]).reshape(-1, 2)

"""
NUMBERS = [[0.0, 0.0, 0.0, 0.0]]
READ: dict[str, Any] = {
    'data = json.loads(raw_data)["data"]\nreturn model.predict(data)': {"data": NUMBERS},
    'data = np.array(json.loads(raw_data)["values"])': {"values": NUMBERS},
    'x = np.array(json.loads(raw_data)["x"]).reshape(1, 3)': {"x": [[0.0, 0.0, 0.0]]},
    'body = json.loads(raw_data)\nq = body["question"]\nc = body["context"]': {
        "question": "text",
        "context": "text",
    },
    'b = json.loads(raw_data)\nreturn b.get("prompt", "Hi")[: b.get("length", 20)]': {
        "prompt": "Hi",
        "length": 20,
    },
    'b = json.loads(raw_data)\nreturn float(b["weight"]) + b["a"]["b"] * 2': {
        "weight": 1.0,
        "a": {"b": 1.0},
    },
    'return [each["name"].lower() for each in json.loads(raw_data)["people"]]': {
        "people": [{"name": "text"}]
    },
    'for row in json.loads(raw_data):\n    total = row["a"] + 1': [{"a": 1.0}],
    'frame = pd.DataFrame(json.loads(raw_data)["rows"])\nreturn frame["age"] * 2': {
        "rows": [{"age": 1.0}]
    },
    'frame = pd.DataFrame(json.loads(raw_data), columns=["a", "b"])\nmodel.predict(frame)': [
        [0.0, 0.0]
    ],
    'frame = pd.DataFrame([json.loads(raw_data)])\nreturn frame[["a", "b"]]': {"a": 1, "b": 1},
    'frame = pd.read_json(raw_data, orient="records")\nreturn frame["a"]': [{"a": 1}],
    "return prepare(json.loads(raw_data))": {"rows": [[0.0, 0.0]]},
    'img = base64.b64decode(json.loads(raw_data)["image"])': {"image": "dGV4dA=="},
    'try:\n    y = json.loads(raw_data)["a"]\nexcept Exception as e:\n    return str(e)': {"a": 1},
    'text = raw_data\nd = json.loads(text)\nreturn d["is_fast"], d["id"]': {
        "is_fast": True,
        "id": "text",
    },
}


def script_of(body: str, decorator: str = "", parameter: str = "raw_data") -> Script:
    run = f"{decorator}def run({parameter}):\n" + textwrap.indent(body, "    ")
    return Script(HEAD + run + "\n", Path("score.py"), Context())


@pytest.mark.parametrize("body", READ)
def test_a_sample_has_the_members_that_are_read(body: str) -> None:
    sample = sample_request(script_of(body))
    assert json.loads(sample.body or "null") == READ[body]
    assert (sample.source, sample.method, sample.is_raw) == ("script", "POST", False)


def test_what_the_script_tries_itself_is_the_best_sample() -> None:
    main = 'if __name__ == "__main__":\n    init()\n    rows = [[1, 2]]\n'
    main += '    sample = json.dumps({"data": rows})\n    print(run(sample))\n'
    script = script_of('return json.loads(raw_data)["data"]')
    sample = sample_request(Script(script.source.text + main, Path("score.py"), Context()))
    assert json.loads(sample.body or "") == {"data": [[1, 2]]}


def test_a_body_that_is_read_as_text_is_text() -> None:
    sample = sample_request(script_of("return raw_data.strip().upper()"))
    assert (sample.body, sample.content_type) == ("text\n", "text/plain")


def test_nothing_that_shows_makes_an_empty_object() -> None:
    sample = sample_request(script_of("return raw_data"))
    assert (sample.body, sample.source) == ("{}\n", "empty")


RAW: dict[str, tuple[str | None, str, str, str | None]] = {
    "return Image.open(io.BytesIO(request.get_data())).size": (
        *(None, "application/octet-stream", "POST"),
        None,
    ),
    'return request.files["image"].read()': (None, "multipart/form-data", "POST", None),
    'return request.get_json()["text"].lower()': (
        *('{\n  "text": "text"\n}\n', "application/json", "POST"),
        None,
    ),
    'return json.loads(request.data)["a"]': (
        *('{\n  "a": 1\n}\n', "application/json", "POST"),
        None,
    ),
    'return request.get_data().decode("utf-8")': ("text\n", "text/plain", "POST", None),
    'if request.method == "GET":\n    return request.args.get("name")': (
        *(None, "application/json", "GET"),
        "name=text",
    ),
    'if request.method == "POST":\n    d = request.get_data()\nreturn request.args.get("top", 3)': (
        *(None, "application/octet-stream", "POST"),
        "top=3",
    ),
}


@pytest.mark.parametrize("body", RAW)
def test_a_raw_script_gets_what_it_takes(body: str) -> None:
    sample = sample_request(script_of(body, "@rawhttp\n", "request"))
    assert sample.is_raw
    assert (sample.body, sample.content_type, sample.method, sample.query) == RAW[body]


def test_rows_of_numbers_stay_on_one_line() -> None:
    rows = 'if __name__ == "__main__":\n    run(json.dumps({"data": [[1, 2], [3, 4]], "n": 1}))\n'
    script = script_of("return raw_data")
    sample = sample_request(Script(script.source.text + rows, Path("score.py"), Context()))
    assert sample.body == '{\n  "data": [[1, 2], [3, 4]],\n  "n": 1\n}\n'


def test_a_half_typed_script_costs_nothing() -> None:
    for text in (
        "",
        "def run(",
        "def run(raw_data):\n    json.loads(raw_data)[",
        "def run(): pass",
    ):
        sample_request(Script(text, Path("score.py"), Context()))


HUGE = "A = [0] * 9999\nB = [A] * 9999\nC = [B, B] * 9999\n"
DEEP = "def again(x):\n" + "    again(x)\n" * 50
LONG = "d = json.loads(raw_data)\n" + "".join(f'd = d["a{n}"]\n' for n in range(400))


@pytest.mark.parametrize(
    "text",
    [
        f'{HUGE}\n@input_schema("d", StandardPythonParameterType(C))\ndef run(d): pass\n',
        f"{DEEP}\ndef run(raw_data):\n    again(json.loads(raw_data))\n",
        HEAD + "def run(raw_data):\n" + textwrap.indent(LONG, "    "),
        "x = x\ny = y + 1\n@input_schema('d', StandardPythonParameterType(x))\ndef run(d): pass\n",
    ],
    ids=["huge", "deep", "long", "circle"],
)
def test_no_script_makes_the_editor_wait(text: str) -> None:
    # A sample of that size would take hours, and its memory the machine.
    assert len(sample_request(Script(text, Path("score.py"), Context())).body or "") < 100_000
