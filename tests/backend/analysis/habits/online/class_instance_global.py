# request: [3]
import json

predictor = None


class Net:
    def __call__(self, x):
        return [each / 2 for each in x]


def init():
    global predictor
    predictor = Net()
    return predictor


def run(raw_data):
    if predictor is None:
        init()
    return {"result": predictor(json.loads(raw_data))}
