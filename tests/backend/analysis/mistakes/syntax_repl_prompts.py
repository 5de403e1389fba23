# expect: AML100
# name: score.py
>>> import json
>>> def init():
...     pass

def run(data):
    return json.loads(data)
