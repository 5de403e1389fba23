# expect: AML114
# name: score.py
# request: {"data": [[1.5]]}
import numpy as np
from inference_schema.parameter_types.numpy_parameter_type import NumpyParameterType
from inference_schema.schema_decorators import input_schema


def init():
    pass


@input_schema("data", NumpyParameterType(np.array([[1.5]])))
def run(data):
    return data.tolist()


init()
print(run())
