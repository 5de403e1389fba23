# request: {"data": [1]}
from inference_schema.parameter_types.standard_py_parameter_type import StandardPythonParameterType
from inference_schema.schema_decorators import input_schema

standard_sample_input = StandardPythonParameterType([1])


def init():
    pass


@input_schema("params", StandardPythonParameterType({"k": 1}), optional=True)
@input_schema("raw", StandardPythonParameterType({"k": 1}), convert_to_provided_type=False)
@input_schema("data", standard_sample_input)
def run(data, params=None, raw=None):
    params = params or {}
    return [data, params, raw]
