# request: {"data": [1.5]}
import numpy as np

try:
    from inference_schema.parameter_types.numpy_parameter_type import NumpyParameterType
    from inference_schema.schema_decorators import input_schema

    HAS_SCHEMA = True
except ImportError:
    HAS_SCHEMA = False


def with_schema(function):
    if not HAS_SCHEMA:
        return function
    return input_schema("data", NumpyParameterType(np.array([0.5])))(function)


def init():
    pass


@with_schema
def run(data):
    return list(data)
