"""Score images: run() gets the HTTP request itself and reads the file that was sent."""

import struct

from azureml_inference_server_http.api.aml_request import AMLRequest, rawhttp
from azureml_inference_server_http.api.aml_response import AMLResponse

PNG = b"\x89PNG\r\n\x1a\n"


# Called once, when the server starts: load the model here.
def init():
    global labels
    # model = torch.load(os.path.join(os.getenv("AZUREML_MODEL_DIR"), "model.pt"))
    labels = ["portrait", "landscape"]


# Called for each request. @rawhttp hands it over as it came: request.method, request.headers,
# request.args (the query), request.get_data() (the body), request.files (a form's uploads).
@rawhttp
def run(request: AMLRequest):
    data = request.get_data()
    if not data.startswith(PNG):
        return AMLResponse({"error": "Send a PNG file as the body."}, 400, json_str=True)
    # With Pillow: image = Image.open(io.BytesIO(data))
    width, height = struct.unpack(">II", data[16:24])
    answer = {"width": width, "height": height, "label": labels[width >= height]}
    return AMLResponse(answer, 200, json_str=True)
