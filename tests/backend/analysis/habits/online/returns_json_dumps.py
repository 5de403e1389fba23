# request: {"data": [1, 2]}
import json


def init():
    pass


def run(raw_data):
    data = json.loads(raw_data)["data"]
    return json.dumps({"result": data})
