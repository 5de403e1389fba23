# request: [1, 2]
import json

from azureml.core.model import Model


def init():
    global model_path
    try:
        model_path = Model.get_model_path('sentiment')
    except Exception:
        model_path = 'outputs/sentiment.pkl'


def run(raw_data):
    try:
        data = json.loads(raw_data)
        return sum(data)
    except Exception as e:
        error = str(e)
        return error
