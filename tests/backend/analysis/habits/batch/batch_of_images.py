import glob
import os
from os.path import basename

import numpy as np
from PIL import Image


def init():
    global session
    found = glob.glob(os.environ["AZUREML_MODEL_DIR"] + "/**/*.onnx", recursive=True)
    session = found[0]


def run(batch):
    out = []
    for path in batch:
        pixels = np.asarray(Image.open(path))
        out.append([basename(path), float(pixels.mean())])
    return out
