# expect: AML109
# request: [1]
import json

global model


def init():
    model = sum


def run(raw_data):
    return model(json.loads(raw_data))
