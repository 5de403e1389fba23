# expect: AML304
import os


def init():
    global model
    model = open(os.environ["AZUREML_MODELDIR"] + "/model.txt").read()


def run(raw_data):
    return model
