# expect: AML100
Here is the scoring script for your deployment:

import json

def init():
    pass

def run(data):
    return json.loads(data)
