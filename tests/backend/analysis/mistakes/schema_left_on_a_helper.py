# expect: AML212
import json
from inference_schema.parameter_types.standard_py_parameter_type import StandardPythonParameterType
from inference_schema.schema_decorators import input_schema, output_schema


def init():
    pass


@input_schema("data", StandardPythonParameterType([1]))
@output_schema(StandardPythonParameterType([1]))
def predict(data):
    return data


def run(raw_data):
    return predict(json.loads(raw_data)["data"])
