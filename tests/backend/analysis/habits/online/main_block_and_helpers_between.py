# request: {"data": [[1, 2]]}
# -*- coding: utf-8 -*-
"""Bewertet Anfragen – schön der Reihe nach 😋."""
import json
import os


def init():
    global model
    model = load(os.getenv("MODEL_NAME", "sum"))


def load(name):
    return {"sum": sum, "max": max}[name]


sample_input = {"data": [[1, 2], [3, 4]]}


def preprocess(rows):
    return [[float(value) for value in row] for row in rows]


def run(raw_data):
    rows = preprocess(json.loads(raw_data)["data"])
    return {"result": [model(row) for row in rows]}


if __name__ == '__main__':
    init()
    print(run(json.dumps(sample_input)))
    import sys
    sys.exit(0)
