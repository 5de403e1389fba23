# expect: AML105
# request: {"a": 1}
import json


def init(context):
    global model
    model = len


def run(raw_data):
    return model(json.loads(raw_data))
