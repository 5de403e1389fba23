# request: [2]
import json
import os

MODEL_DIR = os.getenv("AZUREML_MODEL_DIR", "./outputs")
MODEL_PATH = os.path.join(MODEL_DIR, "model.json")


def init():
    global model
    if os.path.isfile(MODEL_PATH):
        with open(MODEL_PATH) as f:
            model = json.load(f)
    else:
        model = {"bias": 0}


def run(data):
    return [model["bias"] + each for each in json.loads(data)]
