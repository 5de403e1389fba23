"""Says of each review whether it is a good one: an entry script for a batch endpoint."""

import json
import os


def init():
    global weights
    path = os.path.join(os.environ["AZUREML_MODEL_DIR"], "words.json")
    with open(path, encoding="utf-8") as file:
        weights = json.load(file)


def run(mini_batch):
    results = []
    for path in mini_batch:
        with open(path, encoding="utf-8") as file:
            words = file.read().lower().split()
        score = sum(weights.get(word.strip(".,!?"), 0) for word in words)
        results.append(f"{os.path.basename(path)} {'good' if score > 0 else 'bad'} {score}")
    return results
