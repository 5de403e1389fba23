# not run: needs tensorflow
import base64
import io
import json
import os

import numpy as np
import tensorflow as tf
from PIL import Image
from tensorflow.keras.models import load_model

CLASSES = ('cat', 'dog')


def init():
    global model
    model_root = os.getenv('AZUREML_MODEL_DIR')
    model = load_model(os.path.join(model_root, 'model'))


def run(raw_data):
    image = np.array(json.loads(raw_data)['data'], dtype=np.float32) / 255.
    out = model.predict(image[np.newaxis, ...])
    y_hat = np.argmax(out, axis=1)
    return {CLASSES[index]: float(p) for index, p in enumerate(out[0])}, y_hat.tolist()
