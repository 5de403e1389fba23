# expect: AML108
# request: {"data": [1]}
import json
from inference_schema.parameter_types.standard_py_parameter_type import StandardPythonParameterType
from inference_schema.schema_decorators import input_schema


def init():
    pass


@input_schema("data", StandardPythonParameterType([1]))
def run(data):
    values = json.loads(data)["data"]
    return values
