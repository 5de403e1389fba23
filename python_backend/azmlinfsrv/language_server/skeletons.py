"""Whole entry scripts, for a file with nothing in it."""

from __future__ import annotations

import re

from lsprotocol import types

from azmlinfsrv.language_server.suggestions import Cursor, Suggestion, Suggestions

_NO_ENTRY_SCRIPTS = re.compile(r"__\w+__\.py|conftest\.py|setup\.py|test_.*|.*_test\.py")
# Whatever someone types who looks for one of these.
_FILTER = "azureml azmlinfsrv entry script score init run def {} "

_PLAIN = '''\
import json
import os

import joblib

model = None


def init():
    """Load the model: called once, before the first request."""
    global model
    model = joblib.load(os.path.join(os.environ["AZUREML_MODEL_DIR"], "${1:model.pkl}"))


def run(raw_data):
    """Answer one request, whose body is given as text."""
    data = json.loads(raw_data)["${2:data}"]
    return {"result": model.predict(data).tolist()}
'''

_SCHEMA = '''\
import os

import joblib
import numpy as np
from inference_schema.parameter_types.numpy_parameter_type import NumpyParameterType
from inference_schema.schema_decorators import input_schema, output_schema

model = None


def init():
    """Load the model: called once, before the first request."""
    global model
    model = joblib.load(os.path.join(os.environ["AZUREML_MODEL_DIR"], "${1:model.pkl}"))


@input_schema("data", NumpyParameterType(np.array([[${2:0.1, 0.2}]])))
@output_schema(NumpyParameterType(np.array([0.5])))
def run(data):
    """Answer one request, whose values are given as an array."""
    return model.predict(data).tolist()
'''

_RAW = '''\
from azureml.contrib.services.aml_request import AMLRequest, rawhttp
from azureml.contrib.services.aml_response import AMLResponse


def init():
    """Prepare whatever the requests need: called once."""


@rawhttp
def run(request: AMLRequest):
    """Answer one HTTP request of any kind."""
    if request.method != "POST":
        return AMLResponse("${1:POST a body}", 405)
    body = request.get_data()
    return AMLResponse({"length": len(body)}, 200, json_str=True)
'''

_SKELETONS = (
    ("Azure ML entry script", "init() and run()", _PLAIN, "plain"),
    ("Azure ML entry script with schema", "@input_schema and @output_schema", _SCHEMA, "schema"),
    ("Azure ML entry script with raw HTTP", "@rawhttp", _RAW, "rawhttp"),
)
_PLACE = re.compile(r"\$\{\d:([^}]*)\}")


def complete_skeleton(cursor: Cursor) -> Suggestions | None:
    """Return the skeletons, if the file's name is one that an entry script may have."""
    if _NO_ENTRY_SCRIPTS.fullmatch(cursor.script.path.name):
        return None
    return Suggestions(
        tuple(
            Suggestion(
                label=label,
                kind=types.CompletionItemKind.Snippet,
                range=cursor.word,
                text=without_places(skeleton),
                snippet=skeleton,
                detail=detail,
                documentation=without_places(skeleton),
                sort_text=f"{number:02}",
                filter_text=_FILTER.format(word) + label,
            )
            for number, (label, detail, skeleton, word) in enumerate(_SKELETONS)
        )
    )


def without_places(snippet: str) -> str:
    """Return the text of a snippet as it would be with nothing filled in."""
    return _PLACE.sub(r"\1", snippet)
