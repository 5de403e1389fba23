# request: {"a": 1}
import json
import threading
from functools import lru_cache

lock = threading.Lock()
models = {}


@lru_cache(maxsize=None)
def get_model(name):
    return name.upper()


def init():
    with lock:
        models["default"] = get_model("default")


def run(raw_data):
    name = json.loads(raw_data).get("model", "default")
    if name not in models:
        models[name] = get_model(name)
    return models[name]
