# expect: AML109
# request: [1]
import json


def init():
    weights = [1, 2]


def predict(values):
    return [w * v for w, v in zip(weights, values)]


def run(raw_data):
    return predict(json.loads(raw_data))
