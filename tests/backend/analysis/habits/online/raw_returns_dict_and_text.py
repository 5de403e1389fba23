# request: {"a": 1}
from azureml.contrib.services.aml_request import rawhttp


def init():
    pass


@rawhttp
def run(request):
    if request.method == "GET":
        return "ready"
    file = request.files.get("image")
    if file is not None:
        return {"name": file.filename}
    return {"length": len(request.get_data())}
