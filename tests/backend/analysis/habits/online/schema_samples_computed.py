# request: {"data": [{"a": 1.5, "b": "x"}]}
import json
import pandas as pd
from inference_schema.schema_decorators import input_schema
from inference_schema.parameter_types.pandas_parameter_type import PandasParameterType

COLUMNS = {"a": "float64", "b": "object"}
frame = pd.read_json('[{"a": 1.5, "b": "x"}]') if False else pd.DataFrame([{"a": 1.5, "b": "x"}])
frame = frame.astype(COLUMNS)
sample_input = PandasParameterType(frame)


def init():
    print(json.dumps(list(COLUMNS)))


@input_schema("data", sample_input)
def run(data):
    return json.loads(data.to_json(orient="records"))
