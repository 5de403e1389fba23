# expect: AML112
import os


def init():
    global path
    path = os.path.join(os.getenv("AZUREML_MODEL_DIR", "."), ...)


def run(raw_data):
    return path
