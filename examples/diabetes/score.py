"""Predict the progression of diabetes from ten measurements of a patient.

Open this file in VS Code, click a breakpoint beside a line of run() and press F5.
"""

import os

import joblib
import numpy as np
from inference_schema.parameter_types.numpy_parameter_type import NumpyParameterType
from inference_schema.schema_decorators import input_schema, output_schema

# Two patients: age, sex, body mass index, blood pressure and six blood serum measurements,
# each centred and scaled as in scikit-learn's diabetes data.
INPUT_SAMPLE = np.array(
    [
        [0.0381, 0.0507, 0.0617, 0.0219, -0.0442, -0.0348, -0.0434, -0.0026, 0.0199, -0.0176],
        [-0.0019, -0.0446, -0.0515, -0.0263, -0.0084, -0.0192, 0.0744, -0.0395, -0.0683, -0.0922],
    ]
)
OUTPUT_SAMPLE = np.array([205.0, 68.1])


# Called once, when the server starts.
def init():
    global model
    model_path = os.path.join(os.getenv("AZUREML_MODEL_DIR"), "sklearn_regression_model.pkl")
    model = joblib.load(model_path)


# Called for each request: a prediction for each row of data.
@input_schema("data", NumpyParameterType(INPUT_SAMPLE))
@output_schema(NumpyParameterType(OUTPUT_SAMPLE))
def run(data):
    prediction = model.predict(data)
    return prediction.tolist()
