# expect: AML107
# request: {"data": [1]}
import json

import numpy as np


def init():
    pass


def run(raw_data):
    data = np.asarray(json.loads(raw_data)["data"])
    return json.dumps({"result": data})
