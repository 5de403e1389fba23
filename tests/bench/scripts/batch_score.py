"""A model that costs processor time and nothing else: about 2 ms a file."""

from pathlib import Path


def init():
    pass


def run(mini_batch):
    return [f"{Path(name).name} {score(int(Path(name).read_text()))}" for name in mini_batch]


def score(seed):
    value = seed
    for _ in range(ROUNDS):
        value = (value * 1103515245 + 12345) % 2147483648
    return value


ROUNDS = 10_000
