"""Our own requests of the language server: a sample, and why an answer is as it is."""

from __future__ import annotations

import asyncio
import json
from pathlib import Path
from typing import Any

import pytest
from lsprotocol import types

from .sessions import SECONDS, Session, session, vs_code

pytestmark = pytest.mark.asyncio

SCRIPT = """\
import json

import numpy as np
from inference_schema.parameter_types.numpy_parameter_type import NumpyParameterType
from inference_schema.schema_decorators import input_schema


def init():
    pass


@input_schema("Data", NumpyParameterType(np.array([[1, 2]])))
def run(data):
    return data.tolist()
"""


async def ask(editor: Session, method: str, **params: object) -> Any:
    send: Any = editor.client.protocol.send_request_async
    answer = await asyncio.wait_for(send(f"azmlinfsrv/{method}", params), SECONDS)
    return plain(answer)


def plain(value: Any) -> Any:
    if hasattr(value, "_asdict"):
        return {name: plain(each) for name, each in value._asdict().items()}
    return [plain(each) for each in value] if isinstance(value, list) else value


async def test_a_sample_of_what_is_typed_is_given(tmp_path: Path) -> None:
    async with session(tmp_path, vs_code()) as editor:
        document = {"uri": editor.open(SCRIPT.replace('"Data"', '"data"'))}
        answer = await ask(editor, "sampleRequest", textDocument=document)
        assert json.loads(answer.pop("body")) == {"data": [[1, 2]]}
        assert answer == {
            "method": "POST",
            "contentType": "application/json",
            "query": None,
            "source": "schema",
            "isRaw": False,
        }
        missing = {"uri": editor.uri("missing.py")}
        assert await ask(editor, "sampleRequest", textDocument=missing) is None
        assert await ask(editor, "sampleRequest") is None


async def test_an_answer_leads_to_the_line_and_to_what_mends_it(tmp_path: Path) -> None:
    async with session(tmp_path, vs_code()) as editor:
        uri = editor.open(SCRIPT)
        failed = {
            "message": "An unexpected error occurred in scoring script. Check the logs for more.",
            "error_type": "ValueError",
            "error_message": "Error, provided parameter name 'Data' is not in the function.",
            "file": str(tmp_path / "score.py"),
            "line": 12,
        }
        explained = await ask(
            editor,
            "explainAnswer",
            textDocument={"uri": uri},
            answer={
                "status": 500,
                "headers": {"x-ms-run-function-failed": "True"},
                "body": json.dumps(failed),
            },
            request={"method": "POST", "contentType": "application/json", "body": "{}"},
        )
        assert explained["location"]["uri"] == uri
        assert explained["location"]["range"]["start"] == {"line": 11, "character": 0}
        assert explained["code"] == "AML201"
        assert explained["fix"]["title"] == "Rename to 'data'"
        (change,) = explained["fix"]["edit"]["documentChanges"]
        assert [edit["newText"] for edit in change["edits"]] == ['"data"']


async def test_a_success_and_nonsense_need_no_explanation(tmp_path: Path) -> None:
    async with session(tmp_path, vs_code()) as editor:
        document = {"uri": editor.open(SCRIPT)}
        fine = {"status": 200, "headers": {}, "body": "[[1, 2]]"}
        answers: tuple[Any, ...] = (fine, {}, None, {"status": "500"}, [])
        for answer in answers:
            got = await ask(editor, "explainAnswer", textDocument=document, answer=answer)
            assert got is None
        failed = {"status": 500, "headers": None, "body": None}
        got = await ask(editor, "explainAnswer", textDocument=document, answer=failed, request=3)
        assert got["message"]
        other = editor.open("x = 1\n", "other.py")
        assert (
            await ask(editor, "explainAnswer", textDocument={"uri": other}, answer=failed) is None
        )


async def test_lenses_go_at_once_when_the_setting_says_so(tmp_path: Path) -> None:
    capabilities = vs_code()
    assert capabilities.workspace is not None
    capabilities.workspace.code_lens = types.CodeLensWorkspaceClientCapabilities(True)
    async with session(tmp_path, capabilities, {"codeLens": True}) as editor:
        document = types.TextDocumentIdentifier(editor.open(SCRIPT))
        params = types.CodeLensParams(document)
        assert await editor.client.text_document_code_lens_async(params)
        before = len(editor.lens_refreshes)
        editor.client.set_configuration({"azmlinfsrv": {"codeLens": False}})
        editor.client.workspace_did_change_configuration(
            types.DidChangeConfigurationParams({"azmlinfsrv": {"codeLens": False}})
        )
        await editor.until(lambda: len(editor.lens_refreshes) > before)
        assert not await editor.client.text_document_code_lens_async(params)
