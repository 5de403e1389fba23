# request: {"a": 1}
import json

try:
    from azureml_inference_server_http.api.aml_request import rawhttp
    from azureml_inference_server_http.api.aml_response import AMLResponse
except ImportError:
    from azureml.contrib.services.aml_request import rawhttp
    from azureml.contrib.services.aml_response import AMLResponse


def init():
    pass


@rawhttp
def run(raw_data):
    data = json.loads(raw_data.data)
    return AMLResponse(json.dumps(data), 200)
