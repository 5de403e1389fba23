# expect: AML109
# request: [1]
import json

requests_so_far = 0


def init():
    pass


def run(raw_data):
    requests_so_far += 1
    return {"n": requests_so_far, "data": json.loads(raw_data)}
