# expect: AML116
# request: {"data": [1]}
from inference_schema.parameter_types.standard_py_parameter_type import StandardPythonParameterType
from inference_schema.schema_decorators import input_schema, output_schema

input_sample = StandardPythonParameterType([1])


def init():
    pass


@input_schema("data", input_sample)
@output_schema(StandardPythonParameterType(output_sampel))
def run(data):
    return data
