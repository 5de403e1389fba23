# expect: AML105
# name: score.py
# request: {"a": 1}
import json


def init(context):
    global model
    model = len


def run(raw_data):
    return model(json.loads(raw_data))
