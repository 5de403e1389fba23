# expect: AML101
import json
import os


def init():
    global folder
    folder = os.getenv("AZUREML_MODEL_DIR")


def Run(raw_data):
    return json.loads(raw_data)
