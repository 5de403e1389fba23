# expect: AML110
import json


def init():
    pass


def run(raw_data):
    try:
        return json.loads(raw_data)["data"]
    except Exception as e:
        return {"error": "Scoring failed: " + e}
