# expect: AML201
# request: {"inputs": [1]}
from inference_schema.parameter_types.standard_py_parameter_type import StandardPythonParameterType
from inference_schema.schema_decorators import input_schema


def init():
    pass


@input_schema(param_name='inputs', param_type=StandardPythonParameterType([1]))
def run(Inputs):
    return Inputs
