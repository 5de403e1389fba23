# request: {"a": 1}
# AZUREML_MODEL_DIR is not needed here.
import json


def init():
    pass


def run(data):
    return {"echo": json.loads(data)}
