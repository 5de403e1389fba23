# request: 1
import os


def init():
    global where
    if 'AZUREML_MODEL_DIR' in os.environ:
        where = os.path.join(os.environ['AZUREML_MODEL_DIR'], 'model.pkl')
        with open(where, 'rb') as f:
            f.read()
    else:
        where = './model/model.pkl'


def run(data):
    return where
