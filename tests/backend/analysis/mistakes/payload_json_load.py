# expect: AML108
# request: {"question": "x"}
import json


def init():
    pass


def run(raw_data):
    data = json.load(raw_data)
    return data["question"]
