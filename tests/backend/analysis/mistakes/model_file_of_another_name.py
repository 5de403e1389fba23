# expect: AML301
# files: model/model.joblib
# request: 1
import os


def init():
    global model
    with open(os.path.join(os.environ["AZUREML_MODEL_DIR"], "model.pkl"), "rb") as f:
        model = f.read()


def run(raw_data):
    return len(model)
