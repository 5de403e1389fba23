# request: {"data": [1.5], "limit": 2}
import numpy as np
from inference_schema.parameter_types.numpy_parameter_type import NumpyParameterType
from inference_schema.schema_decorators import input_schema

INPUT_NAME = 'data'
SAMPLE = np.zeros(shape=(1,), dtype=float)


def init():
    pass


@input_schema(INPUT_NAME, NumpyParameterType(SAMPLE))
def run(data, limit):
    return (data < limit).tolist()
