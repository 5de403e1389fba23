# request: {"inputs": [1.5], "global_parameters": {"a": 1}}
from inference_schema.parameter_types.standard_py_parameter_type import StandardPythonParameterType
from inference_schema.schema_decorators import input_schema


def init():
    pass


@input_schema('inputs', StandardPythonParameterType([0.5]))
@input_schema('global_parameters', StandardPythonParameterType({"a": 1}))
def run(inputs, global_parameters):
    results = [each * global_parameters["a"] for each in inputs]
    return {'results': results}
