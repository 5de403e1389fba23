# expect: AML101
# name: score.py
import json
import os

model_dir = os.getenv("AZUREML_MODEL_DIR")


def run(raw_data):
    return {"folder": model_dir, "data": json.loads(raw_data)}
