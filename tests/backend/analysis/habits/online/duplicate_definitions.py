# request: [1]
import json


def init():
    raise NotImplementedError


def run(raw_data):
    raise NotImplementedError


def init():
    global model
    model = sum


def run(raw_data):
    return model(json.loads(raw_data))
