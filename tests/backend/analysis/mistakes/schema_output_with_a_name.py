# expect: AML205
# request: {"data": [1]}
from inference_schema.parameter_types.standard_py_parameter_type import StandardPythonParameterType
from inference_schema.schema_decorators import input_schema, output_schema

INPUT = StandardPythonParameterType([1])


def init():
    pass


@input_schema("data", INPUT)
@output_schema("Results", StandardPythonParameterType([1]))
def run(data):
    return data
