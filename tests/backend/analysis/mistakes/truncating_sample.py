# expect: AML214
import numpy as np
from inference_schema.parameter_types.numpy_parameter_type import NumpyParameterType
from inference_schema.schema_decorators import input_schema

input_sample = np.array([[5, 3, 1, 0]])


def init():
    pass


@input_schema("data", NumpyParameterType(input_sample))
def run(data):
    return data.tolist()
