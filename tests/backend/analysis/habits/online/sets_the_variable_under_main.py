# files: model/m.bin
# request: [1]
import json
import os

model = None


def init():
    global model
    model = open(os.path.join(os.getenv("AZUREML_MODEL_DIR"), "m.bin"), "rb").read()


def run(raw_data):
    return json.loads(raw_data)


if __name__ == "__main__":
    os.environ["AZUREML_MODEL_DIR"] = "./model"
    init()
    print(run(json.dumps({"data": [1]})))
