import os

import mlflow
import pandas as pd


def init():
    global model
    model = mlflow.pyfunc.load_model(os.path.join(os.environ["AZUREML_MODEL_DIR"], "model"))


def run(input_files):
    return pd.concat([pd.DataFrame({"file": f, "p": model.predict(pd.read_csv(f))}) for f in input_files])
