# expect: AML116
# request: {"data": [1]}
import json


def init():
    pass


def run(raw_data):
    data = np.array(json.loads(raw_data)["data"])
    return data.tolist()
