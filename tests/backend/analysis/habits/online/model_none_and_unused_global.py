# request: [3]
import json

model = None
scaler = None


def init():
    global model, scaler, never_used
    global device
    model = max
    scaler = min


def run(raw_data):
    data = json.loads(raw_data)
    return [model(data), scaler(data)]
