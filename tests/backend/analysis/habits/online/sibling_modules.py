# files: utils.py, lib/__init__.py, lib/text.py
# request: [3]
import json
import os
import sys

sys.path.insert(0, os.path.dirname(__file__))
import utils
from lib import text


def init():
    print(utils.__name__, text.__name__)


def run(raw_data):
    return json.loads(raw_data)
