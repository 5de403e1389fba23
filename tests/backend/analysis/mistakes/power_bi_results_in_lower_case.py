# expect: AML203
from inference_schema.parameter_types.standard_py_parameter_type import StandardPythonParameterType
from inference_schema.schema_decorators import input_schema, output_schema


def init():
    pass


@input_schema("Inputs", StandardPythonParameterType([1.5]))
@input_schema("GlobalParameters", StandardPythonParameterType(1.5))
@output_schema(StandardPythonParameterType({"results": [1.5]}))
def run(Inputs, GlobalParameters):
    return {"results": Inputs}
