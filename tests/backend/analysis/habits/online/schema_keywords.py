# request: {"data": [{"x": 1.5}]}
import pandas as pd

from inference_schema.schema_decorators import input_schema, output_schema
from inference_schema.parameter_types.pandas_parameter_type import PandasParameterType
from inference_schema.parameter_types.standard_py_parameter_type import StandardPythonParameterType

data_sample = PandasParameterType(
    pd.DataFrame({"x": pd.Series([0.0], dtype="float64")}), enforce_shape=False, orient="records"
)
result_sample = StandardPythonParameterType([0.0])


def init():
    pass


@output_schema(output_type=result_sample)
@input_schema(param_name="data", param_type=data_sample, convert_to_provided_type=True)
def run(data):
    return data["x"].tolist()
