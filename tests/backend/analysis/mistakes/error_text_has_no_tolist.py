# expect: AML110
import json

import numpy as np


def init():
    pass


def run(raw_data):
    try:
        data = np.array(json.loads(raw_data)["data"])
        result = np.sqrt(data)
    except Exception as e:
        result = str(e)
    return json.dumps({"result": result.tolist()})
