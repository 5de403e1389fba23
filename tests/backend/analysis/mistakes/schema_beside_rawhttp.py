# expect: AML401
# request: {"data": [1]}
from inference_schema.parameter_types.standard_py_parameter_type import StandardPythonParameterType
from inference_schema.schema_decorators import input_schema, output_schema
from azureml.contrib.services.aml_request import AMLRequest, rawhttp


def init():
    pass


@rawhttp
@input_schema("data", StandardPythonParameterType([1]))
@output_schema(StandardPythonParameterType([1]))
def run(data):
    return data
