# expect: AML116
import json
import pickle


def init():
    global model
    with open(os.path.join(os.environ["AZUREML_MODEL_DIR"], "model.pkl"), "rb") as f:
        model = pickle.load(f)


def run(raw_data):
    return model.predict(json.loads(raw_data)["data"]).tolist()
