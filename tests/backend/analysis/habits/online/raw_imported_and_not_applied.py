# request: {"a": 1}
import json
from azureml.contrib.services.aml_request import AMLRequest, rawhttp
from azureml.contrib.services.aml_response import AMLResponse

#@rawhttp
def init():
    pass

def run(request):
    request = json.loads(request)
    return {"a": request["a"]}
