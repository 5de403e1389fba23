"""The example answers its sample request as scikit-learn does when it is called directly."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from .conftest import Server

EXAMPLE = Path(__file__).parents[2] / "examples" / "diabetes"
PYTHON = EXAMPLE / ".venv" / ("Scripts/python.exe" if os.name == "nt" else "bin/python")

DIRECT = """
import json, pickle, joblib
model = joblib.load("model/sklearn_regression_model.pkl")
rows = json.load(open("sample-request.json"))["data"]
print(json.dumps(model.predict(rows).tolist()))
"""
LIBRARIES = "import sysconfig; print(sysconfig.get_path('purelib'))"


def python(code: str) -> str:
    return subprocess.run(
        [PYTHON, "-c", code], cwd=EXAMPLE, capture_output=True, text=True, check=True
    ).stdout.strip()


def test_the_sample_request_gets_the_answer_of_scikit_learn(tmp_path: Path, front: str) -> None:
    same = f"{sys.version_info[0]}.{sys.version_info[1]}"
    assert python("import sys; print('%d.%d' % sys.version_info[:2])") == same
    options = ["--entry_script", str(EXAMPLE / "score.py"), "--model_dir", str(EXAMPLE / "model")]
    server = Server(
        tmp_path,
        [*options, "--host", "127.0.0.1", "--port", "auto", "--server", front],
        {"PYTHONPATH": python(LIBRARIES)},
    )
    try:
        answer = server.request("/score", (EXAMPLE / "sample-request.json").read_bytes())
    finally:
        server.stop()
    assert answer.status == 200
    assert answer.json == pytest.approx(json.loads(python(DIRECT)))
