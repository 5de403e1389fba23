"""Score JSON: run() gets the body of the request as text and parses it itself."""

import json
import os


# Called once, when the server starts: load the model here and keep it in a global variable.
def init():
    global model
    # The folder of the registered model in Azure; on this machine the folder model/ beside this
    # file. With scikit-learn: model = joblib.load(os.path.join(..., "model.pkl"))
    path = os.path.join(os.getenv("AZUREML_MODEL_DIR"), "model.json")
    with open(path) as file:
        model = json.load(file)


# Called for each request. What it returns has to be something that JSON can hold: lists,
# dictionaries, numbers, text. Of a NumPy array make a list with .tolist().
def run(raw_data):
    rows = json.loads(raw_data)["data"]
    return {"predictions": [predict(row) for row in rows]}


def predict(row):
    weighted = zip(model["weights"], row)
    return model["intercept"] + sum(weight * value for weight, value in weighted)
