# expect: AML106
# request: {"prompt": "a b"}
import json


def init():
    pass


def run(raw_data):
    prompt = json.loads(raw_data)["prompt"]
    for word in prompt.split():
        yield word
