# expect: AML109
# request: [1]
import json


def load_model():
    return sum


def init():
    model = load_model()
    print("model loaded")


def run(raw_data):
    return model(json.loads(raw_data))
