# expect: AML209
# request: {"data": [1]}
from inference_schema.parameter_types.standard_py_parameter_type import StandardPythonParameterType
from inference_schema.schema_decorators import input_schema


def init():
    pass


@input_schema("data", StandardPythonParameterType(sample_data))
def run(data):
    return data


sample_data = [1]
