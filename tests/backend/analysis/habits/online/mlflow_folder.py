# not run: needs mlflow
import json
import logging
import os

import mlflow
import pandas as pd
from mlflow.pyfunc.scoring_server import predictions_to_json
from io import StringIO


def init():
    global model, input_schema
    # "model" is the path of the mlflow artifacts when the model was registered.
    model_path = os.path.join(os.getenv("AZUREML_MODEL_DIR"), "model")
    model = mlflow.pyfunc.load_model(model_path)
    input_schema = model.metadata.get_input_schema()


def run(raw_data):
    json_data = json.loads(raw_data)
    if "input_data" not in json_data.keys():
        raise Exception("Request must contain a top level key named 'input_data'")
    frame = pd.DataFrame(json_data["input_data"])
    predictions = model.predict(frame)
    result = StringIO()
    predictions_to_json(predictions, result)
    return result.getvalue()
