# request: {"input": [1]}
import json

input_schema = {"type": "object", "required": ["input"]}
output_schema = {"type": "array"}


def init():
    global inputs
    inputs = 0


def run(input):
    input = json.loads(input)
    inputs = input["input"]
    missing = [key for key in input_schema["required"] if key not in input]
    return {"inputs": inputs, "missing": missing, "out": output_schema["type"]}
