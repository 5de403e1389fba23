import json


def init():
    pass


def run(raw_data):
    return {"n": len(json.loads(raw_data)["data"])}
