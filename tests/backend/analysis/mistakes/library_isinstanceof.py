# expect: AML116
# request: [{"a": 1}]
import json


def init():
    pass


def run(raw_data):
    data = json.loads(raw_data)
    return data if isinstanceof(data, list) else [data]
