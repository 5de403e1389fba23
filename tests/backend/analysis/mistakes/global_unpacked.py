# expect: AML109
# request: ["x"]
import json


def load():
    return str.lower, {"x": 1}


def init():
    tokenizer, table = load()


def run(raw_data):
    return [table[tokenizer(each)] for each in json.loads(raw_data)]
