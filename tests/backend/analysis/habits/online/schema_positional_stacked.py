# request: {"data": [[1.5, 2.5]], "method": "predict"}
import numpy as np

from inference_schema.schema_decorators import input_schema, output_schema
from inference_schema.parameter_types.numpy_parameter_type import NumpyParameterType
from inference_schema.parameter_types.standard_py_parameter_type import StandardPythonParameterType

input_sample = np.array([[10.0, 9.0]])
output_sample = np.array([3726.995])


def init():
    global model
    model = np.sum


@input_schema('data', NumpyParameterType(input_sample))
@input_schema('method', StandardPythonParameterType("predict"))
@output_schema(NumpyParameterType(output_sample))

# what follows is the entry point

def run(data, method="predict"):
    try:
        result = model(data, axis=1)
        return result.tolist()
    except Exception as e:
        error = str(e)
        return error
