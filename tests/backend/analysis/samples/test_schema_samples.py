"""A sample made from the text of a schema is one that the server takes."""

from __future__ import annotations

import json
import textwrap
from pathlib import Path
from typing import Any

from azmlinfsrv.analysis.samples.sample_request import SampleRequest, sample_request
from azmlinfsrv.analysis.script import Context, Script

from ..plain_scripts import read_scripts
from ..serving import serve

JSON = "application/json"
HEAD = """
    import base64
    import datetime
    import json

    import numpy as np
    import pandas as pd
    from inference_schema.parameter_types.numpy_parameter_type import NumpyParameterType
    from inference_schema.parameter_types.pandas_parameter_type import PandasParameterType
    from inference_schema.parameter_types.standard_py_parameter_type import (
        StandardPythonParameterType,
    )
    from inference_schema.schema_decorators import input_schema, output_schema

    def init():
        pass
"""
RUN = """
    {before}

    {decorators}
    def run({parameters}):
        return str(data)
"""
FRAME = 'pd.DataFrame({"age": [30, 41], "name": ["a", "b"]})'
SCHEMAS: dict[str, Any] = {
    "NumpyParameterType(np.array([[1, 2.5], [3, 4]]))": [[1.0, 2.5], [3.0, 4.0]],
    'NumpyParameterType(np.array([["1", 2]], dtype="int32"))': [[1, 2]],
    "NumpyParameterType(sample_input=np.zeros((1, 3)))": [[0.0, 0.0, 0.0]],
    "NumpyParameterType(np.ones(2, dtype=np.float32))": [1.0, 1.0],
    "NumpyParameterType(np.full((2, 1), 7))": [[7], [7]],
    "NumpyParameterType(np.random.rand(2, 2))": [[0.5, 0.5], [0.5, 0.5]],
    "NumpyParameterType(np.random.random((1, 2)))": [[0.5, 0.5]],
    "NumpyParameterType(np.arange(4).reshape(2, -1))": [[0, 1], [2, 3]],
    "NumpyParameterType(np.array([[True, False]]))": [[True, False]],
    'NumpyParameterType(np.array(["red", "blue"]))': ["red", "blue"],
    'NumpyParameterType(np.array([(1, 2.0)], dtype=[("a", "i4"), ("b", "f4")]))': [[1, 2.0]],
    f"NumpyParameterType({FRAME}.to_numpy())": [[30, "a"], [41, "b"]],
    f"PandasParameterType({FRAME})": [{"age": 30, "name": "a"}, {"age": 41, "name": "b"}],
    f'PandasParameterType({FRAME}, orient="values")': [[30, "a"], [41, "b"]],
    f'PandasParameterType({FRAME}, orient="split")': {
        "columns": ["age", "name"],
        "index": [0, 1],
        "data": [[30, "a"], [41, "b"]],
    },
    f'PandasParameterType({FRAME}, orient="index")': {
        "0": {"age": 30, "name": "a"},
        "1": {"age": 41, "name": "b"},
    },
    f'PandasParameterType({FRAME}, orient="columns")': {
        "age": {"0": 30, "1": 41},
        "name": {"0": "a", "1": "b"},
    },
    'PandasParameterType(pd.DataFrame({"x": pd.Series([0], dtype="float64")}))': [{"x": 0.0}],
    'PandasParameterType(pd.DataFrame([[1, "a"]], columns=["n", "t"]))': [{"n": 1, "t": "a"}],
    'PandasParameterType(pd.DataFrame([{"n": 1}, {"n": 2}]))': [{"n": 1}, {"n": 2}],
    'PandasParameterType(pd.DataFrame({"n": 1, "t": "a"}, index=[0]))': [{"n": 1, "t": "a"}],
    'PandasParameterType(pd.DataFrame({"t": [pd.Timestamp("2024-01-31")]}))': [{"t": "2024-01-31"}],
    'StandardPythonParameterType("text")': "text",
    "StandardPythonParameterType(-1.5)": -1.5,
    "StandardPythonParameterType(True)": True,
    "StandardPythonParameterType([1, 2])": [1, 2],
    'StandardPythonParameterType({"a": 1, "b": {"c": [1]}})': {"a": 1, "b": {"c": [1]}},
    'StandardPythonParameterType(dict(a="x" * 2))': {"a": "xx"},
    "StandardPythonParameterType(datetime.datetime(2024, 1, 31, 9, 30))": "2024-01-31T09:30:00",
    'StandardPythonParameterType(b"text")': "dGV4dA==",
    f'StandardPythonParameterType({{"rows": PandasParameterType({FRAME}), "n": 1}})': {
        "rows": [{"age": 30, "name": "a"}, {"age": 41, "name": "b"}],
        "n": 1,
    },
    "StandardPythonParameterType([NumpyParameterType(np.array([1]))])": [[1]],
}
WHOLE = {
    "Power BI": (
        'rows = StandardPythonParameterType({"data": PandasParameterType('
        'pd.DataFrame({"x": [0.5]}))})',
        '@input_schema("GlobalParameters", StandardPythonParameterType({"method": "predict"}))\n'
        '    @input_schema("Inputs", rows)',
        "Inputs, GlobalParameters, data=None",
        {"Inputs": {"data": [{"x": 0.5}]}, "GlobalParameters": {"method": "predict"}},
    ),
    "a sample that is made step by step": (
        'frame = pd.DataFrame({"x": [1]})\n    frame = frame.astype({"x": "float64"})',
        '@input_schema("data", PandasParameterType(frame))',
        "data",
        {"data": [{"x": 1}]},
    ),
    "a parameter without a schema": (
        "",
        '@input_schema("data", StandardPythonParameterType([1]))',
        'data, threshold, mode="fast"',
        {"data": [1], "threshold": 1},
    ),
    "output schema alone": (
        "",
        '@output_schema(StandardPythonParameterType("x"))',
        "data",
        {"data": [[0.0, 0.0, 0.0, 0.0]]},
    ),
}


def script_of(before: str, decorators: str, parameters: str) -> str:
    run = RUN.format(before=before, decorators=decorators, parameters=parameters)
    return textwrap.dedent(HEAD) + textwrap.dedent(run)


def sample_of(text: str) -> SampleRequest:
    return sample_request(Script(text, Path("score.py"), Context()))


def test_samples_of_every_kind_are_those_of_the_schema_and_the_server_takes_them(
    tmp_path: Path,
) -> None:
    cases: dict[str, tuple[str, Any]] = {
        schema: (script_of("", f'@input_schema("data", {schema})', "data"), {"data": body})
        for schema, body in SCHEMAS.items()
    }
    cases |= {
        name: (script_of(before, decorators, parameters), body)
        for name, (before, decorators, parameters, body) in WHOLE.items()
    }
    asked = []
    for number, (name, (text, expected)) in enumerate(cases.items()):
        sample = sample_of(text)
        assert (json.loads(sample.body or ""), sample.source) == (expected, "schema"), name
        path = tmp_path / f"score_{number}.py"
        path.write_text(text)
        asked.append((path, sample.body))
    outcomes = dict(zip(cases, serve(asked), strict=True))
    assert {name: each for name, each in outcomes.items() if any(each.values())} == {}


def test_scripts_as_people_write_them_answer_their_sample(tmp_path: Path) -> None:
    # These read what no text shows: a type of their own, or text within the JSON.
    beyond = {"online/schema_own_parameter_type", "online/input_as_text_or_dict"}
    asked, names = [], []
    for number, habit in enumerate(read_scripts("habits")):
        if not habit.option("request") or habit.id in beyond:
            continue
        folder = tmp_path / str(number)
        folder.mkdir()
        path = habit.write(folder)
        sample = sample_request(Script(path.read_text(), path, Context()))
        if sample.body is None or sample.source == "empty" or sample.content_type != JSON:
            continue
        asked.append((path, sample.body))
        names.append(habit.id)
    assert len(asked) > 20
    failed = [
        (name, outcome)
        for name, outcome in zip(names, serve(asked), strict=True)
        if any(outcome.values())
    ]
    assert failed == []
