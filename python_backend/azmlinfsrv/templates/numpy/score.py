"""Score NumPy arrays: a sample describes the input, and run() gets it as an array.

Deployed, the environment needs the package inference-schema beside numpy.
"""

import numpy as np
from inference_schema.parameter_types.numpy_parameter_type import NumpyParameterType
from inference_schema.schema_decorators import input_schema, output_schema

# The samples tell clients how a request and its answer look, and the server refuses other shapes.
# The number of rows may differ; the number of columns and the type are those of the sample.
INPUT_SAMPLE = np.array([[5.1, 3.5, 1.4], [6.2, 2.9, 4.3]])
OUTPUT_SAMPLE = np.array([10.0, 13.4])


# Called once, when the server starts: load the model here.
def init():
    global model
    # model = joblib.load(os.path.join(os.getenv("AZUREML_MODEL_DIR"), "model.pkl")).predict
    model = np.sum


# Called for each request. The name in the decorator is that of the parameter, and the key in the
# request: {"data": [[5.1, 3.5, 1.4]]}.
@input_schema("data", NumpyParameterType(INPUT_SAMPLE))
@output_schema(NumpyParameterType(OUTPUT_SAMPLE))
def run(data):
    prediction = model(data, axis=1)
    # An array is nothing that JSON can hold; a list is.
    return prediction.tolist()
