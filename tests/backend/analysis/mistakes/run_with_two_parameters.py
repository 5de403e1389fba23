# expect: AML115
# request: {"a": 1}
import json


def init():
    pass


def run(raw_data, context):
    return json.loads(raw_data)
