# expect: AML107
# request: {"data": [1]}
import json

import numpy as np


def init():
    pass


def run(raw_data):
    scores = np.array(json.loads(raw_data)["data"])
    return {"class": np.argmax(scores)}
