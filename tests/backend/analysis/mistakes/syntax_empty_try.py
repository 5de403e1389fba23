# expect: AML100
import json


def init():
    try:
        #model = joblib.load(model_path)
    except Exception as e:
        print(e)


def run(raw_data):
    return json.loads(raw_data)
