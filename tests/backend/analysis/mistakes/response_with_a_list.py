# expect: AML404
from azureml.contrib.services.aml_response import AMLResponse


def init():
    pass


def run(data):
    return AMLResponse([{"label": "cat"}], 200)
