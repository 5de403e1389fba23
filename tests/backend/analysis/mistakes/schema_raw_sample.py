# expect: AML204
# request: {"data": [1]}
import pandas as pd
from inference_schema.schema_decorators import input_schema

sample = pd.DataFrame({"a": [1.5]})


def init():
    pass


@input_schema("data", sample)
def run(data):
    return len(data)
