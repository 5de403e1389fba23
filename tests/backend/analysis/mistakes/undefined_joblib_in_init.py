# expect: AML116
import json
import os

import numpy as np


def init():
    global model
    model = joblib.load(os.path.join(os.getenv("AZUREML_MODEL_DIR", "."), "reg.joblib"))


def run(raw_data):
    return model.predict(np.array(json.loads(raw_data)["data"])).tolist()
