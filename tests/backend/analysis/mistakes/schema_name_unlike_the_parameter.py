# expect: AML201
# request: {"data": [[1.5]]}
import numpy as np
from inference_schema.parameter_types.numpy_parameter_type import NumpyParameterType
from inference_schema.schema_decorators import input_schema, output_schema

input_sample = np.array([[1.5]])
output_sample = np.array([1.5])


def init():
    pass


@input_schema('data', NumpyParameterType(input_sample))
@output_schema(NumpyParameterType(output_sample))
def run(input_data):
    try:
        return input_data.tolist()
    except Exception as e:
        return str(e)
