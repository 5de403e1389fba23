# expect: AML303
# files: model/net.txt
# request: 1
import os


def init():
    global net
    net = open(os.path.join(os.getenv("AZUREML_MODEL_DIR"), "/net.txt")).read()


def run(raw_data):
    return net
