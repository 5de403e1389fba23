# expect: AML100
import json


def init():
    pass


def run(data):
    try:
        values = json.loads(data)
        if values
            return values
    except Exception as e:
        return str(e)
