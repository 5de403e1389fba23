# request: 1
import os
from os import getenv, path


def init():
    global where
    where = path.join(getenv('AZUREML_MODEL_DIR', '.'), os.environ.get('MODEL_FILE', 'model.pt'))


def run(data):
    return where
