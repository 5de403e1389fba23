# expect: AML108
# swallowed: answers 200 with the error's text
import json


def init():
    pass


def run(raw_data):
    try:
        text = raw_data["text"]
        return {"length": len(text)}
    except Exception as e:
        return {"error": str(e)}
