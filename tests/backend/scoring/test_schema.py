"""Schemas by decorators: the published Power BI example, unchanged but for its imports."""

from __future__ import annotations

from typing import Any

import pytest

from azmlinfsrv.scoring import Scorer, load_entry_script
from azmlinfsrv.scoring.schema import script_schema

POWER_BI = """
    import numpy as np
    import pandas as pd
    from inference_schema.schema_decorators import input_schema, output_schema
    from inference_schema.parameter_types.numpy_parameter_type import NumpyParameterType
    from inference_schema.parameter_types.pandas_parameter_type import PandasParameterType
    from inference_schema.parameter_types.standard_py_parameter_type import (
        StandardPythonParameterType,
    )

    def init(): pass

    numpy_sample = NumpyParameterType(np.array([[1.0, 2.0]]))
    pandas_sample = PandasParameterType(pd.DataFrame({"a": [1.0], "b": [2.0]}))
    standard_sample = StandardPythonParameterType(0.0)
    nested = StandardPythonParameterType({"input1": numpy_sample, "input2": pandas_sample})
    parameters = StandardPythonParameterType(1.0)
    outputs = StandardPythonParameterType({"Results": StandardPythonParameterType([1.0])})

    @input_schema("Inputs", nested)
    @input_schema("GlobalParameters", parameters)
    @output_schema(outputs)
    def run(Inputs, GlobalParameters):
        total = Inputs["input1"].sum() + Inputs["input2"]["b"].sum() + GlobalParameters
        return {"Results": [float(total)]}
"""


@pytest.fixture
def power_bi(write_script: Any) -> Any:
    pytest.importorskip("pandas")
    return write_script(POWER_BI)


def test_nested_numpy_and_pandas_arguments_reach_run_as_such(power_bi: Any) -> None:
    scorer = Scorer(power_bi)
    scorer.init()
    body = b"""{
        "Inputs": {"input1": [[1.0, 2.0], [3.0, 4.0]], "input2": [{"a": 1.0, "b": 5.0}]},
        "GlobalParameters": 100.0
    }"""
    assert scorer.run(body) == {"Results": [115.0]}


def test_schemas_and_samples_are_there_for_every_version(power_bi: Any) -> None:
    schema = script_schema(load_entry_script(power_bi))
    assert schema.versions == ("2", "3", "3.1")
    assert schema.input["example"]["Inputs"]["input1"] == [[1.0, 2.0]]
    assert list(schema.output["properties"]) == ["Results"]


def test_a_script_without_decorators_takes_any_object(write_script: Any) -> None:
    script = load_entry_script(write_script("def init(): pass\ndef run(data): pass\n"))
    assert script_schema(script).input == {"type": "object", "example": {}}
