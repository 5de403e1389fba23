# request: {"a": 1}
import json


def init():
    pass


def run(raw_data, request_headers):
    print(dict(request_headers))
    return {"data": json.loads(raw_data), "id": request_headers.get("x-ms-client-request-id")}
