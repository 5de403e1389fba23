# expect: AML301
# files: model/net.txt
# request: 1
import os

MODEL_NAME = "net.txt"


def init():
    global net
    net = open(os.path.join(os.getenv("AZUREML_MODEL_DIR"), "outputs", MODEL_NAME)).read()


def run(raw_data):
    return net
