"""Stream an answer: clients get each part at once, as from a language model."""

import json

from azureml_inference_server_http.api.aml_request import AMLRequest, rawhttp
from azureml_inference_server_http.api.aml_response import AMLResponse


# Called once, when the server starts: load the model here.
def init():
    global model
    # model = AutoModelForCausalLM.from_pretrained(os.getenv("AZUREML_MODEL_DIR"))
    model = str.split


# Yields one part after the other, in the format of server-sent events.
def events(prompt, limit):
    for word in model(prompt)[:limit]:
        yield f"data: {json.dumps({'token': word})}\n\n"
    yield "data: [DONE]\n\n"


# Called for each request. A generator is streamed only inside an AMLResponse.
@rawhttp
def run(request: AMLRequest):
    body = request.get_json()
    stream = events(body["prompt"], body.get("limit", 50))
    return AMLResponse(stream, 200, {"Content-Type": "text/event-stream"})
