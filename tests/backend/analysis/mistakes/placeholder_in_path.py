# expect: AML112
import os


def init():
    global path
    path = os.path.join(os.getenv("AZUREML_MODEL_DIR", "."), "PLACE_HOLDER")


def run(raw_data):
    return path
