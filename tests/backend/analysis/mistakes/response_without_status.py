# expect: AML404
# request: {"data": [1]}
import json
from azureml.contrib.services.aml_response import AMLResponse


def init():
    pass


def run(data):
    return AMLResponse(json.dumps({"ok": True}))
