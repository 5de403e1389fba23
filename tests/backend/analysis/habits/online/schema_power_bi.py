# request: {"Inputs": {"data": [{"x": 1.5}]}, "GlobalParameters": 1.0}
import json
import logging

import numpy as np
import pandas as pd
from inference_schema.schema_decorators import input_schema, output_schema
from inference_schema.parameter_types.numpy_parameter_type import NumpyParameterType
from inference_schema.parameter_types.pandas_parameter_type import PandasParameterType
from inference_schema.parameter_types.standard_py_parameter_type import StandardPythonParameterType

data_sample = PandasParameterType(pd.DataFrame({"x": pd.Series([0.5], dtype="float64")}))
input_sample = StandardPythonParameterType({'data': data_sample})
method_sample = StandardPythonParameterType("predict")
sample_global_params = StandardPythonParameterType(1.0)

result_sample = NumpyParameterType(np.array([0.5]))
output_sample = StandardPythonParameterType({'Results': result_sample})

logger = logging.getLogger(__name__)


def init():
    global model
    model = np.asarray


@input_schema('GlobalParameters', sample_global_params, convert_to_provided_type=False)
@input_schema('Inputs', input_sample)
@output_schema(output_sample)
def run(Inputs, GlobalParameters=1.0):
    data = Inputs['data']
    result = model(data["x"]) * GlobalParameters
    return {'Results': result.tolist()}
