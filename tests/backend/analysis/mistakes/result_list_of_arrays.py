# expect: AML107
# request: {"data": [1]}
import json

import numpy as np


def init():
    pass


def run(raw_data):
    rows = json.loads(raw_data)["data"]
    return [np.array(row) for row in rows]
