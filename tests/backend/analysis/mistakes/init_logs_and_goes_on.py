# expect: AML111
import logging
import os

import joblib


def init():
    global model
    logging.info("loading")
    try:
        model = joblib.load(os.path.join(os.environ["AZUREML_MODEL_DIR"], "m.joblib"))
        logging.info("model loaded")
    except Exception as exc:
        logging.error(f"Error loading model: {exc}")


def run(raw_data):
    return model.predict(raw_data).tolist()
