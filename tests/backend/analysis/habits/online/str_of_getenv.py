# files: model/model.bin
# request: 1
import os


def init():
    global model
    p = str(os.getenv("AZUREML_MODEL_DIR")) + "/" + "model.bin"
    model = open(p, "rb").read()


def run(raw):
    return len(model)
