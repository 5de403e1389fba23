# expect: AML101
# name: score.py
import json
import os


def init():
    global folder
    folder = os.getenv("AZUREML_MODEL_DIR")


def predict(raw_data):
    return json.loads(raw_data)
