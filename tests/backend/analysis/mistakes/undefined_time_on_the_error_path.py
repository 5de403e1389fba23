# expect: AML116
import json


def init():
    pass


def run(raw_data):
    try:
        return json.loads(raw_data)["data"]
    except Exception:
        return {"error": traceback.format_exc()}
