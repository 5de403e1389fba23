# expect: AML110
import json


def init():
    pass


def run(raw_data):
    try:
        return {"data": json.loads(raw_data)["data"]}
    except Exception as ex:
        return ex
