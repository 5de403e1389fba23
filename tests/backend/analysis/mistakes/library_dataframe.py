# expect: AML502
# request: [{"a": 1}]
import json

import pandas as pd


def init():
    pass


def run(raw_data):
    df = pd.Dataframe.from_records(json.loads(raw_data))
    return df.to_dict(orient="records")
