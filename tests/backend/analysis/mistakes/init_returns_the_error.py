# expect: AML111
import os
import pickle


def init():
    global model
    try:
        path = os.path.join(os.getenv("AZUREML_MODEL_DIR"), "model.pkl")
        model = pickle.load(open(path, "rb"))
    except Exception as e:
        return str(e)


def run(raw_data):
    return model.predict(raw_data)
