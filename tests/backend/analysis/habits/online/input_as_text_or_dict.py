# request: {"data": "{\"x\": 1}"}
import ast
import json


def init():
    pass


def run(input_data):
    data = json.loads(input_data) if isinstance(input_data, (str, bytes)) else input_data
    inner = data['data']
    if type(inner) is str:
        inner = ast.literal_eval(inner)
    return inner['x']
