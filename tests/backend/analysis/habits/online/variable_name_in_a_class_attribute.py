# files: model/m.txt
# request: 1
import os

ENV_NAME = "AZUREML_MODEL_DIR"


class Config:
    MODEL_DIR_ENV = "AZUREML_MODEL_DIR"
    FILE = "m.txt"


def init():
    global texts
    texts = [
        open(os.path.join(os.environ[Config.MODEL_DIR_ENV], Config.FILE)).read(),
        open(os.path.join(os.environ.get(ENV_NAME), Config.FILE)).read(),
    ]


def run(data):
    return texts
