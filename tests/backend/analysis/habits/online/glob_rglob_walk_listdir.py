# files: model/sub/net.onnx
# request: 1
import glob
import os
from pathlib import Path


def init():
    global found
    root = os.getenv("AZUREML_MODEL_DIR")
    found = [
        glob.glob(os.path.join(root, "**", "*.onnx"), recursive=True)[0],
        next(Path(root).rglob("*.onnx")),
        next(Path(root).glob("**/*.onnx")),
        os.path.join(root, os.listdir(root)[0], "net.onnx"),
    ]
    for folder, _, names in os.walk(root):
        for name in names:
            if name.endswith(".onnx"):
                found.append(os.path.join(folder, name))
    for each in found:
        open(each, "rb").close()


def run(data):
    return [os.path.basename(str(each)) for each in found]
