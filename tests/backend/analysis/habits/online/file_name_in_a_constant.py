# files: model/weights.h5
# request: [1]
import json
import os
import logging

MODEL_FILE_NAME = "weights.h5"


def init():
    global model
    file_name = MODEL_FILE_NAME
    model_path = os.path.join(os.getenv("AZUREML_MODEL_DIR"), file_name)
    with open(model_path, "rb") as f:
        model = f.read()
    logging.info("Init complete")


def run(raw_data):
    logging.info("Request received")
    data = json.loads(raw_data)
    return {"n": len(model), "data": data}
