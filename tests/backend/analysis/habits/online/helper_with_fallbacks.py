# files: model/second.bin
# request: 1
import os
import sys


def _model_dir():
    for name in ("AZUREML_MODEL_DIR", "MODEL_DIR", "SM_MODEL_DIR"):
        value = os.getenv(name)
        if value and os.path.isdir(value):
            return value
    return os.path.dirname(os.path.abspath(__file__))


def find_file(*candidates):
    for candidate in candidates:
        path = os.path.join(_model_dir(), candidate)
        if os.path.exists(path):
            return path
    raise FileNotFoundError(candidates)


def init():
    global model
    with open(find_file("first.bin", "second.bin"), "rb") as f:
        model = f.read()
    print("loaded", len(model), file=sys.stderr)


def run(data):
    return len(model)
