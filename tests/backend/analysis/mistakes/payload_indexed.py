# expect: AML108
# request: {"data": [1]}
import numpy as np


def init():
    global model
    model = np.mean


def run(data):
    features = np.array(data["data"])
    return float(model(features))
