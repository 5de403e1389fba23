# expect: AML100
%%writefile score.py
import json

def init():
    pass

def run(raw_data):
    return json.loads(raw_data)
