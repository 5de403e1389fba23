"""MLflow models with each kind of signature, as MLflow loads them."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Any

import cloudpickle
import mlflow.pyfunc
import mlflow.sklearn
import numpy as np
import pandas as pd
import pytest
from mlflow.models import ModelSignature, infer_signature
from mlflow.types import ColSpec, ParamSchema, ParamSpec, Schema, TensorSpec
from sklearn.compose import make_column_transformer
from sklearn.linear_model import LogisticRegression, Ridge
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import OneHotEncoder

from .serving import Case, check_both

PEOPLE = pd.DataFrame({"age": [1.0, 2, 3, 4], "city": ["Oslo", "Bergen", "Oslo", "Bergen"]})
ROWS, TARGETS = np.array([[0.0, 0], [1, 1], [2, 1]]), [0.0, 1.0, 2.0]


class Visits(mlflow.pyfunc.PythonModel):  # type: ignore[misc]
    def predict(self, context: Any, model_input: Any, params: Any = None) -> Any:  # noqa: ARG002
        factor = (params or {}).get("factor", 1)
        return pd.DataFrame({"n": model_input["n"] * factor, "day": model_input["day"]})


@pytest.fixture(autouse=True)
def _quiet(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("MLFLOW_DISABLE_TELEMETRY", "true")


def table(columns: list[str], *rows: list[Any], **more: Any) -> dict[str, Any]:
    return {"input_data": {"columns": columns, "data": list(rows)}, **more}


def test_a_signature_of_columns(tmp_path: Path) -> None:
    encoded = make_column_transformer((OneHotEncoder(), ["city"]), remainder="passthrough")
    model = make_pipeline(encoded, LogisticRegression()).fit(PEOPLE, [0, 1, 0, 1])
    signature = infer_signature(PEOPLE, model.predict(PEOPLE))
    mlflow.sklearn.save_model(model, tmp_path / "people", signature=signature)
    indexed = table(["age", "city"], [1.5, "Oslo"], [2, "Bergen"])
    indexed["input_data"]["index"] = [0, 1]
    cases = {
        "split": Case(indexed, [0, 1]),
        "whole numbers": Case(table(["age", "city"], [1, "Oslo"]), [0]),
        "another order": Case(table(["city", "x", "age"], ["Oslo", 0, 1]), [0]),
        "rows": Case({"input_data": [[1, "Oslo"]]}, [0]),
        "records": Case({"input_data": [{"age": 1, "city": "Oslo"}]}, [0]),
        "columns": Case({"input_data": {"age": [1], "city": ["Oslo"]}}, [0]),
        "nothing": Case({}, told='There has to be "input_data"'),
        "v1": Case({"data": [[1, "Oslo"]]}, told='There has to be "input_data"'),
        "missing": Case(table(["age"], [1]), told="Model is missing inputs ['city']."),
        "wrong": Case(table(["age", "town"], [1, "x"]), told="extra inputs: ['town']"),
        "text": Case(table(["age", "city"], ["x", "Oslo"]), told="types for column age"),
        "number": Case(table(["age", "city"], [1, 5]), told="types for column city"),
        "width": Case(table(["age", "city"], [1]), told="2 columns passed"),
        "category": Case(table(["age", "city"], [1, "Rome"]), told="unknown categories ['Rome']"),
    }
    output = check_both(tmp_path, "people", cases)
    # The format of skops runs no code.
    assert "warning: people" not in output


def test_no_signature_and_a_pickle(tmp_path: Path) -> None:
    model = Ridge().fit(ROWS, TARGETS)
    mlflow.sklearn.save_model(model, tmp_path / "ridge", serialization_format="cloudpickle")
    expected = model.predict([[1.0, 2.0]]).tolist()
    cases = {
        "rows": Case({"input_data": [[1, 2]]}, expected),
        "split": Case(table(["a", "b"], [1, 2]), expected),
        "width": Case({"input_data": [[1, 2, 3]]}, told="X has 3 features"),
    }
    output = check_both(tmp_path, "ridge", cases)
    assert "warning: ridge holds a pickle, model.pkl" in output


def test_a_signature_of_tensors(tmp_path: Path) -> None:
    signature = ModelSignature(inputs=Schema([TensorSpec(np.dtype("float32"), (-1, 2))]))
    model = Ridge().fit(ROWS, TARGETS)
    mlflow.sklearn.save_model(model, tmp_path / "tensor", signature=signature)
    (tmp_path / "sample.json").write_text('{"input_data": [[1, 2.5]]}')
    expected = model.predict(np.array([[1, 2]], np.float32)).tolist()
    cases = {
        "rows": Case({"input_data": [[1, 2]]}, expected),
        "split": Case(table(["a", "b"], [1, 2]), expected),
        "width": Case({"input_data": [[1, 2, 3]]}, told="does not match expected shape (-1, 2)"),
        "text": Case({"input_data": [["a", "b"]]}, told="does not match expected dtype float32"),
        "ragged": Case({"input_data": [[1], [2, 3]]}, told="inhomogeneous"),
        "nothing": Case({}, told="A value is not provided for the 'input_data' parameter."),
    }
    check_both(tmp_path, "tensor", cases, "--sample", "sample.json")


def test_a_python_model_with_dates_and_parameters(tmp_path: Path) -> None:
    columns = [ColSpec("integer", "n"), ColSpec("datetime", "day"), ColSpec("float", "f", False)]
    params = ParamSchema([ParamSpec("factor", "long", 1)])
    signature = ModelSignature(inputs=Schema(columns), params=params)
    # The server cannot import this module.
    cloudpickle.register_pickle_by_value(sys.modules[Visits.__module__])
    mlflow.pyfunc.save_model(tmp_path / "visits", python_model=Visits(), signature=signature)
    day = "2026-01-02T03:04:05"
    names = ["n", "day"]
    cases = {
        "params": Case(table(names, [2, day], params={"factor": 3}), [{"n": 6, "day": day}]),
        "no params": Case(table(names, [2, day]), [{"n": 2, "day": day}]),
        "optional": Case(table([*names, "f"], [2, day, 1.5]), [{"n": 2, "day": day}]),
        "left out": Case(table([*names, "f"], [2, day, None]), [{"n": 2, "day": day}]),
        "null": Case(table(names, [None, day]), told="n"),
        "fraction": Case(table(names, [1.5, day]), told="types for column n"),
        "too large": Case(table(names, [2**40, day]), told="types for column n"),
        "no date": Case(table(names, [1, "soon"]), told="soon"),
        "param": Case(table(names, [1, day], params={"factor": "x"}), told="'factor'"),
        "no params object": Case(table(names, [1, day], params=7), told="must be a dictionary"),
    }
    output = check_both(tmp_path, "visits", cases)
    assert "warning: visits holds a pickle, python_model.pkl" in output


def test_what_the_model_asks_for_and_this_python_lacks_is_named(tmp_path: Path) -> None:
    model = Ridge().fit(ROWS, TARGETS)
    mlflow.sklearn.save_model(model, tmp_path / "ridge")
    with (tmp_path / "ridge" / "requirements.txt").open("a") as file:
        file.write("\nno-such-distribution==1.0\n# a remark\n")
        file.write("elsewhere; sys_platform == 'none'\n")
    rows = [[1.5, 2.5]]
    cases = {"rows": Case({"input_data": rows}, model.predict(rows).tolist())}
    output = check_both(tmp_path, "ridge", cases)
    assert "warning: the model asks for no-such-distribution, and this Python has no such" in output
    assert f'-m pip install -r "{tmp_path / "ridge" / "requirements.txt"}"' in output
