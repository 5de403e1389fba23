# request: [1, 2]
import json

model = None


def init():
    global model
    model = None


def run(raw_data):
    global model
    if model is None:
        model = sum
    try:
        data = json.loads(raw_data)
    except json.JSONDecodeError as error:
        return {"error": error.msg, "line": error.lineno}
    return {"result": model(data)}
