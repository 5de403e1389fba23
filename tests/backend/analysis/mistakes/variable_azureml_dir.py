# expect: AML304
import os
from pathlib import Path

MODEL_DIR = Path(os.environ.get("AZURML_MODEL_DIR"))


def init():
    global model
    model = (MODEL_DIR / "model.txt").read_text()


def run(raw_data):
    return model
