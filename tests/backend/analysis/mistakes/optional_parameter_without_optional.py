# expect: AML213
# request: {"data": [1]}
from inference_schema.parameter_types.standard_py_parameter_type import StandardPythonParameterType
from inference_schema.schema_decorators import input_schema


def init():
    pass


@input_schema("data", StandardPythonParameterType([1]))
@input_schema("options", StandardPythonParameterType({"k": 1}))
def run(data, options=None):
    return [data, options]
