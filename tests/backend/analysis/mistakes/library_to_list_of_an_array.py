# expect: AML502
# request: [1.5]
import json

import numpy as np


def init():
    pass


def run(raw_data):
    predictions = np.array(json.loads(raw_data))
    return {"predictions": predictions.to_list()}
