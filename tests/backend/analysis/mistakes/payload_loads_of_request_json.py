# expect: AML403
# request: {"a": 1}
import json

from azureml.contrib.services.aml_request import rawhttp


def init():
    pass


@rawhttp
def run(request):
    body = json.loads(request.json)
    return body["a"]
