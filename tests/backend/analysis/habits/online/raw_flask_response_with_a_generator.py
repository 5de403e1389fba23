# request: {"a": 1}
import time

from azureml.contrib.services.aml_request import rawhttp
from flask import Response, stream_with_context


def init():
    pass


@rawhttp
def run(request):
    def events():
        for i in range(3):
            yield f"data: {i}\n\n"

    if request.args.get("stream"):
        return Response(stream_with_context(events()), mimetype="text/event-stream")
    return Response(events(), mimetype="text/event-stream")
