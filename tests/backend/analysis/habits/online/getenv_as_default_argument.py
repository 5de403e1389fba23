# files: model/m.txt
# request: 1
import os


def init(model_dir=os.getenv("AZUREML_MODEL_DIR"), name="m.txt"):
    global text
    text = open(os.path.join(model_dir, name)).read()


def run(data):
    return text
