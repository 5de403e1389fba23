# not run: needs scikit-learn and joblib
import json
import os
import pickle

import joblib
import numpy as np
from sklearn.linear_model import Ridge


def init():
    global model, scaler
    model_path = os.path.join(os.getenv('AZUREML_MODEL_DIR'), 'ridge.pkl')
    model = joblib.load(model_path)
    with open(os.path.join(os.getenv('AZUREML_MODEL_DIR'), 'scaler.pkl'), 'rb') as handle:
        scaler = pickle.load(handle)
    assert isinstance(model, Ridge)


def run(raw_data):
    try:
        data = np.array(json.loads(raw_data)['data'])
        result = model.predict(scaler.transform(data))
        # you can return any data type as long as it is JSON-serializable
        return result.tolist()
    except Exception as e:
        error = str(e)
        return error
