# expect: AML102
# request: {"a": 1}
import json


def init():
    pass


def run(raw_data, **kwargs):
    return {"data": json.loads(raw_data), "more": kwargs}
