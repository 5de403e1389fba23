# expect: AML107
# request: [{"a": 1}]
import json

import pandas as pd


def init():
    pass


def run(raw_data):
    df = pd.DataFrame(json.loads(raw_data))
    df["b"] = df["a"] * 2
    return df
