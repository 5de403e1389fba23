# expect: AML207
# request: {"data": [1]}
import pandas as pd
from inference_schema.parameter_types.numpy_parameter_type import NumpyParameterType
from inference_schema.schema_decorators import input_schema


def init():
    pass


@input_schema("data", NumpyParameterType(pd.DataFrame({"a": [1.5]})))
def run(data):
    return data.tolist()
