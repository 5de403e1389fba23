# expect: AML116
import json


def init():
    global model_path
    model_path = Model.get_model_path("credit")


def run(raw_data):
    return json.loads(raw_data)
