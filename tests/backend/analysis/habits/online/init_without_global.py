# request: [3]
import json
import os

labels = ["a", "b"]
os.environ.setdefault("TOKENIZERS_PARALLELISM", "false")


def init():
    print("init called")
    seed = 42
    print(seed)


def run(raw_data):
    return [labels[each % 2] for each in json.loads(raw_data)]
