# request: [3]
import json


class Predictor(object):
    _instance = None

    def __init__(self):
        self.model = None

    def init(self):
        self.model = lambda values: [v + 1 for v in values]

    def run(self, data):
        return self.model(data)

    @classmethod
    def get(cls):
        if cls._instance is None:
            cls._instance = cls()
        return cls._instance


def init():
    Predictor.get().init()


def run(raw_data):
    return Predictor.get().run(json.loads(raw_data))
