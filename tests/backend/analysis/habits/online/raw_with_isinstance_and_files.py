# not run: needs pillow
import io
import json

from azureml.contrib.services.aml_request import AMLRequest, rawhttp
from azureml.contrib.services.aml_response import AMLResponse
from PIL import Image


def init():
    global size
    size = (224, 224)


@rawhttp
def run(request: AMLRequest):
    """Takes an image as it is."""
    if request.method != "POST":
        return AMLResponse("bad request, use POST", 405)
    image = Image.open(io.BytesIO(request.get_data(False)))
    stream = io.BytesIO()
    image.resize(size).save(stream, format="PNG")
    resp = AMLResponse(stream.getvalue(), 200)
    resp.mimetype = "image/png"
    resp.headers["Access-Control-Allow-Origin"] = "*"
    return resp
