# expect: AML109
# request: [1]
import json

model = None
vectorizer = None


def init():
    global model
    model = sum
    vectorizer = list


def run(raw_data):
    return model(vectorizer(json.loads(raw_data)))
