# expect: AML210
# request: {"data": [1]}
from inference_schema.schema_decorators import input_schema
from inference_schema.parameter_types import StandardPythonParameterType


def init():
    pass


@input_schema("data", StandardPythonParameterType([1]))
def run(data):
    return data
