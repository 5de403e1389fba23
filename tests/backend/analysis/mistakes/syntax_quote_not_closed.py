# expect: AML100
import json
import os


def init():
    global path
    path = os.path.join(os.getenv("AZUREML_MODEL_DIR", "."), "model.pkl)


def run(data):
    return json.loads(data)
