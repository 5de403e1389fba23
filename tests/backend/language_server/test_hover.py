"""What the mouse tells: what the server will do."""

from __future__ import annotations

from dataclasses import replace

import pytest

from azmlinfsrv.language_server.settings import Settings

from .editor import ABLE, Editor

IMPORTS = """\
from azureml.contrib.services.aml_request import rawhttp
from inference_schema.parameter_types.numpy_parameter_type import NumpyParameterType
from inference_schema.schema_decorators import input_schema, output_schema
"""


def script(run: str, init: str = "def init():\n    pass\n") -> str:
    return f"{IMPORTS}\n\n{init}\n\n{run}"


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("def ru<|>n(raw):\n    return raw\n", "`raw` gets the request's body as text"),
        ("@rawhttp\ndef ru<|>n(request):\n    return 1\n", "It gets the HTTP request itself"),
        (
            "@input_schema('data', NumpyParameterType(x))\ndef <|>run(data, k=1):\n    return 1\n",
            "- `data`: a NumPy array with the sample's type and shape; required\n"
            "- `k`: the value as JSON has it; may be left out",
        ),
        (
            "def run<|>(data, request_headers):\n    return 1\n",
            "`request_headers` gets the request's headers",
        ),
    ],
)
def test_run_tells_how_it_gets_its_input(editor: Editor, text: str, expected: str) -> None:
    assert expected in (editor.hover(script(text)) or "")


def test_init_tells_when_it_is_called(editor: Editor) -> None:
    text = "def in<|>it():\n    pass\n\n\ndef run(data):\n    return data\n"
    assert "called once" in (editor.hover(text) or "")


def test_a_batch_script_is_told_apart(editor: Editor) -> None:
    text = "def init():\n    pass\n\n\ndef r<|>un(mini_batch):\n    return mini_batch\n"
    assert "mini-batch" in (editor.hover(text) or "")


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        (
            "@input_sch<|>ema('data', NumpyParameterType(x))\ndef run(data): return 1\n",
            "`data` of `run`",
        ),
        (
            "@input_schema<|>('dat', NumpyParameterType(x))\ndef run(data): return 1\n",
            "no parameter",
        ),
        ("@output_s<|>chema(NumpyParameterType(x))\ndef run(data): return 1\n", "/swagger.json"),
        ("@raw<|>http\ndef run(data): return 1\n", "the HTTP request itself"),
    ],
)
def test_a_decorator_tells_what_it_does(editor: Editor, text: str, expected: str) -> None:
    assert expected in (editor.hover(script(text)) or "")


@pytest.mark.parametrize(
    "word", ['os.environ["AZUREML_<|>MODEL_DIR"]', "os.getenv('<|>AZUREML_MODEL_DIR')"]
)
def test_the_model_folder_is_shown_with_its_reason_and_its_files(editor: Editor, word: str) -> None:
    for number in range(15):
        editor.write(f"model/{number:02}.pkl")
    text = f"import os\n\n\ndef init():\n    x = {word}\n\n\ndef run(data):\n    return data\n"
    told = editor.hover(text) or ""
    assert str(editor.folder / "model") in told
    assert "Comes from: model/ beside the script." in told
    assert "- `00.pkl`\n" in told
    assert "- and 3 more" in told


def test_a_missing_model_folder_is_told_with_what_to_do(editor: Editor) -> None:
    text = 'x = "AZUREML_<|>MODEL_DIR"\n'
    assert "will not be set" in (editor.hover(text) or "")
    editor.root.settings = replace(Settings(), model_dir="nowhere")
    editor.server.projects.forget()
    assert "It is not there." in (editor.hover(text) or "")


@pytest.mark.parametrize(
    "comment", ["# noqa: AML<|>101", "# azmlinfsrv: ignore[AML102, AML101<|>]"]
)
def test_a_silenced_code_shows_its_page(editor: Editor, comment: str) -> None:
    told = editor.hover(f"def init(): {comment}\n    pass\n") or ""
    assert told.startswith("# missing-entry-function (AML101)")
    assert "## Why is this bad?" in told


def test_a_code_in_other_text_shows_nothing(editor: Editor) -> None:
    assert editor.hover("x = 'AML<|>101'\n") is None
    assert editor.hover("# see AML1<|>01\n") is None


def test_a_client_without_markdown_gets_text(editor: Editor) -> None:
    editor.server.client = replace(ABLE, markdown_hover=False)
    told = editor.hover("def init(): # noqa: AML<|>101\n    pass\n") or ""
    assert "`" not in told
    assert "##" not in told
    assert "def Run(raw_data):" in told


def test_other_functions_and_files_are_left_to_others(editor: Editor) -> None:
    assert editor.hover("def he<|>lper():\n    pass\n", "helpers.py") is None
    assert editor.hover("def ru<|>n():\n    pass\n", "helpers.py") is None
