# files: model/a/b/c/d/last.bin, model/a/two.bin, model/one.bin
# request: [1]
import json
import os


def init():
  global blobs
  root = os.getenv('AZUREML_MODEL_DIR')
  paths = [
    os.path.join(root, 'one.bin'),
    os.path.join(root, 'a', 'two.bin'),
    os.path.join(root, 'a', 'b', 'c', 'd', 'last.bin'),
  ]
  blobs = [open(p, 'rb').read() for p in paths]


def run(raw_data):
  return [len(b) for b in blobs] + json.loads(raw_data)
