# expect: AML112
from azureml.core.model import Model


def init():
    global path
    path = Model.get_model_path("<MODEL_NAME>")


def run(raw_data):
    return path
