# expect: AML116
# request: {"data": [1]}
import json

import numpy as np


def init():
    pass


@input_schema("data", NumpyParameterType(np.array([1.5])))
def run(data):
    return data.tolist()
