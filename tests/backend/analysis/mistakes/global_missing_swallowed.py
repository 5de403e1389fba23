# expect: AML109
# swallowed: answers 200 with the error's text
import json
import os


def init():
    session = {"folder": os.getcwd()}
    labels = ["a", "b"]


def run(raw_data):
    try:
        return [session["folder"], labels[json.loads(raw_data)]]
    except Exception as e:
        return str(e)
