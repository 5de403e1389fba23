# Batch deployments call run() with paths.
import os

import pandas as pd


def init():
    global model
    model = len


def run(mini_batch):
    print(f"run method start: {__file__}, run({mini_batch})")
    results = []
    for raw_data in mini_batch:
        results.append(f"{os.path.basename(raw_data)}: {model(raw_data)}")
    return results
