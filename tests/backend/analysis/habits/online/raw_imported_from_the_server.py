# request: {"a": 1}
from azureml_inference_server_http.api.aml_request import AMLRequest, rawhttp
from azureml_inference_server_http.api.aml_response import AMLResponse


def init():
    ...


@rawhttp
def run(req: AMLRequest) -> AMLResponse:
    body = req.get_json()
    return AMLResponse({"keys": sorted(body)}, 200, json_str=True)
