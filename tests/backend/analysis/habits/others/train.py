import argparse
import os

from azureml.core import Run

run = Run.get_context()
ws = run.experiment.workspace


def init():
    return argparse.ArgumentParser()


if __name__ == "__main__":
    args = init().parse_args()
    run.log("accuracy", 0.9)
    os.makedirs("outputs", exist_ok=True)
