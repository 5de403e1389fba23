# expect: AML403
# request: {"a": 1}
import json

from azureml.contrib.services.aml_request import AMLRequest, rawhttp
from azureml.contrib.services.aml_response import AMLResponse


def init():
    pass


@rawhttp
def run(raw_data):
    data = json.loads(raw_data)
    return AMLResponse(json.dumps(data), 200)
