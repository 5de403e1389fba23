# request: [{"a": 1.5}]
import io

import pandas as pd


def init():
    pass


def run(raw_data):
    frame = pd.read_json(io.StringIO(raw_data), orient="records")
    frame["b"] = frame["a"] * 2
    return frame.to_json(orient="records")
