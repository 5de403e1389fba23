# request: [3]
import json


def init():
    pass


def run(raw_data, top_k=3, verbose=False):
    if verbose:
        print(raw_data)
    return sorted(json.loads(raw_data))[:top_k]
