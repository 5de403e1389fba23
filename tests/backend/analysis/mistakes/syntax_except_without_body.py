# expect: AML100
import json


def init():
    pass


def run(data):
    try:
        return json.loads(data)
    except Exception as e:
