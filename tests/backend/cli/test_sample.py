"""`azmlinfsrv sample`: a request for the terminal."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from azmlinfsrv.cli import main

RAW = """\
from azureml.contrib.services.aml_request import rawhttp


def init():
    pass


@rawhttp
def run(request):
    return len(request.get_data())
"""
READS = 'import json\ndef init(): pass\ndef run(raw):\n    return json.loads(raw)["text"]\n'


@pytest.fixture
def script(tmp_path: Path) -> Path:
    path = tmp_path / "score.py"
    path.write_text(READS)
    return path


def test_the_body_can_be_piped_to_a_client(
    script: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["sample", str(script)]) == 0
    assert json.loads(capsys.readouterr().out) == {"text": "text"}


def test_json_tells_how_to_send_it(script: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["sample", "--json", str(script)]) == 0
    told = json.loads(capsys.readouterr().out)
    assert (told["method"], told["contentType"]) == ("POST", "application/json")
    assert (told["source"], told["isRaw"], told["query"]) == ("script", False, None)


def test_a_script_that_takes_a_file_says_so(
    script: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    script.write_text(RAW)
    assert main(["sample", str(script)]) == 1
    assert "--data-binary @image.png" in capsys.readouterr().err
    assert main(["sample", "--json", str(script)]) == 0
    assert json.loads(capsys.readouterr().out)["body"] is None


def test_what_is_no_entry_script_has_no_sample(
    script: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    script.write_text("x = 1\n")
    assert main(["sample", str(script)]) == 1
    assert "no online entry script" in capsys.readouterr().err
    assert main(["sample", str(script.with_name("gone.py"))]) == 2
    assert "No such file" in capsys.readouterr().err
