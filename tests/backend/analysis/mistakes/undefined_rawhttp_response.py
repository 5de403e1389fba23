# expect: AML116
from azureml.contrib.services.aml_request import rawhttp


def init():
    pass


@rawhttp
def run(request):
    if request.method == "POST":
        return AMLResponse(request.get_data(), 200)
    return "use POST"
