# expect: AML116
# request: {"data": [1]}
import json


def init():
    global model
    model = sum


def run(raw_data):
    input_data = json.loads(raw_data)["data"]
    prediction = model(inputdata)
    return {"prediction": prediction}
