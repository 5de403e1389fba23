# request: {"a": "x"}
import json

from azureml.contrib.services.aml_response import AMLResponse


def init():
    pass


def run(raw_data):
    try:
        return AMLResponse(json.loads(raw_data)["a"], 200)
    except KeyError as e:
        return AMLResponse({"error": str(e)}, status_code=400, json_str=True)
