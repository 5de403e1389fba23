# expect: AML100
import os, json, pickle


def init():
    global model
    # model_path = Model.get_model_path('churn')
    model_path = os.path.join(os.getenv('AZUREML_MODEL_DIR'), 'churn.pkl'))
    model = pickle.load(open(model_path, 'rb'))


def run(raw_data):
    return model.predict(json.loads(raw_data)['data']).tolist()
