# expect: AML304
import os


def init():
    global model
    model = open(os.path.join(os.getenv("AZURE_MODEL_DIR"), "model.txt")).read()


def run(raw_data):
    return model
