# expect: AML404
# request: {"data": [1]}
from azureml.contrib.services.aml_request import rawhttp
from azureml.contrib.services.aml_response import AMLResponse


def init():
    pass


@rawhttp
def run(request):
    return AMLResponse("ok", 200, headers={"Access-Control-Allow-Origin": "*"})
