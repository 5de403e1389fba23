# files: model/predictor_code.py
# request: 1
import os
import sys

sys.path.append(os.getenv("AZUREML_MODEL_DIR"))
import predictor_code  # noqa: E402


def load_model(folder):
    return sorted(os.listdir(folder))


def init():
    global model
    model = load_model(os.getenv("AZUREML_MODEL_DIR"))


def run(data):
    return [name for name in model if name.endswith(".py")] + [predictor_code.__name__]
