# request: [3]
import json


def init():
    global seen
    seen = []


def run(raw_data):
    seen.append(json.loads(raw_data))
