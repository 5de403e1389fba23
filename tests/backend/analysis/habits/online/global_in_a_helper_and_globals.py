# request: [1]
import json


def _load():
    global model
    model = sum


def init():
    _load()
    globals()["scale"] = 2


def run(raw_data):
    return model(json.loads(raw_data)) * globals()["scale"]
