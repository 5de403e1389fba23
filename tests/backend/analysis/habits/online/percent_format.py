# files: model/net.bin
# request: 1
import os


def init():
    global net
    with open("%s/net.bin" % os.environ["AZUREML_MODEL_DIR"], "rb") as f:
        net = f.read()


def run(data):
    return len(net)
