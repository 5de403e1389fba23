"""Score with several models: all lie below one model folder, and the request names one."""

import json
import os


# Called once, when the server starts: load all models here, so that no request has to wait.
def init():
    global models
    # The folder of the registered model in Azure; on this machine the folder model/ beside this
    # file. Here each model has a folder of its own in it.
    folder = os.getenv("AZUREML_MODEL_DIR")
    models = {
        "price": load(os.path.join(folder, "price", "model.json")),
        "risk": load(os.path.join(folder, "risk", "model.json")),
    }


def load(path):
    with open(path) as file:
        return json.load(file)


# Called for each request, such as {"model": "risk", "data": [[1.0, 2.0]]}.
def run(raw_data):
    request = json.loads(raw_data)
    model = models[request.get("model", "price")]
    return {"predictions": [predict(model, row) for row in request["data"]]}


def predict(model, row):
    return model["intercept"] + sum(w * value for w, value in zip(model["weights"], row))
