# expect: AML303
# files: model/net.txt
# request: 1
import os


def init():
    global net
    path = os.getenv("AZUREML_MODEL_DIR") + "net.txt"
    net = open(path).read()


def run(raw_data):
    return net
