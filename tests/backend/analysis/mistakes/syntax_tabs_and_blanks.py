# expect: AML100
import json

def init():
    global n
	n = 1

def run(data):
    return json.loads(data)
