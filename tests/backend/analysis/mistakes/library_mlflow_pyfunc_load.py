# expect: AML502
import json
import os

import mlflow.pyfunc


def init():
    global model
    model = mlflow.pyfunc.load(os.path.join(os.environ["AZUREML_MODEL_DIR"], "model"))


def run(raw_data):
    return model.predict(json.loads(raw_data)["data"])
